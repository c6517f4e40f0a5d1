//! The part for owners.

use serde::Serialize;

use crate::catalog::{self, Cause, Command, Entry, Limit, Source};
use crate::diagnosis::Form;
use crate::words::{Key, Words, fill, key};

/// What an owner does about it, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OwnerPart {
    /// The causes, the likeliest first, each with its check and its fix.
    pub steps: Vec<CauseStep>,
    /// What keeps it from coming back.
    pub prevention: Vec<String>,
    /// The time-outs and sizes that produce it, with their dates.
    pub limits: Vec<String>,
    /// The codes it is confused with, and how to tell.
    pub neighbours: Vec<NeighbourText>,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseStep {
    /// Which.
    pub cause: Cause,
    /// Its name.
    pub title: String,
    /// How to prove or exclude it.
    pub check: String,
    /// The commands for that.
    pub check_commands: Vec<CommandText>,
    /// What to do if it is this.
    pub fix: String,
    /// The commands for that.
    pub fix_commands: Vec<CommandText>,
    /// Where it was read that the code has this cause.
    pub source: Source,
    /// Where the check and the fix were read, the manuals of the commands at the end.
    pub advice: Vec<Source>,
}

/// A command to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandText {
    /// The tool it is for.
    pub tool: &'static str,
    /// The command; `ORIGIN_IP` stands for the server's own address.
    pub text: String,
}

/// A code that is confused with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeighbourText {
    /// The other code.
    pub code: u16,
    /// How to tell.
    pub text: String,
}

impl OwnerPart {
    pub(super) fn new(entry: Option<&Entry>, form: Form, host: Option<&str>, words: &Words) -> Self {
        let Some(entry) = entry else { return Self::default() };
        let causes = match (entry.unbranded, form) {
            (Some(unbranded), Form::Unbranded) => unbranded.causes,
            _ => entry.causes,
        };
        // A host comes from a page: only what can be one goes into a command that people paste.
        let host = host.filter(|host| is_host(host)).unwrap_or("www.example.com");
        Self {
            steps: causes.iter().map(|cause| CauseStep::new(entry.code, *cause, host, words)).collect(),
            prevention: entry
                .preventions
                .iter()
                .map(|prevention| words.get(key::prevention::text(*prevention)).to_owned())
                .collect(),
            limits: entry.limits.iter().map(|it| limit(it, words)).collect(),
            neighbours: neighbours(entry.code, words),
        }
    }
}

impl CauseStep {
    fn new(code: u16, cause: Cause, host: &str, words: &Words) -> Self {
        let text = |key: Key| words.get(key).to_owned();
        Self {
            cause,
            title: text(key::cause::title(cause)),
            check: text(key::cause::check(cause)),
            check_commands: commands(cause.check(), host),
            fix: text(key::cause::fix(cause)),
            fix_commands: commands(cause.fix(), host),
            source: catalog::ground(code, cause),
            advice: advice(cause),
        }
    }
}

/// Each source once, in order.
fn advice(cause: Cause) -> Vec<Source> {
    let manuals = cause.check().iter().chain(cause.fix()).filter_map(Command::manual);
    let mut once = Vec::new();
    for source in cause.advice().iter().copied().chain(manuals) {
        if !once.contains(&source) {
            once.push(source);
        }
    }
    once
}

fn commands(commands: &'static [Command], host: &str) -> Vec<CommandText> {
    commands.iter().map(|it| CommandText { tool: it.tool, text: fill(it.text, &[("host", host)]) }).collect()
}

/// Letters, digits, dots and hyphens: nothing that a shell would read as more than a name.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

/// How each code that is confused with this one is told apart.
pub(super) fn neighbours(code: u16, words: &Words) -> Vec<NeighbourText> {
    catalog::neighbours(code)
        .filter_map(|(other, pair)| Some((other, key::neighbour::text(*pair)?)))
        .map(|(other, key)| NeighbourText { code: other, text: words.get(key).to_owned() })
        .collect()
}

/// One limit with its dates.
pub(super) fn limit(limit: &Limit, words: &Words) -> String {
    let unit = words.get(key::unit::text(limit.kind));
    let text = words.format(key::limit::Text { of: limit.kind, n: &limit.value.to_string(), unit });
    let remark = match (limit.from, limit.until) {
        (None, None) => return text,
        (Some(date), None) => words.format(key::limit::From { date }),
        (None, Some(date)) => words.format(key::limit::Until { date }),
        (Some(from), Some(until)) => words.format(key::limit::Between { from, until }),
    };
    words.format(key::sentence::Remark { text: &text, remark: &remark })
}
