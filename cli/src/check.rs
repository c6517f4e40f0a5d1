//! `rayback check`: one visit to a page, and whose fault it is if that fails.
//!
//! It says what it is in `User-Agent` and never claims to be a browser. So a challenge or a block may be meant for this
//! tool alone, and then nothing is known about what visitors see.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use clap::Args;
use rayback_core::data_centre;
use rayback_core::document::{Block, Command, Document, Fact};
use rayback_core::explain::{Audience, explain};
use rayback_core::fault::{Situation, Verdict, judge};
use rayback_core::record::Record;
use rayback_core::time::Timestamp;
use rayback_core::words::Words;
use rayback_core::words::keys::{check, label};
use serde::Serialize;

use crate::language;
use crate::output;
use crate::printer::Printer;
use crate::visit::{Options, Outcome, Target, Visit, Visitor, parse, sentence};

/// What to visit, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback check https://www.example.com/
  rayback check -6 --json https://www.example.com/login

Exit codes: 0 it works, 1 an error, 2 wrong arguments, 3 couldn't tell (this tool was challenged, or its own network failed).
With several addresses, the code is that of the worst: 1, then 3, then 0.")]
pub(crate) struct Arguments {
    /// The pages to visit
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    #[command(flatten)]
    how: Options,
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
}

/// Visits every page and prints what came of it.
///
/// # Errors
///
/// If an argument is wrong, or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = language::words()?;
    let targets: Vec<_> = arguments.urls.iter().map(|url| parse(url)).collect::<Result<_>>()?;
    let visitor = Visitor::new(&arguments.how)?;
    let warning = visitor.warning(&words);
    if let Some(warning) = warning {
        eprintln!("{warning}");
    }
    let mut worst = 0;
    for target in &targets {
        let visit = visitor.visit(target);
        let code = visit.outcome.exit_code();
        // An error is worse than not knowing.
        worst = if worst == 1 || code == 1 { 1 } else { worst.max(code) };
        if arguments.json {
            output::json(&json(target, &visit, warning, &words))?;
        } else {
            let mut printer = Printer::new();
            printer.document(&document(target, &visit, &words));
            printer.print()?;
        }
    }
    Ok(ExitCode::from(worst))
}

/// The time.
pub(crate) fn now() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or_default())
}

/// The visit as a document.
fn document(target: &Target, visit: &Visit, words: &Words) -> Document {
    let mut document = Document::new(words);
    document.title(&target.url);
    document.paragraph(sentence(target, visit, words));
    let Some(diagnosis) = &visit.diagnosis else { return document };
    if visit.outcome == Outcome::CloudflareError {
        let explained = explain(diagnosis, words, Audience::Owner);
        document.heading(&explained.heading);
        document.paragraph(&explained.seen);
        let verdict = judge(&Situation::of_page(&target.host, diagnosis, now())).tell(words);
        document.heading(words.get(label::FAULT));
        document.paragraph(&verdict.sentence);
        document.paragraph(&verdict.certainty);
        document.list(verdict.evidence.iter().map(|clue| &clue.text));
    }
    let mut facts = Vec::new();
    if let Some(ray) = &diagnosis.ray {
        facts.push(Fact::new(words.get(check::RAY), ray.to_string()));
    }
    if let Some(served) = diagnosis.served {
        let code = served.data_centre.to_string();
        let place = data_centre::with_code(served.data_centre).map(|place| place.to_string());
        let shown =
            place.map_or_else(|| code.clone(), |place| words.format(check::Place { code: &code, place: &place }));
        facts.push(Fact::new(words.get(check::DATA_CENTRE), shown));
    }
    if let Some(wait) = diagnosis.retry_after {
        facts.push(Fact::new(words.get(label::RETRY_AFTER), format!("{} s", wait.as_secs())));
    }
    if !facts.is_empty() {
        document.heading(words.get(check::DETAILS));
        document.push(Block::Facts { facts });
    }
    if visit.outcome == Outcome::CloudflareError {
        document.heading(words.get(check::NEXT));
        let command = format!("rayback doctor {} --origin SERVER_IP", target.host);
        document.push(Block::Command(Command::new("rayback", &command, None)));
    }
    document
}

/// The visit as JSON: the record that `rayback classify` writes, and what's known about the visit.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    record: &'a Record,
    outcome: Outcome,
    text: String,
    verdict: Option<Verdict>,
    took_ms: u64,
    warning: Option<&'a str>,
}

fn json<'a>(target: &Target, visit: &'a Visit, warning: Option<&'a str>, words: &Words) -> Line<'a> {
    let verdict = visit
        .diagnosis
        .as_ref()
        .filter(|_| visit.outcome == Outcome::CloudflareError)
        .map(|diagnosis| judge(&Situation::of_page(&target.host, diagnosis, now())));
    Line {
        record: &visit.record,
        outcome: visit.outcome,
        text: sentence(target, visit, words),
        verdict,
        took_ms: u64::try_from(visit.took.as_millis()).unwrap_or(u64::MAX),
        warning,
    }
}
