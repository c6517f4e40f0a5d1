//! `rayback check` and `rayback watch` through real proxies on the loopback: good ones of each kind, a slow one, a dead one, and
//! one that answers with its own error page.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::authority::{Authority, Presented, scratch};
use crate::origin::{self, Behaviour};
use crate::run::HOST;

/// The password of every proxy that has one. It must never appear anywhere.
const SECRET: &str = "correct-horse";

/// What a proxy does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Always connects to this port of the loopback.
    Good(u16),
    /// Accepts and never answers.
    Slow,
    /// Answers with its own error page, which looks like Cloudflare's.
    ErrorPage,
    /// Answers the request for a tunnel, then closes it.
    Closes,
}

impl Manner {
    /// Serves one client that was promised a tunnel.
    fn tunnel(self, client: TcpStream, promise: &[u8]) {
        let Self::Good(port) = self else { return };
        let mut client = client;
        let mut site = TcpStream::connect(("127.0.0.1", port)).unwrap();
        client.write_all(promise).unwrap();
        let (mut from, mut back) = (client.try_clone().unwrap(), site.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut site));
        std::thread::spawn(move || std::io::copy(&mut back, &mut client));
    }
}

fn serve(handle: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || listener.incoming().flatten().for_each(handle));
    address
}

fn head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read_exact(&mut byte).is_err() {
            break;
        }
        head.extend(byte);
        // The first byte of a TLS handshake, sent to a server that doesn't speak TLS.
        if head == [0x16] {
            break;
        }
    }
    String::from_utf8(head).unwrap()
}

/// An HTTP proxy; its credentials are `user:SECRET`.
fn http(manner: Manner) -> String {
    let held = std::sync::Mutex::new(Vec::new());
    serve(move |mut client| {
        let asked = head(&mut client);
        // base64 of `user:correct-horse`.
        let knows = asked.contains("Proxy-Authorization: Basic dXNlcjpjb3JyZWN0LWhvcnNl\r\n");
        match manner {
            _ if asked == "\u{16}" => {
                let _left = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            }
            _ if !knows => {
                let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
                let _left = client.write_all(refusal);
            }
            Manner::Good(_) => manner.tunnel(client, b"HTTP/1.1 200 Connection established\r\n\r\n"),
            Manner::Slow => held.lock().unwrap().push(client),
            Manner::ErrorPage => {
                let page = "<title>shop.example | 522: Connection timed out</title>error code: 522";
                let start = "HTTP/1.1 522 Error\r\nserver: cloudflare\r\ncf-ray: 9f140b785e57c458-VIE";
                let _left = write!(client, "{start}\r\ncontent-length: {}\r\n\r\n{page}", page.len());
            }
            Manner::Closes => {
                let _left = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            }
        }
    })
}

/// An HTTPS proxy without credentials: TLS with itself, and a tunnel inside.
fn https((chain, key): Presented, port: u16) -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    serve(move |client| {
        let mut client = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), client);
        if head(&mut client).is_empty() {
            return;
        }
        let mut site = TcpStream::connect(("127.0.0.1", port)).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        // A TLS stream can't be split in two, so each side is polled in turn.
        client.sock.set_nonblocking(true).unwrap();
        site.set_nonblocking(true).unwrap();
        let mut buffer = [0; 4096];
        loop {
            let asked = client.read(&mut buffer);
            if !passed(asked, &buffer, &mut site) {
                return;
            }
            let answered = site.read(&mut buffer);
            if !passed(answered, &buffer, &mut client) {
                return;
            }
            std::thread::yield_now();
        }
    })
}

/// Passes on what was read; returns whether the connection is open.
fn passed(read: std::io::Result<usize>, buffer: &[u8], to: &mut impl Write) -> bool {
    match read {
        Ok(0) => false,
        Ok(n) => to.write_all(&buffer[..n]).is_ok(),
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

/// A SOCKS5 proxy with credentials, which answers each request with this reply.
fn socks5(manner: Manner, reply: u8) -> String {
    serve(move |mut client| {
        let [version, count] = read(&mut client);
        assert_eq!(version, 5);
        let methods: Vec<u8> = (0..count).flat_map(|_| read::<1>(&mut client)).collect();
        if !methods.contains(&2) {
            client.write_all(&[5, 0xff]).unwrap();
            return;
        }
        client.write_all(&[5, 2]).unwrap();
        let [_, length] = read(&mut client);
        let user: Vec<u8> = (0..length).flat_map(|_| read::<1>(&mut client)).collect();
        let [length] = read(&mut client);
        let password: Vec<u8> = (0..length).flat_map(|_| read::<1>(&mut client)).collect();
        let knows = (user.as_slice(), password.as_slice()) == (b"user".as_slice(), SECRET.as_bytes());
        client.write_all(&[1, u8::from(!knows)]).unwrap();
        if !knows {
            return;
        }
        let [5, 1, 0, 3, length] = read(&mut client) else { panic!("not a request for a name") };
        let name: Vec<u8> = (0..length).flat_map(|_| read::<1>(&mut client)).collect();
        assert_eq!((name.as_slice(), read::<2>(&mut client).len()), (HOST.as_bytes(), 2));
        let answer = [5, reply, 0, 1, 127, 0, 0, 1, 0, 9];
        if reply == 0 {
            manner.tunnel(client, &answer);
        } else {
            client.write_all(&answer).unwrap();
        }
    })
}

fn read<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// A port where nothing listens.
fn dead() -> String {
    format!("127.0.0.1:{}", origin::closed())
}

fn command(name: &str, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rayback"));
    command.args([name, url, "--json", "--timeout", "1.5"]).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).env("RAYBACK_PROXY_CREDENTIALS_EU", format!("user:{SECRET}"));
    command
}

/// Visits [`HOST`] at a port, trusting an authority; returns the JSON, the exit code and everything that was printed.
fn check(authority: &Authority, port: u16, arguments: &[&str]) -> (Value, Option<i32>, String) {
    let url = format!("https://{HOST}:{port}/");
    let output = command("check", &url, &[&authority.trusted(), arguments].concat()).output().unwrap();
    let printed = [output.stdout.clone(), output.stderr].concat();
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code(), String::from_utf8(printed).unwrap())
}

fn outcomes(page: &Value) -> Vec<(&str, &str)> {
    let rows = page["elsewhere"].as_array().unwrap();
    rows.iter().map(|row| (row["region"].as_str().unwrap(), row["outcome"].as_str().unwrap())).collect()
}

#[test]
fn good_proxies_of_every_kind_show_the_site() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let ours = format!("http://user:{SECRET}@{}", http(Manner::Good(port)));
    let socks = format!("us=socks5h://user:{SECRET}@{}", socks5(Manner::Good(port), 0));
    // A certificate for a name.
    let secure = https(authority.good("localhost"), port).replace("127.0.0.1", "as=https://localhost");
    let from_environment = format!("eu=http://{}", http(Manner::Good(port)));
    let more = ["--via", &ours, "--via", &socks, "--via", &secure, "--via", &from_environment];
    let (page, exit, printed) = check(&authority, port, &more);
    assert_eq!((page["outcome"].as_str(), exit), (Some("works"), Some(0)), "{printed}");
    assert_eq!(outcomes(&page), [("us", "works"), ("as", "works"), ("eu", "works")]);
    assert!(!printed.contains(SECRET), "{printed}");
}

#[test]
fn a_proxys_own_failure_is_never_the_sites() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let eu = |address: &str| format!("eu={address}");
    for (via, reason) in [
        (eu(&format!("http://{}", dead())), "Couldn't connect"),
        (eu(&format!("http://{}", http(Manner::Slow))), "didn't answer in time"),
        (eu(&format!("http://{}", http(Manner::ErrorPage))), "HTTP 522"),
        (eu(&format!("http://{}", http(Manner::Closes))), "No usable answer"),
        (eu(&format!("http://user:wrong@{}", http(Manner::Good(port)))), "user name and password"),
        (eu(&format!("https://{}", http(Manner::Good(port)))), "TLS"),
        (eu(&format!("https://{}", https(Authority::self_signed("127.0.0.1"), port))), "certificate isn't valid"),
        (eu(&format!("http://127.0.0.1:{port}")), "doesn't answer like a proxy"),
        (eu(&format!("socks5://{}", socks5(Manner::Good(port), 4))), "SOCKS5 reply 4"),
        (eu(&format!("socks5://user:wrong@{}", socks5(Manner::Good(port), 0))), "user name and password"),
        (format!("anonymous=socks5://{}", socks5(Manner::Good(port), 0)), "user name and password"),
    ] {
        let (page, exit, printed) =
            check(&authority, port, &["--resolve", &format!("{HOST}:{port}:127.0.0.1"), "--via", &via]);
        let row = &page["elsewhere"][0];
        assert_eq!(
            (&page["outcome"], &row["outcome"], exit),
            (&"works".into(), &"proxy".into(), Some(3)),
            "{via}: {printed}"
        );
        assert_eq!((&row["code"], &row["http_status"]), (&Value::Null, &Value::Null), "{via}");
        assert!(row["text"].as_str().unwrap().contains(reason), "{via}: {row}");
        assert!(!printed.contains(SECRET) && !printed.contains("wrong"), "{printed}");
    }
}

#[test]
fn proxies_are_read_from_a_file() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let file = scratch("proxies");
    let good = http(Manner::Good(port));
    std::fs::write(&file, format!("# ours\n\nhttp://user:{SECRET}@{good}\nus = x\n")).unwrap();
    let url = format!("https://{HOST}:{port}/");
    let more = [&authority.trusted()[..], &["--via-file", file.to_str().unwrap()]].concat();
    let output = command("check", &url, &more).output().unwrap();
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && problem.contains("line 4 of"), "{problem}");
    std::fs::write(&file, format!("# ours\n\nhttp://user:{SECRET}@{good}\n")).unwrap();
    let (page, _, printed) = check(&authority, port, &["--via-file", file.to_str().unwrap()]);
    assert!(page["outcome"] == "works" && !printed.contains(SECRET), "{printed}");
}

/// Watches until this many visits were made, then kills the watch; returns the visits.
fn watch(authority: &Authority, port: u16, state: &Path, visits: usize, arguments: &[&str]) -> Vec<Value> {
    let url = format!("https://{HOST}:{port}/");
    let state = ["--state", state.to_str().unwrap()];
    let mut child = command("watch", &url, &[&authority.trusted()[..], &state, arguments].concat()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let visits = lines.take(visits).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8(output.stderr).unwrap().contains(SECRET));
    visits
}

/// Moves everything that was stored into the past.
pub(crate) fn age(state: &Path, hours: i64) {
    fn shift(value: &mut Value, by: i64) {
        match value {
            Value::Number(number) => {
                if let Some(at) = number.as_i64().filter(|at| (1_700_000_000_000..4_000_000_000_000).contains(at)) {
                    *value = (at - by).into();
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| shift(value, by)),
            Value::Object(values) => {
                values.iter_mut().filter(|(name, _)| *name != "seed").for_each(|(_, value)| shift(value, by));
            }
            _ => {}
        }
    }
    let mut files = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "json")).unwrap();
    let mut stored: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    shift(&mut stored, hours * 3_600_000);
    std::fs::write(&file, stored.to_string()).unwrap();
}

#[test]
fn a_watch_tries_each_proxy_and_marks_the_page_down_once_two_regions_agree() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::cloudflare_error(522));
    let (state, log) = (scratch("regions"), scratch("regions.ndjson"));
    let [page, gone, slow, socks] = [
        format!("http://user:{SECRET}@{}", http(Manner::ErrorPage)),
        format!("gone=http://user:{SECRET}@{}", dead()),
        format!("slow=http://user:{SECRET}@{}", http(Manner::Slow)),
        format!("us=socks5://user:{SECRET}@{}", socks5(Manner::Good(port), 0)),
    ];
    let eu = format!("eu=http://{}", http(Manner::Good(port)));
    let regions = ["--via", &page, "--via", &gone, "--via", &slow, "--via", &eu, "--via", &socks];
    let arguments = [&regions[..], &["--log", log.to_str().unwrap()]].concat();

    let visits = watch(&authority, port, &state, 4, &arguments);
    let of = |visit: &Value| {
        let text = |name: &str| visit[name].as_str().unwrap().to_owned();
        [text("region"), text("outcome"), text("state")]
    };
    assert_eq!(
        visits.iter().map(of).collect::<Vec<_>>(),
        [
            ["here", "proxy", "unknown"],
            ["gone", "proxy", "unknown"],
            ["slow", "proxy", "unknown"],
            ["eu", "cloudflare-error", "failing"],
        ]
    );

    // Two hours later, each region in turn again, and a second one agrees.
    age(&state, 2);
    let visits = watch(&authority, port, &state, 1, &arguments);
    assert_eq!(visits.iter().map(of).collect::<Vec<_>>(), [["us", "cloudflare-error", "down"]]);
    assert_eq!(visits[0]["changed"], true);
    let views: Vec<_> =
        visits[0]["regions"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(views, ["eu", "us"]);

    let stored: String = std::fs::read_dir(&state)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .chain([std::fs::read_to_string(&log).unwrap()])
        .collect();
    assert!(stored.contains("\"us\""), "{stored}");
    assert!(!stored.contains(SECRET), "{stored}");
}

#[test]
fn one_region_never_marks_a_page_down() {
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::cloudflare_error(522));
    let state = scratch("one-region");
    let here = ["--resolve", &format!("{HOST}:{port}:127.0.0.1")];
    for _ in 0..3 {
        let visits = watch(&authority, port, &state, 1, &here);
        assert_eq!(visits[0]["state"], "failing");
        age(&state, 2);
    }
}
