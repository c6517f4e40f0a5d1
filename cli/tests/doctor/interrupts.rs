//! Ctrl-C and SIGTERM: lines stay whole, the terminal is left as it was, and the state is kept.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::authority::scratch;
use crate::namespace;
use crate::origin::{self, Behaviour};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// An edge that shows a 522, after which a watch waits for minutes.
fn failing() -> u16 {
    origin::plain(Behaviour::cloudflare_error(522))
}

fn rayback(arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rayback"));
    let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // Reads nothing ahead, so that the rest stays in the pipe.
    let lines = BufReader::with_capacity(1, child.stdout.take().unwrap());
    (child, lines)
}

fn send(signal: i32, child: &Child) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_line_that_has_begun_is_finished() {
    // Longer than a pipe holds, so that it can't be written before it's read.
    let long = "x".repeat(100_000);
    let (fine, failing) = (origin::plain(Behaviour::fine()), failing());
    let state = scratch("long");
    let check = ["check", "--json", &format!("http://127.0.0.1:{fine}/{long}")];
    let watch = ["watch", "--json", &format!("http://127.0.0.1:{failing}/{long}"), "--state", state.to_str().unwrap()];
    let doctor = ["doctor", "--json", &format!("www.example.com/{long}"), "--resolver", "127.0.0.1:9"];
    for arguments in [&check[..], &watch, &doctor] {
        let (mut child, mut lines) = rayback(arguments);
        let mut line = vec![0];
        lines.read_exact(&mut line).unwrap();
        send(SIGINT, &child);
        lines.read_to_end(&mut line).unwrap();
        let name = arguments[0];
        let json: Result<Value, _> = serde_json::from_slice(&line);
        assert!(json.is_ok() && line.ends_with(b"\n"), "{name}: {} bytes", line.len());
        // The other commands may have ended normally after that line.
        let status = child.wait().unwrap();
        assert!(status.signal() == Some(SIGINT) || name != "watch", "{name}: {status}");
    }
}

#[test]
fn a_watch_ends_by_the_signal_and_continues_later() {
    let url = format!("http://127.0.0.1:{}/", failing());
    let folder = scratch("signals");
    let (state, log) = (folder.join("state"), folder.join("visits.ndjson"));
    std::fs::create_dir_all(&folder).unwrap();
    let arguments = ["watch", &url, "--state", state.to_str().unwrap(), "--log", log.to_str().unwrap()];
    for (signal, begins) in [(SIGTERM, "HTTP 522"), (SIGINT, "failing since")] {
        let (mut child, mut lines) = rayback(&arguments);
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert!(line.contains(begins), "{line}");
        send(signal, &child);
        assert_eq!(child.wait().unwrap().signal(), Some(signal));
        let logged = std::fs::read_to_string(&log).unwrap();
        assert!(logged.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()) && logged.ends_with('\n'));
    }
}

/// Runs a command in a terminal, and presses Ctrl-C once it has shown `shown`. Returns its output and its exit code.
fn typed_into(arguments: &[&str], shown: &str) -> (String, Option<i32>) {
    let words = [env!("CARGO_BIN_EXE_rayback")].into_iter().chain(arguments.iter().copied());
    let command: Vec<_> = words.map(|word| format!("'{word}'")).collect();
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--flush", "--command", &command.join(" "), "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut screen) = (terminal.stdin.take().unwrap(), terminal.stdout.take().unwrap());
    let mut got = Vec::new();
    while !String::from_utf8_lossy(&got).contains(shown) {
        let mut byte = [0];
        screen.read_exact(&mut byte).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&got)));
        got.extend(byte);
    }
    keys.write_all(b"\x03").unwrap();
    screen.read_to_end(&mut got).unwrap();
    (String::from_utf8(got).unwrap(), terminal.wait().unwrap().code())
}

#[test]
fn ctrl_c_leaves_no_half_line_on_the_terminal() {
    let script = Command::new("script").arg("--version").output();
    if !script.is_ok_and(|output| output.stdout.starts_with(b"script from util")) {
        namespace::skip("interrupts::ctrl_c_leaves_no_half_line_on_the_terminal", "script (util-linux) is missing");
        return;
    }
    let url = format!("http://127.0.0.1:{}/", failing());
    let state = scratch("terminal");
    let silent = origin::plain(Behaviour::Silent);
    let (at, port) = (format!("127.0.0.1:{silent}"), silent.to_string());
    let watch = ["watch", &url, "--state", state.to_str().unwrap()];
    let doctor =
        ["doctor", "www.example.com", "--origin", &at, "--http-port", &port, "--resolver", "127.0.0.1:9", "--remote"];
    for (arguments, live) in [(&watch[..], "Next visit in 2:"), (&doctor, "Checking TLS")] {
        let (screen, code) = typed_into(arguments, live);
        assert_eq!(code, Some(128 + SIGINT), "{screen:?}");
        // The live line is cleared, and the cursor is at its beginning.
        assert!(screen.ends_with("\r\x1b[2K") || screen.ends_with("\r\x1b[K"), "{screen:?}");
        // No cursor hidden, no alternate screen.
        assert!(!screen.contains("\x1b[?"), "{screen:?}");
    }
}
