//! `rayback watch` against a real server on loopback: its lines, its command, its state.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic anywhere")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// The longest time to wait for an event that must come.
const PATIENCE: Duration = Duration::from_secs(30);

const WORKS: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const FAILS: &str = "HTTP/1.1 522 Origin Connection Time-out\r\nserver: cloudflare\r\ncf-ray: 230b030023ae2822-SJC\r\n\
                     content-type: text/plain\r\ncontent-length: 15\r\nconnection: close\r\n\r\nerror code: 522";
const REFUSES: &str = "HTTP/1.1 403 Forbidden\r\nserver: cloudflare\r\ncf-ray: 230b030023ae2822-SJC\r\n\
                       content-type: text/plain\r\ncontent-length: 16\r\nconnection: close\r\n\r\nerror code: 1020";

/// A server that always gives the same answer and announces each request.
fn server(answer: &'static str) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (announce, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let mut head = Vec::new();
            let mut part = [0; 1024];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => head.extend_from_slice(&part[..read]),
                }
            }
            let _left = stream.write_all(answer.as_bytes());
            if announce.send(()).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch").join(name);
    let _absent = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watch {
    fn start(url: &str, state: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rayback"))
            .args(["watch", url, "--state"])
            .arg(state)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    fn json(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn until_up_ends_with_the_first_visit_of_a_working_page() {
    let (url, _requests) = server(WORKS);
    let mut watch = Watch::start(&url, &folder("up"), &["--until-up", "--json"]);
    let visit = watch.json();
    assert_eq!((&visit["state"], &visit["outcome"], &visit["changed"]), (&"up".into(), &"works".into(), &true.into()));
    assert!(watch.child.wait().unwrap().success());
}

#[test]
fn a_killed_watch_continues_where_it_left_off() {
    let (url, requests) = server(FAILS);
    let state = folder("killed");
    let mut first = Watch::start(&url, &state, &["--json"]);
    let visit = first.json();
    assert_eq!((&visit["state"], &visit["code"], &visit["fault"]), (&"failing".into(), &522.into(), &"origin".into()));
    first.kill();
    // One visit: the page, and the same in its structured form.
    requests.recv_timeout(PATIENCE).unwrap();
    requests.recv_timeout(PATIENCE).unwrap();

    let mut second = Watch::start(&url, &state, &[]);
    let line = second.line();
    assert!(line.contains(&format!("failing since {}", visit["since"].as_str().unwrap())), "{line}");
    assert!(line.contains("Next visit in about 2 minutes") || line.contains("Next visit in about 3 minutes"), "{line}");
    second.kill();
    assert!(requests.try_recv().is_err(), "it asked again before the floor");
}

#[test]
fn a_damaged_state_is_reported_and_watching_starts_over() {
    let (url, _requests) = server(WORKS);
    let state = folder("damaged");
    Watch::start(&url, &state, &["--until-up"]).child.wait().unwrap();
    let mut files = std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "json")).unwrap();
    std::fs::write(&file, "{\"schedule\":").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["watch", &url, "--until-up", "--state"])
        .arg(&state)
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && problems.contains("can't be read"), "{problems}");
}

#[test]
fn each_change_runs_the_command_with_the_change_on_its_input_and_in_its_environment() {
    let (url, _requests) = server(FAILS);
    let state = folder("command");
    let out = state.join("out");
    let command = format!(
        "cat > '{0}.part'; echo \"$RAYBACK_STATE $RAYBACK_CODE $RAYBACK_URL\" >> '{0}.part'; mv '{0}.part' '{0}'",
        out.display()
    );
    let mut watch = Watch::start(&url, &state, &["--exec", &command]);
    assert!(watch.line().contains("HTTP 522"));
    while !out.exists() {
        thread::yield_now();
    }
    let text = std::fs::read_to_string(&out).unwrap();
    let (json, environment) = text.split_once('\n').unwrap();
    assert_eq!(serde_json::from_str::<Value>(json).unwrap()["code"], 522);
    assert_eq!(environment, format!("failing 522 {url}\n"));
    watch.kill();
}

#[test]
fn a_failing_command_is_reported_and_watching_continues() {
    let (url, _requests) = server(WORKS);
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["watch", &url, "--until-up", "--exec", "exit 7", "--state"])
        .arg(folder("exit"))
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("exit status: 7"));
}

#[test]
fn what_the_command_prints_isnt_mixed_into_standard_output() {
    let (url, _requests) = server(WORKS);
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["watch", &url, "--until-up", "--json", "--exec", "echo noise", "--state"])
        .arg(folder("noise"))
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{lines}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "noise\n");
}

#[test]
fn a_page_is_watched_once_per_state() {
    let (url, _requests) = server(FAILS);
    let state = folder("twice");
    let mut first = Watch::start(&url, &state, &[]);
    first.line();
    let second = || Command::new(env!("CARGO_BIN_EXE_rayback")).args(["watch", &url, "--state"]).arg(&state).output();
    let refused = second().unwrap();
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        message.contains(&url) && message.contains(state.to_str().unwrap()) && message.contains("--state"),
        "{message}"
    );
    first.kill();
    let mut again = Watch::start(&url, &state, &[]);
    assert!(again.line().contains("failing since"));
    again.kill();
}

#[test]
fn a_command_that_was_cut_short_runs_again() {
    let (url, _requests) = server(FAILS);
    let state = folder("cut");
    let (begun, told) = (state.join("begun"), state.join("told"));
    let mut first = Watch::start(&url, &state, &["--exec", &format!("echo > '{}'; exec sleep 20", begun.display())]);
    first.line();
    while !begun.exists() {
        thread::yield_now();
    }
    first.kill();
    let command = format!("cat > '{0}.part'; mv '{0}.part' '{0}'", told.display());
    let second = Watch::start(&url, &state, &["--exec", &command]);
    while !told.exists() {
        thread::yield_now();
    }
    let change: Value = serde_json::from_str(&std::fs::read_to_string(&told).unwrap()).unwrap();
    assert_eq!((&change["state"], &change["code"]), (&"failing".into(), &522.into()));
    second.kill();
}

#[test]
fn a_full_disk_costs_the_record_and_not_the_watch() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let (url, _requests) = server(WORKS);
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["watch", &url, "--until-up", "--log", "/dev/full", "--state"])
        .arg(folder("full"))
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && problems.contains("the log"), "{problems}");
}

#[test]
fn the_wait_that_the_site_itself_asks_for_is_kept() {
    for status in ["503 Service Unavailable", "429 Too Many Requests"] {
        let answer =
            format!("HTTP/1.1 {status}\r\nretry-after: 7200\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let (url, _requests) = server(answer.leak());
        let mut watch = Watch::start(&url, &folder("retry-after"), &[]);
        let line = watch.line();
        assert!(line.contains("Next visit in about 2 hours"), "{line}");
        watch.kill();
    }
}

#[test]
fn a_page_that_a_rule_refuses_isnt_watched() {
    let (url, _requests) = server(REFUSES);
    let mut watch = Watch::start(&url, &folder("refused"), &[]);
    let line = watch.line();
    assert!(line.contains("won't be visited again"), "{line}");
    assert_eq!(watch.child.wait().unwrap().code(), Some(1));
}

#[test]
fn every_visit_is_logged_as_one_line_of_json() {
    let (url, _requests) = server(WORKS);
    let state = folder("log");
    let log = state.join("visits.ndjson");
    for run in ["1", "2"] {
        Watch::start(&url, &state.join(run), &["--until-up", "--log", log.to_str().unwrap()]).child.wait().unwrap();
    }
    let text = std::fs::read_to_string(&log).unwrap();
    let visits: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(visits.iter().map(|visit| visit["input"].as_str().unwrap()).collect::<Vec<_>>(), [&url, &url]);
}

#[test]
fn wrong_arguments_are_named() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rayback")).arg("watch").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, name) in [
        (&["ftp://a.example/"][..], "ftp://a.example/"),
        (&["https://a.example/", "https://a.example/"], "twice"),
        (&["https://a.example/", "--every", "5"], "--every"),
        (&["https://a.example/", "--log", "/nowhere/x"], "--log"),
    ] {
        let (code, text) = run(arguments);
        assert!(code == Some(2) && text.contains(name), "{arguments:?}: {code:?} {text}");
    }
}

#[test]
fn a_full_disk_at_standard_output_is_an_error() {
    let (url, _requests) = server(WORKS);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["watch", &url, "--state"])
        .arg(folder("full"))
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write to standard output"), "{said}");
}
