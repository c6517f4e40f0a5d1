//! The part for owners.

use serde::Serialize;

use crate::catalog::{self, Cause, Command, Limit, Meaning, Source, limit};
use crate::code::Code;
use crate::outside::ranges::{Ranges, Tool};
use crate::words::{Key, Words, fill, key};

/// The owner's work, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct OwnerPart {
    /// The causes, the likeliest first, each with its check and its fix.
    pub steps: Vec<CauseStep>,
    /// Measures that keep the failure from coming back.
    pub prevention: Vec<String>,
    /// The time-outs and sizes that produce it, with their dates.
    pub limits: Vec<String>,
    /// Where the dashboard shows such errors; empty for codes other than 5xx.
    pub dashboard: Vec<String>,
    /// What works while Cloudflare itself is down, what doesn't, and what to prepare; empty for codes that never blame
    /// Cloudflare.
    pub outage: Vec<String>,
    /// The codes it is often confused with, and how to tell them apart.
    pub confusables: Vec<DescribedConfusable>,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseStep {
    /// The cause.
    pub cause: Cause,
    /// The cause in a few words.
    pub title: String,
    /// How to prove or exclude it.
    pub check: String,
    /// The commands that prove or exclude it.
    pub check_commands: Vec<DescribedCommand>,
    /// How to fix it.
    pub fix: String,
    /// The commands that fix it.
    pub fix_commands: Vec<DescribedCommand>,
    /// The source that names this cause for the code.
    pub source: Source,
    /// The sources of the check and the fix, followed by the commands' manuals.
    pub advice: Vec<Source>,
}

/// A command to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedCommand {
    /// The program it is for, such as `nginx`.
    pub program: &'static str,
    /// The program, and what the command is for if the program has several to choose from.
    pub tool: String,
    /// The command, one or more lines. The placeholders are `ORIGIN_IP`, the server's own address, and `ORIGIN_NAME`,
    /// its record's target.
    pub text: String,
    /// The tool's manual, where one is listed.
    pub manual: Option<Source>,
}

/// A code that is often confused with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedConfusable {
    /// The other code.
    pub code: Code,
    /// How to tell the two apart.
    pub text: String,
}

impl OwnerPart {
    pub(super) fn new(meaning: &Meaning, host: Option<&str>, words: &Words) -> Self {
        let entry = meaning.entry;
        // The host comes from a page, and users paste these commands: only a valid name goes in.
        let host = host.filter(|host| is_host(host)).unwrap_or("www.example.com");
        Self {
            steps: meaning.causes.iter().map(|cause| CauseStep::new(meaning, *cause, host, words)).collect(),
            prevention: entry
                .into_iter()
                .flat_map(|entry| entry.preventions)
                .map(|prevention| words.get(key::prevention::text(*prevention)).to_owned())
                .collect(),
            limits: entry.into_iter().flat_map(|entry| entry.limits).map(|it| limit(it, words)).collect(),
            dashboard: dashboard(meaning, words),
            outage: outage(meaning, words),
            confusables: entry.map(|entry| confusables(entry.code, words)).unwrap_or_default(),
        }
    }
}

impl CauseStep {
    fn new(meaning: &Meaning, cause: Cause, host: &str, words: &Words) -> Self {
        let text = |key: Key| words.get(key).to_owned();
        let (check_commands, fix_commands) = (commands(cause.check(), host), fix_commands(cause, host, words));
        let manuals = check_commands.iter().chain(&fix_commands).filter_map(|command| command.manual);
        let advice = distinct(cause.advice().iter().copied().chain(manuals));
        Self {
            cause,
            title: text(key::cause::title(cause)),
            check: text(key::cause::check(cause)),
            check_commands,
            fix: text(key::cause::fix(cause)),
            fix_commands,
            source: meaning.citation(cause),
            advice,
        }
    }
}

/// Where the dashboard shows an error that the origin or the way to it may have caused.
///
/// Source: Cloudflare's documentation, "Cloudflare 5xx errors"; for the direct test "Error 520".
fn dashboard(meaning: &Meaning, words: &Words) -> Vec<String> {
    if !meaning.entry.is_some_and(|entry| entry.code.is_server_error()) {
        return Vec::new();
    }
    [key::dashboard::ANALYTICS, key::dashboard::ORIGIN, key::dashboard::LOG, key::dashboard::DIRECT]
        .map(|key| words.get(key).to_owned())
        .to_vec()
}

/// What an owner can and can't do while Cloudflare itself is down.
///
/// Source: owners' reports from 18 November 2025. Turnstile kept them from logging in to the dashboard, and without an API
/// token at hand they couldn't turn the proxy off.
fn outage(meaning: &Meaning, words: &Words) -> Vec<String> {
    if !meaning.causes.contains(&Cause::EdgeFault) {
        return Vec::new();
    }
    [key::outage::WAIT, key::outage::DASHBOARD, key::outage::TOKEN, key::outage::DIRECT]
        .map(|key| words.get(key).to_owned())
        .to_vec()
}

/// Each source once, in order.
fn distinct(sources: impl Iterator<Item = Source>) -> Vec<Source> {
    let mut distinct = Vec::new();
    for source in sources {
        if !distinct.contains(&source) {
            distinct.push(source);
        }
    }
    distinct
}

fn commands(commands: &'static [Command], host: &str) -> Vec<DescribedCommand> {
    let keep_alive = limit::KEEP_ALIVE_TIME.as_secs().to_string();
    let networks: Vec<_> = Ranges::embedded().networks.iter().map(ToString::to_string).collect();
    let networks = networks.join(" or net ");
    commands
        .iter()
        .map(|it| DescribedCommand {
            program: it.tool,
            tool: it.tool.to_owned(),
            text: fill(it.text, &[("host", host), ("keep_alive", &keep_alive), ("networks", &networks)]),
            manual: it.manual(),
        })
        .collect()
}

fn fix_commands(cause: Cause, host: &str, words: &Words) -> Vec<DescribedCommand> {
    let rules: &[Tool] = if cause.has_firewall_rules() { Tool::ALL } else { &[] };
    let rules = rules.iter().map(|tool| DescribedCommand {
        program: tool.program(),
        tool: tool.describe(words),
        text: tool.script(words),
        manual: catalog::manual_of(tool.program()),
    });
    commands(cause.fix(), host).into_iter().chain(rules).collect()
}

/// Whether the text has only letters, digits, dots and hyphens, so that a shell reads it as a plain word.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

/// The codes that are often confused with this one, and how to tell each apart.
pub(super) fn confusables(code: Code, words: &Words) -> Vec<DescribedConfusable> {
    catalog::confusables(code)
        .filter_map(|(other, pair)| Some((other, key::neighbour::text(pair)?)))
        .map(|(other, key)| DescribedConfusable { code: other, text: words.get(key).to_owned() })
        .collect()
}

/// One limit with its dates.
pub(super) fn limit(limit: &Limit, words: &Words) -> String {
    let unit = words.get(key::unit::text(limit.kind));
    let text = words.format(key::limit::Text { of: limit.kind, n: &limit.amount.to_string(), unit });
    match (limit.from, limit.until) {
        (None, None) => text,
        (Some(from), None) => words.format(key::limit::Since { limit: &text, from }),
        (None, Some(until)) => words.format(key::limit::Until { limit: &text, until }),
        (Some(from), Some(until)) => words.format(key::limit::Between { limit: &text, from, until }),
    }
}
