//! The user's command for each change.

use std::io::{self, Write as _};
use std::process::{self, Stdio};
use std::thread;
use std::time::Duration;

use rayback_core::explain::duration;
use rayback_core::words::Words;
use rayback_core::words::keys::watch;
use serde_json::Value;

use crate::child;

/// The variables that a command gets, and the fields of the change that they hold.
const VARIABLES: [(&str, &str); 8] = [
    ("RAYBACK_URL", "input"),
    ("RAYBACK_STATE", "state"),
    ("RAYBACK_REGION", "region"),
    ("RAYBACK_CODE", "code"),
    ("RAYBACK_STATUS", "http_status"),
    ("RAYBACK_FAULT", "fault"),
    ("RAYBACK_SINCE", "since"),
    ("RAYBACK_TEXT", "text"),
];

/// A command, run with `sh -c`. The change is never part of it, only of its input and environment.
pub(super) struct Command<'a>(&'a str);

/// What went wrong with a command.
pub(super) enum Problem {
    /// It failed, or couldn't be started.
    Failed(String),
    /// It took too long and was stopped.
    Late,
}

impl<'a> Command<'a> {
    /// How long it may take.
    const LIMIT: Duration = Duration::from_secs(30);

    pub(super) fn new(command: &'a str) -> Self {
        Self(command)
    }

    /// Runs it to its end; `problem` gets what went wrong.
    pub(super) fn run(&self, change: &Value, problem: impl FnOnce(Problem)) {
        match self.ended(change) {
            Ok(Some(status)) if status.success() => {}
            Ok(Some(status)) => problem(Problem::Failed(status.to_string())),
            Ok(None) => problem(Problem::Late),
            Err(error) => problem(Problem::Failed(error.to_string())),
        }
    }

    /// Returns its status; `None` if it was stopped.
    fn ended(&self, change: &Value) -> io::Result<Option<process::ExitStatus>> {
        let mut command = process::Command::new("sh");
        // Standard output is the watch's own.
        command.arg("-c").arg(self.0).stdin(Stdio::piped()).stdout(io::stderr());
        for (name, field) in VARIABLES {
            let value = match change.get(field) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            command.env(name, value.replace('\0', ""));
        }
        let mut child = child::spawn(&mut command)?;
        if let Some(mut input) = child.stdin.take() {
            let change = format!("{change}\n");
            // In its own thread, because a command may never read its input. If it closes it, that isn't an error.
            thread::spawn(move || input.write_all(change.as_bytes()));
        }
        child::wait(&mut child, Self::LIMIT)
    }
}

impl Problem {
    pub(super) fn text(&self, url: &str, words: &Words) -> String {
        match self {
            Self::Failed(detail) => words.format(watch::CommandFailed { url, detail }),
            Self::Late => {
                let limit = &duration(Command::LIMIT, words);
                words.format(watch::CommandLate { url, limit })
            }
        }
    }
}
