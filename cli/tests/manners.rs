//! The command's manners: closed pipes, exit codes, messages that say what to do.

#![expect(clippy::unwrap_used, reason = "a test may panic anywhere")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

fn rayback(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rayback"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    rayback(arguments).output().unwrap()
}

/// Reads one line of the output, closes the pipe, and returns the line, the exit code and what was on standard error.
fn read_one_line(arguments: &[&str]) -> (String, Option<i32>, String) {
    let mut child = rayback(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    (line, child.wait().unwrap().code(), errors)
}

/// Runs with the output closed before the first byte.
fn run_into_closed_pipe(arguments: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = rayback(arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    (child.wait().unwrap().code(), errors)
}

#[test]
fn every_command_ends_quietly_if_the_reader_has_left() {
    for arguments in [
        &["codes"][..],
        &["codes", "--json"],
        &["compare", "521", "522"],
        &["compare", "521", "522", "--json"],
        &["explain", "522", "--for", "owner", "--all"],
        &["explain", "522", "--json"],
        &["explain", "522", "--format", "markdown"],
        &["explain", "522", "--format", "html"],
        &["rules", "nftables"],
        &["classify"],
        &["classify", "--json"],
    ] {
        assert_eq!(run_into_closed_pipe(arguments), (Some(0), String::new()), "{arguments:?}");
    }
}

#[test]
fn head_of_a_long_list_ends_quietly() {
    let (line, code, errors) = read_one_line(&["codes", "--json"]);
    assert!(line.starts_with("{\"code\":"), "{line}");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_an_error_and_not_a_reader_that_left() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let output = rayback(&["codes"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn bad_input_is_named_with_its_place_and_a_fix_and_exits_with_2() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("manners");
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (no_column, bad_line) = (file("no-column.csv", "file\na.txt\n"), file("bad.ndjson", "{}\n{\"body\":\n"));
    let bad_status = file("bad-status.csv", "path,status\nbad.ndjson,9\n");
    for (arguments, parts) in [
        (&["explain", "banana"][..], &["\"banana\"", "65535", "rayback codes"][..]),
        (&["explain", "522", "--firewall", "ufw"], &["--for owner"]),
        (&["compare", "522", "1048"], &["1048", "rayback codes"]),
        (&["compare", "522", "521", "522"], &["522 is given twice"]),
        (&["doctor", "a.example", "--code", "banana"], &["\"banana\"", "65535"]),
        (&["check", "https://a.example/", "--timeout", "soon"], &["'soon'", "--timeout", "seconds"]),
        (&["check", "https://a.example/", "--via", "eu=x"], &["--via eu", "socks5://"]),
        (
            &["check", "https://a.example/", "--via-file", "no-such-file"],
            &["--via-file", "no-such-file", "one proxy per line"],
        ),
        (&["watch", "https://a.example/", "--state", "/dev/null/x"], &["/dev/null/x", "--state"]),
        (&["rules", "pf"], &["'pf'", "hcloud"]),
        (&["classify", "no-such-file"], &["no-such-file", "name a file"]),
        (&["classify", "--url", "shop"], &["\"shop\"", "http"]),
        (&["classify", "--manifest", &no_column], &["no-column.csv", "\"path\"", "first row"]),
        (&["classify", "--manifest", &bad_status], &["bad-status.csv", "row 2", "\"9\"", "100 to 999"]),
        (&["classify", "--stream", &bad_line], &["bad.ndjson", "line 2", "JSON object"]),
        (&["classify", "--stream", "no-such-file"], &["no-such-file", "JSON lines"]),
        (&["explain", "522", "--for", "owner", "--firewall", "pf"], &["'pf'", "ufw, nftables"]),
    ] {
        let output = run(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        for part in parts {
            assert!(message.contains(part), "{arguments:?}: {part} isn't in {message}");
        }
    }
}

#[test]
fn colours_are_left_out_of_a_pipe() {
    for arguments in [&["codes"][..], &["explain", "522"], &["compare", "521", "522"]] {
        let output = run(arguments);
        assert!(!output.stdout.contains(&0x1b), "{arguments:?}");
    }
}

#[test]
fn one_unreadable_file_does_not_end_a_run() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("manners-run");
    std::fs::create_dir_all(&folder).unwrap();
    let lines = folder.join("lines.ndjson");
    std::fs::write(&lines, "{\"body\":\"error code: 522\"}\n").unwrap();
    let output = run(&["classify", "--stream", "no-such-file", lines.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}

#[test]
fn colours_are_forced_and_no_color_wins() {
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = rayback(&["explain", "522"]);
        command.env_remove("NO_COLOR").envs(variables.iter().copied());
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]), "without this, the next line would prove nothing");
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

/// The commands that `rayback --help` lists.
fn visible_commands() -> Vec<String> {
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Lines that go on with a description are indented further.
    let names = list.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_visible_command_has_a_manual_page() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("manual");
    let output = run(&["manual", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let main = std::fs::read_to_string(folder.join("rayback.1")).unwrap();
    let commands = visible_commands();
    assert!(commands.iter().any(|name| name == "doctor"), "{commands:?}");
    for name in commands {
        let page = std::fs::read_to_string(folder.join(format!("rayback-{name}.1"))).unwrap();
        assert!(page.contains(".SH OPTIONS") && page.contains(".SH SYNOPSIS"), "{name}: {page}");
        assert!(main.contains(&format!("rayback\\-{name}(1)")), "{name} isn't in rayback.1");
    }
    assert!(!folder.join("rayback-manual.1").exists(), "a hidden command has no page");
}

#[test]
fn every_shell_gets_completions_for_every_visible_command() {
    let commands = visible_commands();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(&["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{shell}");
        for name in &commands {
            assert!(script.contains(name.as_str()), "{name} isn't in the completions for {shell}");
        }
    }
    assert_eq!(run_into_closed_pipe(&["completions", "bash"]), (Some(0), String::new()));
    assert_eq!(run(&["completions", "csh"]).status.code(), Some(2));
}
