//! Runs other programs, if they're installed. Each has a time limit, so that one that hangs doesn't hold up the rest.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::child;

/// How long a program that only reads local state may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// The most that is read of what a program prints, in bytes: a ban list can have a million entries.
const MOST: u64 = 256 * 1024 * 1024;

/// What a program printed.
pub(super) enum Output {
    /// It isn't installed.
    Missing,
    /// It failed, usually for lack of permissions: its last line of output, otherwise its status.
    Failed(String),
    /// It took too long or printed too much, so it was stopped.
    Stopped,
    Text(String),
}

/// Runs a program. With a folder it works there, and puts its temporary files there too.
pub(super) fn run(program: &str, arguments: &[impl AsRef<OsStr>], folder: Option<&Path>, limit: Duration) -> Output {
    // Administrators' tools aren't on every user's path.
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", format!("{path}:/usr/sbin:/sbin")).stdin(Stdio::null());
    if let Some(folder) = folder {
        command.current_dir(folder).env("TMPDIR", folder);
    }
    match finish(command, limit) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Output::Missing,
        // The system ends a program that goes on printing after nothing reads it any more.
        Ok(Finished { status: None, .. } | Finished { is_cut: true, .. }) => Output::Stopped,
        Ok(Finished { status: Some(status), text, .. }) if status.success() => Output::Text(text),
        Ok(Finished { status: Some(status), text, errors, .. }) => {
            let said = [errors, text].join("\n");
            // A crash ends by a signal, which says more than what was printed before it.
            let crashed = status.code().is_none();
            let (status, last) = (status.to_string(), said.lines().rfind(|line| !line.trim().is_empty()));
            let line = last.filter(|_| !crashed).unwrap_or(&status);
            Output::Failed(line.chars().filter(|it| !it.is_control()).take(200).collect())
        }
        Err(error) => Output::Failed(error.to_string()),
    }
}

/// A program that has ended.
struct Finished {
    /// Its status; `None` if it took too long and was killed.
    status: Option<ExitStatus>,
    text: String,
    errors: String,
    /// Whether it printed more than is read.
    is_cut: bool,
}

/// Waits until it exits, or kills it.
fn finish(mut command: Command, limit: Duration) -> io::Result<Finished> {
    let mut child = child::spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (output, errors) = (child.stdout.take().map(read), child.stderr.take().map(read));
    let status = child::wait(&mut child, limit)?;
    // A process that left the group may still hold the outputs open.
    let bytes = |receiver: Option<Receiver<Vec<u8>>>| {
        receiver.and_then(|receiver| receiver.recv_timeout(Duration::from_secs(1)).ok()).unwrap_or_default()
    };
    let (output, errors) = (bytes(output), bytes(errors));
    let is_cut = [&output, &errors].iter().any(|bytes| u64::try_from(bytes.len()).is_ok_and(|size| size >= MOST));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Finished { status, text: text(output), errors: text(errors), is_cut })
}

fn read(pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _broken_off = pipe.take(MOST).read_to_end(&mut bytes);
        let _nobody_waits = sender.send(bytes);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str, limit: Duration) -> Output {
        run("sh", &["-c", script], None, limit)
    }

    #[test]
    fn a_program_that_does_not_end_is_stopped() {
        let start = Instant::now();
        let output = shell("echo 'no socket' >&2; sleep 60", Duration::from_millis(300));
        assert!(matches!(output, Output::Stopped));
        // A program that prints without end is stopped once nothing reads its output.
        assert!(matches!(shell("exec cat /dev/zero", PATIENCE), Output::Stopped));
        assert!(matches!(shell("exit 3", PATIENCE), Output::Failed(said) if said == "exit status: 3"));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_crash_is_a_failure_and_not_a_time_limit() {
        let output = shell("echo reading; kill -SEGV $$", PATIENCE);
        assert!(matches!(output, Output::Failed(said) if said.starts_with("signal: 11")));
    }

    #[test]
    fn much_output_is_read_whole_and_a_failure_keeps_its_last_line() {
        let output = shell("head -c 3000000 /dev/zero | tr '\\0' x", PATIENCE);
        assert!(matches!(output, Output::Text(text) if text.len() == 3_000_000));
        let output = shell("echo first; echo second >&2; exit 3", PATIENCE);
        assert!(matches!(output, Output::Failed(said) if said == "first"));
        assert!(matches!(run("rayback-no-such-program", &["x"], None, PATIENCE), Output::Missing));
    }
}
