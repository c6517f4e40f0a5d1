//! `rayback explain`: a code, told to one of three readers.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use rayback_core::catalog::{self, LegState, Source, SourceKind};
use rayback_core::code::Code;
use rayback_core::diagnosis::Kind;
use rayback_core::explain::{
    Audience, Decision, Explanation, OwnerPart, explain_code, explain_kind, explain_unbranded,
};
use rayback_core::words::Words;

use crate::sheet::{Sheet, Tone};

/// What to explain, and to whom
#[derive(Args)]
pub(crate) struct Arguments {
    /// The code, such as 522 or 1033; or a page without one: block, challenge, access, waiting-room, warning, gateway, paid-crawl, imitation
    code: String,
    /// Who reads
    #[arg(long = "for", value_enum, default_value_t = Reader::Visitor)]
    reader: Reader,
    /// Explain the plain page that ends in "cloudflare" instead of the branded one (502, 503, 504)
    #[arg(long)]
    unbranded: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Who reads.
#[derive(Clone, Copy, ValueEnum)]
enum Reader {
    /// Whoever sees the page
    Visitor,
    /// Whoever runs the site
    Owner,
    /// Whoever runs a program that meets the page
    Engineer,
}

/// Prints the explanation of one code.
///
/// # Errors
///
/// If the code is no number, or standard output cannot be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = Words::english()?;
    let audience = match arguments.reader {
        Reader::Visitor => Audience::Visitor,
        Reader::Owner => Audience::Owner,
        Reader::Engineer => Audience::Engineer,
    };
    let told = match (kind(&arguments.code), arguments.unbranded) {
        (Some(kind), _) => explain_kind(kind, &words, audience),
        (None, true) => explain_unbranded(parse(&arguments.code)?, &words, audience),
        (None, false) => explain_code(parse(&arguments.code)?, &words, audience),
    };
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&told)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut sheet = Sheet::new();
    draw(&mut sheet, &told, audience, &words);
    let differs = |code: &Code| catalog::entry(*code).is_some_and(|entry| entry.unbranded.is_some());
    if let Some(code) = told.code.filter(differs).filter(|_| !arguments.unbranded) {
        let plain = explain_unbranded(code, &words, Audience::Visitor);
        sheet.heading(words.say("label.unbranded"));
        sheet.paragraph(&format!("{} {}", plain.cause, plain.fault));
    }
    sources(&mut sheet, &told, &words);
    sheet.print()?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the name of a page that bears no code, as `rayback classify` calls it.
fn kind(text: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| *kind != Kind::Error && kind.id() == text)
}

/// Reads a code as people write it.
///
/// # Errors
///
/// If it is no number from 1 to 65535.
pub(crate) fn parse(text: &str) -> Result<Code> {
    match text.trim().parse() {
        Ok(code) => Ok(code),
        Err(_) => bail!("{text:?} is not a code; give a number such as 522, or see them all with \"rayback codes\""),
    }
}

fn draw(sheet: &mut Sheet, told: &Explanation, audience: Audience, words: &Words) {
    sheet.title(&told.heading);
    if told.code.is_some_and(|code| catalog::entry(code).is_none()) {
        sheet.faint(words.say("label.unlisted"));
    }
    sheet.heading(words.say("label.what"));
    sheet.paragraph(&told.cause);
    if audience != Audience::Visitor {
        sheet.heading(words.say("label.seen"));
        sheet.paragraph(&told.seen);
    }
    sheet.gap();
    let legs: Vec<_> = told.legs.iter().map(|leg| (leg.name.clone(), leg.text.clone(), tone(leg.state))).collect();
    sheet.pairs(&legs);
    sheet.heading(words.say("label.fault"));
    sheet.paragraph(&told.fault);
    if let Some(innocent) = &told.innocent {
        sheet.paragraph(innocent);
    }
    match (&told.owner, &told.engineer) {
        (Some(part), _) => owner(sheet, part, words),
        (_, Some(decision)) => engineer(sheet, decision, words),
        _ => visitor(sheet, told, words),
    }
}

fn tone(state: LegState) -> Tone {
    match state {
        LegState::Passed => Tone::Good,
        LegState::Failed => Tone::Bad,
        LegState::Stopped => Tone::Strong,
        LegState::NotReached | LegState::Unknown => Tone::Faint,
    }
}

fn visitor(sheet: &mut Sheet, told: &Explanation, words: &Words) {
    sheet.heading(words.say("label.do"));
    for (number, advice) in (1..).zip(&told.actions) {
        sheet.numbered(number, &advice.text, Tone::Plain);
    }
    for (label, text) in [
        ("label.gone", Some(&told.gone_for_good)),
        ("label.long", Some(&told.how_long)),
        ("label.form", Some(&told.lost_form)),
        ("label.app", told.in_an_app.as_ref()),
    ] {
        let Some(text) = text else { continue };
        sheet.heading(words.say(label));
        sheet.paragraph(text);
    }
}

fn owner(sheet: &mut Sheet, part: &OwnerPart, words: &Words) {
    if !part.steps.is_empty() {
        sheet.heading(words.say("label.causes"));
    }
    for (number, step) in (1..).zip(&part.steps) {
        if number > 1 {
            sheet.gap();
        }
        sheet.numbered(number, &step.title, Tone::Strong);
        sheet.detail(&format!("{}: {}", words.say("label.check"), step.check));
        for command in &step.check_commands {
            sheet.command(command.tool, &command.text);
        }
        sheet.detail(&format!("{}: {}", words.say("label.fix"), step.fix));
        for command in &step.fix_commands {
            sheet.command(command.tool, &command.text);
        }
    }
    let lists =
        [("label.limits", &part.limits), ("label.prevention", &part.prevention), ("label.outage", &part.outage)];
    for (label, lines) in lists {
        if !lines.is_empty() {
            sheet.heading(words.say(label));
            for line in lines {
                sheet.bullet(line);
            }
        }
    }
    if !part.confusables.is_empty() {
        sheet.heading(words.say("label.neighbours"));
        for confusable in &part.confusables {
            sheet.bullet(&confusable.text);
        }
    }
}

fn engineer(sheet: &mut Sheet, decision: &Decision, words: &Words) {
    for (label, text) in [
        ("label.retry", &decision.retry),
        ("label.wait", &decision.wait),
        ("label.resend", &decision.resend),
        ("label.elsewhere", &decision.elsewhere),
        ("label.proxy", &decision.proxy),
        ("label.mark-down", &decision.mark_down),
        ("label.log", &decision.log),
    ] {
        sheet.heading(words.say(label));
        sheet.paragraph(text);
    }
}

/// Every page that the facts above were read on, each once.
fn sources(sheet: &mut Sheet, told: &Explanation, words: &Words) {
    let steps = told.owner.iter().flat_map(|part| &part.steps);
    let causes = steps.flat_map(|step| std::iter::once(step.source).chain(step.advice.iter().copied()));
    let mut seen: Vec<Source> = Vec::new();
    for source in told.sources.iter().copied().chain(causes) {
        if !seen.contains(&source) {
            seen.push(source);
        }
    }
    if seen.is_empty() {
        return;
    }
    sheet.heading(words.say("label.sources"));
    for source in seen {
        match source.kind {
            SourceKind::Documentation | SourceKind::Manual | SourceKind::Capture | SourceKind::Case => {
                sheet.faint(&format!("{} ({})", source.title, source.as_of));
            }
            SourceKind::Inference => sheet.faint(words.say("label.inferred")),
        }
        if !source.url.is_empty() {
            sheet.address(source.url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(number: &str, audience: Audience) -> String {
        let words = Words::english().unwrap();
        let mut sheet = Sheet::of_width(80);
        let told = explain_code(parse(number).unwrap(), &words, audience);
        draw(&mut sheet, &told, audience, &words);
        sources(&mut sheet, &told, &words);
        sheet.plain()
    }

    #[test]
    fn every_reader_gets_the_sources() {
        for audience in [Audience::Visitor, Audience::Owner, Audience::Engineer] {
            assert!(drawn("522", audience).contains("error-522"));
        }
    }

    #[test]
    fn an_owner_gets_commands_and_a_visitor_none() {
        assert!(drawn("522", Audience::Owner).contains("curl -sS"));
        assert!(!drawn("522", Audience::Visitor).contains("curl"));
    }

    #[test]
    fn an_unlisted_code_is_said_to_be_one() {
        assert!(drawn("1048", Audience::Visitor).contains("not in the catalogue"));
    }

    #[test]
    fn what_is_no_code_is_refused_with_the_remedy() {
        for text in ["", "abc", "0", "-522", "70000"] {
            assert!(parse(text).unwrap_err().to_string().contains("rayback codes"), "{text}");
        }
    }
}
