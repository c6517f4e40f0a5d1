//! The layout of an explanation.

use super::{CauseStep, DescribedCommand, DescribedDecision, Explanation, OwnerPart};
use crate::catalog::{self, Source, SourceKind};
use crate::document::{Block, Command, Document, Fact, Reference, Step, Text};
use crate::outside::ranges::Tool;
use crate::words::{Key, Reader, Words, key};

/// How much of an owner's explanation to lay out; other readers always get all of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Whether to lay out every cause with all its commands, and limits, prevention and confusable codes. Otherwise the
    /// document opens with the likeliest [`Detail::FIRST_CAUSES`] and one command each.
    pub all: bool,
    /// The firewalls to print rules for.
    pub firewall: Firewall,
}

/// The firewalls whose rules an owner's explanation prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firewall {
    /// Every tool's rules, for a page that can fold them away.
    Every,
    /// This tool's rules only.
    Only(Tool),
    /// None; a note names the tools and the option that asks for one.
    Ask,
}

impl Detail {
    /// How many causes a short explanation opens with.
    pub const FIRST_CAUSES: usize = 3;
    /// Everything.
    pub const FULL: Self = Self { all: true, firewall: Firewall::Every };
    /// The likeliest causes, one command each.
    pub const SHORT: Self = Self { all: false, firewall: Firewall::Ask };
}

impl Explanation {
    /// The whole explanation as a document.
    #[must_use]
    pub fn document(&self, words: &Words) -> Document {
        self.excerpt(Detail::FULL, words)
    }

    /// The explanation as a document, in which `detail` limits the owner's causes and commands.
    #[must_use]
    pub fn excerpt(&self, detail: Detail, words: &Words) -> Document {
        let mut document = Document::new(words);
        document.title(&self.heading);
        if self.code.is_some_and(|code| catalog::entry(code).is_none()) {
            document.note(words.get(key::label::UNLISTED));
        }
        match (&self.owner, &self.engineer) {
            (Some(part), _) if !detail.all && !part.steps.is_empty() => {
                document.paragraph(Text::of(&self.seen, Reader::Owner, words));
                causes(&mut document, part, detail, words);
                self.sources(&mut document, detail, words);
                return document;
            }
            (owner, engineer) => {
                self.what(&mut document, owner.is_some() || engineer.is_some(), words);
                match (owner, engineer) {
                    (Some(part), _) => self::owner(&mut document, part, detail, words),
                    (_, Some(decision)) => self::engineer(&mut document, decision, words),
                    (None, None) => self.visitor(&mut document, words),
                }
            }
        }
        if let Some(plain) = &self.unbranded {
            document.heading(words.get(key::label::UNBRANDED));
            document.paragraph(&plain.cause);
            document.paragraph(&plain.fault);
        }
        self.sources(&mut document, detail, words);
        document
    }

    /// What happened, leg by leg, and whose fault it is.
    fn what(&self, document: &mut Document, with_seen: bool, words: &Words) {
        document.heading(words.get(key::label::WHAT));
        document.paragraph(&self.cause);
        if with_seen {
            document.heading(words.get(key::label::SEEN));
            document.paragraph(Text::of(&self.seen, Reader::Owner, words));
        }
        document.push(Block::Legs { legs: self.legs.clone() });
        document.heading(words.get(key::label::FAULT));
        document.paragraph(&self.fault);
        if let Some(innocent) = &self.innocent {
            document.paragraph(innocent);
        }
    }

    fn visitor(&self, document: &mut Document, words: &Words) {
        if !self.actions.is_empty() {
            document.heading(words.get(key::label::DO));
            document.push(Block::Steps { steps: self.actions.iter().map(|advice| Step::new(&advice.text)).collect() });
        }
        for (label, text) in [
            (key::label::GONE, Some(&self.gone_for_good)),
            (key::label::LONG, Some(&self.how_long)),
            (key::label::FORM, Some(&self.lost_form)),
            (key::label::APP, self.in_an_app.as_ref()),
        ] {
            let Some(text) = text else { continue };
            document.heading(words.get(label));
            document.paragraph(text);
        }
    }

    /// The sources of everything the document says, each once; manuals only of the commands that it prints.
    fn sources(&self, document: &mut Document, detail: Detail, words: &Words) {
        let steps = self.owner.iter().flat_map(|part| part.shown(detail));
        let causes = steps.flat_map(|step| core::iter::once(step.source).chain(step.advice.iter().copied()));
        let facts = self.sources.iter().copied().chain(causes).filter(|source| source.kind != SourceKind::Manual);
        let mut sources = Reference::all(facts, words);
        for manual in document.commands().filter_map(|command| command.source.as_ref()) {
            if !sources.contains(manual) {
                sources.push(manual.clone());
            }
        }
        if !sources.is_empty() {
            document.heading(words.get(key::label::SOURCES));
            document.push(Block::Sources { sources });
        }
    }
}

impl OwnerPart {
    fn shown(&self, detail: Detail) -> impl Iterator<Item = &CauseStep> {
        self.steps.iter().take(if detail.all { usize::MAX } else { Detail::FIRST_CAUSES })
    }
}

fn owner(document: &mut Document, part: &OwnerPart, detail: Detail, words: &Words) {
    if !part.steps.is_empty() {
        causes(document, part, detail, words);
    }
    let confusables: Vec<_> = part.confusables.iter().map(|it| it.text.clone()).collect();
    for (label, lines) in [
        (key::label::LIMITS, &part.limits),
        (key::label::PREVENTION, &part.prevention),
        (key::label::DASHBOARD, &part.dashboard),
        (key::label::OUTAGE, &part.outage),
        (key::label::NEIGHBOURS, &confusables),
    ] {
        if !lines.is_empty() {
            document.heading(words.get(label));
            document.list(lines.iter().map(|line| Text::of(line, Reader::Owner, words)));
        }
    }
}

fn causes(document: &mut Document, part: &OwnerPart, detail: Detail, words: &Words) {
    document.heading(words.get(key::label::CAUSES));
    document.push(Block::Steps { steps: part.shown(detail).map(|step| cause(step, detail, words)).collect() });
    let left_out = part.steps.len().saturating_sub(part.shown(detail).count());
    for (name, note) in [("ORIGIN_IP", key::explain::ORIGIN_IP), ("ORIGIN_NAME", key::explain::ORIGIN_NAME)] {
        if document.commands().any(|command| command.lines.iter().any(|line| line.contains(name))) {
            document.note(words.get(note));
        }
    }
    if left_out > 0 {
        document.note(words.format(key::explain::MoreCauses { n: u64::try_from(left_out).unwrap_or(u64::MAX) }));
    }
}

fn cause(step: &CauseStep, detail: Detail, words: &Words) -> Step {
    let commands = if detail.all { usize::MAX } else { 1 };
    let fact = |label: Key, value: &str| Block::Facts {
        facts: vec![Fact::new(words.get(label), Text::of(value, Reader::Owner, words))],
    };
    let mut blocks = vec![fact(key::label::CHECK, &step.check)];
    blocks.extend(step.check_commands.iter().take(commands).map(|it| command(it, words)));
    blocks.push(fact(key::label::FIX, &step.fix));
    match detail.firewall {
        Firewall::Only(tool) if step.cause.has_firewall_rules() => {
            blocks.extend(
                step.fix_commands.iter().filter(|it| it.program == tool.program()).map(|it| command(it, words)),
            );
        }
        Firewall::Ask if step.cause.has_firewall_rules() => {
            let text = words.format(key::explain::FirewallTools { tools: &programs(&step.fix_commands, words) });
            blocks.push(Block::Note { text: text.into() });
        }
        _ if detail.all => blocks.extend(step.fix_commands.iter().map(|it| command(it, words))),
        _ => {}
    }
    Step { title: Text::of(&step.title, Reader::Owner, words), blocks }
}

/// The programs of these commands, each once: `ufw, nftables, nginx`.
fn programs(commands: &[DescribedCommand], words: &Words) -> String {
    let mut names: Vec<_> = commands.iter().map(|command| command.program.to_owned()).collect();
    names.dedup();
    words.list(names)
}

fn command(command: &DescribedCommand, words: &Words) -> Block {
    let manual = command.manual.as_ref().map(|source: &Source| Reference::new(source, words));
    Block::Command(Command::new(&command.tool, &command.text, manual))
}

fn engineer(document: &mut Document, decision: &DescribedDecision, words: &Words) {
    for (label, text) in [
        (key::label::RETRY, Some(&decision.retry)),
        (key::label::WAIT, Some(&decision.wait)),
        (key::label::RESEND, Some(&decision.resend)),
        (key::label::ELSEWHERE, decision.elsewhere.as_ref()),
        (key::label::PROXY, decision.proxy.as_ref()),
        (key::label::MARK_DOWN, Some(&decision.mark_down)),
    ] {
        let Some(text) = text else { continue };
        document.heading(words.get(label));
        document.paragraph(Text::of(text, Reader::Engineer, words));
    }
    document.heading(words.get(key::label::LOG));
    document.list(decision.decision.log.iter().copied());
}
