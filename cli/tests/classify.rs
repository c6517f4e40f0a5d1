//! `rayback classify` as other programs use it: its JSON records, its exit codes, its handling of unreadable input.

#![expect(clippy::unwrap_used, reason = "a test may panic anywhere")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rayback_core::Record;
use serde_json::Value;

/// The fields of a record, which every record has.
fn fields() -> Vec<String> {
    let empty = serde_json::to_value(Record::unreadable("", String::new())).unwrap();
    empty.as_object().unwrap().keys().cloned().collect()
}

/// Runs the command; returns its records and its exit code.
fn run(arguments: &[&str], input: &[u8]) -> (Vec<Value>, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .arg("classify")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The command may exit without reading its input.
    let _unread = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let results = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    (results.map(|line| serde_json::from_slice(line).unwrap()).collect(), output.status.code().unwrap())
}

/// Makes a folder for one test, with these files.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for (file, bytes) in files {
        std::fs::write(folder.join(file), bytes).unwrap();
    }
    folder
}

#[test]
fn a_record_has_every_field_for_any_input() {
    for body in ["error code: 522", "<title>Shop</title>", ""] {
        let (results, code) = run(&["--json", "-"], body.as_bytes());
        assert_eq!(code, 0, "{body}");
        for field in fields() {
            assert!(results[0].get(&field).is_some(), "{field} is missing for {body:?}");
        }
    }
}

#[test]
fn status_and_headers_are_used() {
    let folder =
        folder("headers", &[("head.txt", b"HTTP/2 522\r\nserver: cloudflare\r\ncf-ray: 9f140b785e57c458-FRA\r\n")]);
    let head = folder.join("head.txt");
    let (results, _) = run(&["--json", "--headers", head.to_str().unwrap(), "-"], b"error code: 522");
    assert_eq!(results[0]["kind"], "error");
    assert_eq!(results[0]["code"], 522);
    assert_eq!(results[0]["http_status"], 522);
    assert_eq!(results[0]["ray_id"], "9f140b785e57c458");
    assert_eq!(results[0]["data_centre"], "FRA");
    assert_eq!(results[0]["retryable"], true);
    assert_eq!(results[0]["retry_after_seconds"], 120);
    assert_eq!(results[0]["fault"], "origin");
    let (results, _) = run(&["--json", "--status", "522", "--headers", head.to_str().unwrap(), "-"], b"");
    assert_eq!(results[0]["code"], 522);
}

#[test]
fn a_page_without_a_code_names_the_party_at_fault() {
    let (queued, _) = run(&["--json", "-"], b"{\"cfWaitingRoom\":{\"inWaitingRoom\":true}}");
    assert_eq!((&queued[0]["kind"], &queued[0]["fault"]), (&"waiting-room".into(), &"rule".into()));
    let page = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={cType:'managed'}</script></html>";
    let (checked, _) = run(&["--json", "-"], page);
    assert_eq!((&checked[0]["kind"], &checked[0]["fault"]), (&"challenge".into(), &"rule".into()));
    let (other, _) = run(&["--json", "-"], b"hello");
    assert_eq!(other[0]["fault"], Value::Null);
}

#[test]
fn an_unreadable_file_has_a_record_in_its_place() {
    let folder = folder("places", &[("one.txt", b"error code: 1015"), ("three.txt", b"hello")]);
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    let (results, code) = run(&["--json", &path("one.txt"), &path("two.txt"), &path("three.txt")], b"");
    assert_eq!(code, 2);
    assert_eq!(results[0]["code"], 1015);
    assert_eq!(results[1]["kind"], Value::Null);
    assert!(results[1]["error"].as_str().unwrap().contains("two.txt"));
    for field in fields() {
        assert!(results[1].get(&field).is_some(), "{field}");
    }
    assert_eq!(results[2]["kind"], "not-cloudflare");
}

#[test]
fn a_manifest_has_a_record_per_row_with_paths_relative_to_its_folder() {
    let manifest = b"path,status,headers\na.txt,530,\nb.txt,,head.txt\ngone.txt,,\n\"a.txt\",999999,\n";
    let folder = folder(
        "manifest",
        &[
            ("a.txt", b"error code: 1016"),
            ("b.txt", b""),
            ("head.txt", b"521 \nServer: cloudflare\nCF-RAY: 9f140b785e57c458-AMS\n"),
            ("list.csv", manifest),
        ],
    );
    let (results, code) = run(&["--json", "--manifest", folder.join("list.csv").to_str().unwrap()], b"");
    assert_eq!(code, 2);
    assert_eq!((&results[0]["code"], &results[0]["http_status"]), (&1016.into(), &530.into()));
    assert_eq!((&results[1]["code"], &results[1]["data_centre"]), (&521.into(), &"AMS".into()));
    assert_eq!(results[2]["kind"], Value::Null);
    assert!(results[3]["error"].as_str().unwrap().contains("row 5"));
}

#[test]
fn a_stream_has_a_record_per_line() {
    let lines = "{\"url\":\"https://shop.example/a?b=c\",\"status\":522,\"headers\":{\"Server\":\"cloudflare\",\"CF-Ray\":[\"9f140b785e57c458-FRA\"]},\"body\":\"error code: 522\"}\n\
        {\"body\":\n\
        {\"headers\":\"HTTP/1.1 403\\r\\nserver: cloudflare\\r\\ncf-mitigated: challenge\",\"body\":\"\"}\n";
    let (results, code) = run(&["--stream"], lines.as_bytes());
    assert_eq!(code, 2);
    assert_eq!(results[0]["input"], "https://shop.example/a?b=c");
    assert_eq!((&results[0]["host"], &results[0]["data_centre"]), (&"shop.example".into(), &"FRA".into()));
    assert_eq!(results[1]["kind"], Value::Null);
    assert_eq!(results[2]["kind"], "challenge");
}

#[test]
fn a_huge_body_is_classified_and_its_pipe_drained() {
    let (results, code) = run(&["--json"], &vec![b'x'; 8 * 1024 * 1024]);
    assert_eq!((code, &results[0]["kind"]), (0, &"not-cloudflare".into()));
}

#[test]
fn a_stream_answers_each_line_before_the_next_one_comes() {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(env!("CARGO_BIN_EXE_rayback"))
        .args(["classify", "--stream"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for code in [522, 1016] {
        writeln!(input, "{{\"body\":\"error code: {code}\"}}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["code"], code);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}
