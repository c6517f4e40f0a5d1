//! An assessment as a document.

use super::{Assessment, ByMode, Check, CodeKnownBy, Finding, Outcome, RankedCause};
use crate::catalog::{self, Cause};
use crate::code::Code;
use crate::document::{self, Block, CheckState, Command, Document, Fact, Step, Text};
use crate::outside::ranges::{Ranges, Tool};
use crate::words::{Key, Words, key};

/// How many causes with evidence are shown.
const MOST_CAUSES: usize = 4;

impl Assessment {
    /// The assessment as a document: the checks, what Cloudflare shows, and the causes with their evidence and fixes.
    ///
    /// `rules` adds rules for this firewall or web server to a cause that they fix. `is_shortened` adds a note that time
    /// limits were shorter than Cloudflare's; see [`Limits::are_shortened`](super::Limits::are_shortened).
    #[must_use]
    pub fn document(&self, rules: Option<Tool>, is_shortened: bool, words: &Words) -> Document {
        let mut document = Document::new(words);
        document.title(&self.host);
        if is_shortened {
            document.note(words.get(key::doctor::SHORTENED));
        }
        document.push(Block::Checks { checks: self.checks.iter().map(|check| check.line(words)).collect() });
        document.heading(self.conclusion(words));
        self.modes(&mut document, words);
        // If the code was predicted from the findings, all of them explain it.
        let is_known = matches!(self.code_known_by, CodeKnownBy::Shown | CodeKnownBy::Reported);
        let found = self.causes.iter().filter(|suspect| !suspect.evidence.is_empty());
        let (causes, others): (Vec<_>, Vec<_>) = found.partition(|suspect| !is_known || suspect.explains_code);
        let mut fixes = Vec::new();
        // Without an error there are only risks, not causes.
        let is_fine = self.outcome == Outcome::NothingFound;
        let heading = if is_fine { key::doctor::RISKS } else { key::doctor::CAUSES };
        self.list(&mut document, heading, &causes, &mut fixes, rules, words);
        if let Some(code) = self.code.filter(|_| is_known && causes.is_empty()) {
            document.paragraph(words.format(key::doctor::Unexplained { code: &code.to_string() }));
        }
        if !self.not_excluded.is_empty() {
            document.heading(words.get(key::doctor::OPEN));
            document.list(self.not_excluded.iter().map(|cause| title(*cause, words)));
        }
        self.list(&mut document, key::doctor::ALSO, &others, &mut fixes, rules, words);
        document
    }

    /// The code and how it's known, in one line.
    fn conclusion(&self, words: &Words) -> String {
        let Some(code) = self.code else {
            return words
                .get(match self.outcome {
                    _ if self.redirects_in_a_loop() => key::doctor::REDIRECTS,
                    _ if self.has_no_address() => key::doctor::UNRESOLVED,
                    Outcome::CouldNotTell => key::doctor::UNKNOWN,
                    _ if self.by_mode == ByMode::default() => key::doctor::WORKING,
                    _ => key::doctor::DEPENDS,
                })
                .to_owned();
        };
        let name = catalog::entry(code).map_or("", |entry| entry.name);
        let code = &code.to_string();
        match self.code_known_by {
            CodeKnownBy::Shown => words.format(key::doctor::Shown { code, name }),
            CodeKnownBy::Reported => words.format(key::doctor::Reported { code, name }),
            CodeKnownBy::Predicted | CodeKnownBy::None => words.format(key::doctor::Predicted { code, name }),
        }
    }

    /// Whether browsers can't find the site at all.
    fn has_no_address(&self) -> bool {
        let dead = [Finding::DnsNoName, Finding::DnsNoAddress, Finding::DnsAliasDangling];
        self.checks.iter().any(|check| dead.contains(&check.finding))
    }

    fn redirects_in_a_loop(&self) -> bool {
        let loops = [Finding::EdgeRedirectLoop, Finding::HttpRedirectLoop];
        self.checks.iter().any(|check| loops.contains(&check.finding))
    }

    /// The code in each encryption mode, where they differ.
    fn modes(&self, document: &mut Document, words: &Words) {
        let ByMode { flexible, full, strict } = self.by_mode;
        if flexible == full && full == strict {
            return;
        }
        let fact = |label: Key, code: Option<Code>| {
            let none = || words.get(key::doctor::mode::NONE).to_owned();
            Fact::new(words.get(label), code.map_or_else(none, |code| code.to_string()))
        };
        let facts = vec![
            fact(key::doctor::mode::FLEXIBLE, flexible),
            fact(key::doctor::mode::FULL, full),
            fact(key::doctor::mode::STRICT, strict),
        ];
        document.push(Block::Facts { facts });
    }

    /// Lists causes with their evidence and fixes. One fix often serves several causes, and is shown once.
    fn list(
        &self,
        document: &mut Document,
        heading: Key,
        suspects: &[&RankedCause],
        fixes: &mut Vec<String>,
        rules: Option<Tool>,
        words: &Words,
    ) {
        let steps: Vec<_> = suspects
            .iter()
            .take(MOST_CAUSES)
            .map(|suspect| {
                let fact = |label: Key, value: String| Block::Facts { facts: vec![Fact::new(words.get(label), value)] };
                let checks = || self.checks.iter().filter(|check| suspect.evidence.contains(&check.finding));
                let mut blocks: Vec<_> =
                    checks().map(|check| fact(key::doctor::EVIDENCE, check.describe(words))).collect();
                for fix in checks().filter_map(|check| check.fix(words)) {
                    if !fixes.contains(&fix) {
                        blocks.push(fact(key::label::FIX, fix.clone()));
                        fixes.push(fix);
                    }
                }
                if let Some(tool) = rules.filter(|_| suspect.cause.has_firewall_rules()) {
                    let rules = Ranges::embedded().rules(tool, words);
                    blocks.push(Block::Command(Command::new(&tool.describe(words), &rules, None)));
                }
                Step { title: title(suspect.cause, words).into(), blocks }
            })
            .collect();
        if !steps.is_empty() {
            document.heading(words.get(heading));
            document.push(Block::Steps { steps });
        }
    }
}

impl Check {
    /// What it found, with its subject.
    #[must_use]
    pub fn describe(&self, words: &Words) -> String {
        let text = words.format(key::doctor::finding::Text { of: self.finding, values: &self.values() });
        if self.subject.is_empty() {
            return text;
        }
        words.format(key::doctor::Subject { subject: &self.subject, text: &text })
    }

    /// How to fix it; `None` if nothing is wrong.
    #[must_use]
    pub fn fix(&self, words: &Words) -> Option<String> {
        let is_wrong = matches!(self.state, CheckState::Fail | CheckState::Warn);
        let fix = words.format(key::doctor::finding::Fix { of: self.finding, values: &self.values() });
        (is_wrong && !fix.is_empty()).then_some(fix)
    }

    fn values(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn line(&self, words: &Words) -> document::Check {
        let mut text = self.describe(words);
        let command = self.values.iter().find(|(name, _)| *name == "command").map(|(_, command)| command.as_str());
        let command = command.filter(|command| !command.is_empty() && text.ends_with(command)).map(Text::from);
        if let Some(millis) = self.took_ms.filter(|_| command.is_none()) {
            let seconds = &format!("{}.{:03}", millis / 1000, millis % 1000);
            text = words.format(key::doctor::Took { text: &text, seconds });
        }
        let state = match self.state {
            CheckState::Pass => key::doctor::state::PASS,
            CheckState::Warn => key::doctor::state::WARN,
            CheckState::Fail => key::doctor::state::FAIL,
            CheckState::NotChecked => key::doctor::state::NOT_CHECKED,
        };
        document::Check {
            state: self.state,
            state_text: words.get(state).into(),
            name: Text::from(words.get(name(self.finding))),
            text: text.into(),
            command,
        }
    }
}

/// The name of the check that can have this finding.
fn name(finding: Finding) -> Key {
    use key::doctor::leg;
    if matches!(finding, Finding::TcpRoute | Finding::TcpRouteNotChecked) {
        return leg::ROUTE;
    }
    match finding.id().split('-').next().unwrap_or_default() {
        "dns" => leg::DNS,
        "edge" => leg::EDGE,
        "origin" => leg::ORIGIN,
        "tcp" => leg::TCP,
        "tls" => leg::TLS,
        "certificate" => leg::CERTIFICATE,
        "certificates" => leg::CERTIFICATES,
        "http" | "https" => leg::HTTP,
        "zone" => leg::ZONE,
        "listen" => leg::LISTEN,
        "firewall" => leg::FIREWALL,
        "bans" => leg::BANS,
        "web" => leg::WEB,
        "renewal" => leg::RENEWAL,
        "ready" => leg::READY,
        "tunnel" => leg::TUNNEL,
        _ => leg::MACHINE,
    }
}

fn title(cause: Cause, words: &Words) -> &str {
    words.get(key::cause::title(cause))
}
