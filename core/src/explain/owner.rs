//! The part for owners.

use serde::Serialize;

use crate::catalog::{self, Cause, Command, Limit, Meaning, Source};
use crate::code::Code;
use crate::words::{Words, fill};

/// What an owner does about it, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OwnerPart {
    /// The causes, the likeliest first, each with its check and its fix.
    pub steps: Vec<CauseStep>,
    /// What keeps it from coming back.
    pub prevention: Vec<String>,
    /// The time-outs and sizes that produce it, with their dates.
    pub limits: Vec<String>,
    /// What works while Cloudflare itself is down, what doesn't, and what to prepare; empty for codes that are never Cloudflare's.
    pub outage: Vec<String>,
    /// The codes it is confused with, and how to tell.
    pub confusables: Vec<ConfusableText>,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseStep {
    /// The cause.
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
    /// Where we read that the code has this cause.
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
pub struct ConfusableText {
    /// The other code.
    pub code: Code,
    /// How to tell.
    pub text: String,
}

impl OwnerPart {
    pub(super) fn new(meaning: &Meaning, host: Option<&str>, words: &Words) -> Self {
        let entry = meaning.entry;
        // A host comes from a page: only what can be one goes into a command that people paste.
        let host = host.filter(|host| is_host(host)).unwrap_or("www.example.com");
        Self {
            steps: meaning.causes.iter().map(|cause| CauseStep::new(meaning, *cause, host, words)).collect(),
            prevention: entry
                .into_iter()
                .flat_map(|entry| entry.preventions)
                .map(|prevention| words.say(&format!("prevention.{}", prevention.id())).to_owned())
                .collect(),
            limits: entry.into_iter().flat_map(|entry| entry.limits).map(|it| limit(it, words)).collect(),
            outage: outage(meaning, words),
            confusables: entry.map(|entry| confusables(entry.code, words)).unwrap_or_default(),
        }
    }
}

impl CauseStep {
    fn new(meaning: &Meaning, cause: Cause, host: &str, words: &Words) -> Self {
        let line = |name: &str| words.say(&format!("cause.{}.{name}", cause.id())).to_owned();
        Self {
            cause,
            title: line("title"),
            check: line("check"),
            check_commands: commands(cause.check(), host),
            fix: line("fix"),
            fix_commands: commands(cause.fix(), host),
            source: meaning.citation(cause),
            advice: advice(cause),
        }
    }
}

/// What an owner can and can't do during an outage of Cloudflare's.
///
/// Source: the owners' reports of 18 November 2025: the dashboard's login was locked by Turnstile, and those without a token at
/// hand couldn't switch the proxy off.
fn outage(meaning: &Meaning, words: &Words) -> Vec<String> {
    if !meaning.causes.contains(&Cause::EdgeFault) {
        return Vec::new();
    }
    ["outage.wait", "outage.dashboard", "outage.token", "outage.direct"].map(|key| words.say(key).to_owned()).to_vec()
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
pub(super) fn confusables(code: Code, words: &Words) -> Vec<ConfusableText> {
    catalog::confusables(code)
        .map(|(other, pair)| ConfusableText {
            code: other,
            text: words.say(&format!("neighbour.{}", pair.id())).to_owned(),
        })
        .collect()
}

/// One limit with its dates.
pub(super) fn limit(limit: &Limit, words: &Words) -> String {
    let unit = words.say(&format!("unit.{}", limit.kind.unit())).to_owned();
    let mut text =
        words.fill(&format!("limit.{}", limit.kind.id()), &[("n", &limit.value.to_string()), ("unit", &unit)]);
    let dates: Vec<_> = [("limit.from", limit.from), ("limit.until", limit.until)]
        .into_iter()
        .filter_map(|(key, date)| Some(words.fill(key, &[("date", date?)])))
        .collect();
    if !dates.is_empty() {
        text = format!("{text} ({})", dates.join(", "));
    }
    text
}
