//! `rayback check`: visits to pages on the loopback.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use serde_json::Value;

use crate::authority::Authority;
use crate::edge;
use crate::origin::{self, Behaviour};
use crate::run::HOST;

/// Visits [`HOST`] at a port; returns the JSON and the exit code.
fn visit(port: u16, more: &[&str]) -> (Value, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["check", "--json", &format!("https://{HOST}:{port}/a?b"), "--timeout", "1.5"])
        .args(["--resolve", &format!("{HOST}:{port}:127.0.0.1")])
        .args(more)
        .output()
        .unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code().unwrap())
}

/// A page that Cloudflare's edge answers with.
fn page(behaviour: Behaviour, more: &[&str]) -> (Value, i32) {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], behaviour);
    visit(port, &[&authority.trusted(), more].concat())
}

#[test]
fn a_page_that_works() {
    let (visit, exit) = page(Behaviour::fine(), &["--header", "X-Test: 1"]);
    assert_eq!((visit["outcome"].as_str(), visit["http_status"].as_u64(), exit), (Some("works"), Some(200), 0));
    assert!(visit["warning"].as_str().unwrap().contains("38 seconds"));
}

#[test]
fn an_answer_that_breaks_off_does_not_work() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc".to_vec();
    let (visit, exit) = page(Behaviour::AnswerAndClose(answer), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("incomplete"), 1));
    assert!(visit["text"].as_str().unwrap().contains("broke off"), "{visit}");
}

#[test]
fn a_header_replaces_the_usual_one() {
    let echo = |request: &str| {
        let hosts = request.lines().filter(|line| line.to_ascii_lowercase().starts_with("host:")).count();
        let agents = request.lines().filter(|line| line.to_ascii_lowercase().starts_with("user-agent:")).count();
        let fine = (hosts, agents) == (1, 1)
            && request.contains("host: other.example\r\n")
            && request.contains("User-Agent: x\r\n");
        let status = if fine { "200 OK" } else { "500 Wrong" };
        format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok").into_bytes()
    };
    let given = ["--header", "host: other.example", "--header", "User-Agent: x"];
    let (visit, exit) = page(Behaviour::Answers(std::sync::Arc::new(echo)), &given);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("works"), 0), "{visit}");
}

#[test]
fn a_cloudflare_error_with_its_verdict() {
    let headers = "Content-Type: text/plain; charset=UTF-8\r\nRetry-After: 120\r\n";
    let (visit, exit) = page(Behaviour::cloudflare("522 Error", headers, "error code: 522"), &[]);
    assert_eq!((visit["outcome"].as_str(), visit["code"].as_u64(), exit), (Some("cloudflare-error"), Some(522), 1));
    assert_eq!(visit["verdict"]["suspect"], "origin");
    assert!(visit["verdict"]["evidence"].as_array().is_some_and(|evidence| !evidence.is_empty()));
}

#[test]
fn a_challenge_is_meant_for_this_tool() {
    let (visit, exit) = page(Behaviour::challenge(), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("refused"), 3));
    assert!(visit["text"].as_str().unwrap().contains("visitors may not be"));
}

#[test]
fn a_page_that_redirects_to_itself() {
    // Relative, so the host and the port are those of the request.
    let (visit, exit) = page(Behaviour::redirect("/a?b"), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("redirect-loop"), 1));
    assert!(visit["text"].as_str().unwrap().contains("ERR_TOO_MANY_REDIRECTS"));
    let (visit, exit) = page(Behaviour::redirect("/elsewhere"), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("works"), 0));
    // Only once, to set a cookie.
    let sets_cookie = Behaviour::Answers(std::sync::Arc::new(|request| {
        let head = if request.contains("Cookie: seen=1\r\n") {
            "HTTP/1.1 200 OK"
        } else {
            "HTTP/1.1 302 Found\r\nLocation: /a?b\r\nSet-Cookie: seen=1; Path=/"
        };
        format!("{head}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    }));
    assert_eq!(page(sets_cookie, &[]).0["outcome"], "works");
}

#[test]
fn the_sites_own_error() {
    let (visit, exit) = page(Behaviour::status("500 Internal Server Error"), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("site-error"), 1));
}

#[test]
fn a_certificate_that_visitors_would_refuse() {
    let (visit, exit) = visit(origin::secure(vec![Authority::self_signed(HOST)], Behaviour::fine()), &[]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("bad-certificate"), 1));
}

#[test]
fn no_connection_and_no_answer_say_nothing_about_the_site() {
    assert_eq!(visit(origin::closed(), &[]).1, 3);
    assert_eq!(page(Behaviour::Silent, &[]).0["outcome"], "no-answer");
    // The pinned address is IPv4.
    assert_eq!(visit(origin::closed(), &["-6"]).0["outcome"], "no-address");
}

/// A proxy that connects to any address it's asked for, or answers with a status.
fn proxy(refuses: Option<&'static str>, to: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                client.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            if let Some(status) = refuses {
                let _ = write!(client, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                continue;
            }
            assert!(String::from_utf8_lossy(&head).contains("Proxy-Authorization: Basic YTpi\r\n"));
            let mut site = TcpStream::connect(("127.0.0.1", to)).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from, mut back) = (client.try_clone().unwrap(), site.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut site));
            std::thread::spawn(move || std::io::copy(&mut back, &mut client));
        }
    });
    format!("http://a:b@{address}")
}

#[test]
fn a_proxy_that_fails_is_not_the_site() {
    let (visit, exit) = visit(443, &["--via", &proxy(Some("522 Error"), 0)]);
    assert_eq!((visit["outcome"].as_str(), visit["code"].as_u64(), exit), (Some("proxy"), None, 3));
    assert!(!visit.to_string().contains("a:b"), "credentials are never shown");
}

#[test]
fn a_proxy_that_works_shows_the_site() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let (visit, exit) = visit(port, &[authority.trusted()[0], authority.trusted()[1], "--via", &proxy(None, port)]);
    assert_eq!((visit["outcome"].as_str(), exit), (Some("works"), 0));
}

#[test]
fn a_bad_certificate_comes_before_the_page() {
    let shown = edge::showing(1033);
    let port: u16 = shown.rsplit_once(':').unwrap().1.parse().unwrap();
    // Its certificate isn't valid for the host, which is what visitors would see first.
    assert_eq!(visit(port, &[]).0["outcome"], "bad-certificate");
}

#[test]
fn the_owner_reads_where_the_fault_is_and_what_to_run_next() {
    let shown = |code: u16| {
        let authority = Authority::new();
        let port = origin::secure(vec![authority.good(HOST)], Behaviour::cloudflare_error(code));
        let (url, pinned) = (format!("https://{HOST}:{port}/"), format!("{HOST}:{port}:127.0.0.1"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rayback"));
        command.args(["check", &url, "--no-status", "--resolve", &pinned]).args(authority.trusted());
        // In one line, because it may be wrapped anywhere.
        let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (code, fault, next) in [
        (522, "The fault is on your side", "own address rayback doctor www.example.com --origin SERVER_IP"),
        (525, "isn't set up correctly", "own address rayback doctor www.example.com --origin SERVER_IP"),
        (1033, "or tunnel", "cloudflared runs sudo rayback doctor www.example.com --local"),
        (1020, "One of your site's rules", "how to fix it rayback explain 1020 --for owner"),
    ] {
        let text = shown(code);
        assert!(text.contains(fault) && text.ends_with(next), "{code}: {text}");
        assert!(!text.contains("not you"), "{text}");
    }
}
