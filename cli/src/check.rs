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
use crate::visit::{Options, Outcome, Region, Target, Visit, Visitor, parse, sentence};

/// What to visit, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback check https://www.example.com/
  rayback check -6 --json https://www.example.com/login
  rayback check https://www.example.com/ --via eu=http://proxy.example:3128 --via us=socks5://198.51.100.7

Each proxy with a name is one more region to look from. If the proxy fails itself, that says nothing about the page. The proxy of a \
region named eu takes its credentials from its address, or else from RAYBACK_PROXY_CREDENTIALS_EU (user:password); one without a \
name from RAYBACK_PROXY_CREDENTIALS. They're never printed.

Exit codes: 0 it works, 1 an error, 2 wrong arguments, 3 couldn't tell (this tool was challenged, or its own network failed).
With several pages or regions, the code is that of the worst: 1, then 3, then 0.")]
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
        let Some((usual, others)) = visitor.regions().split_first() else { continue };
        let page = Page {
            visit: &visitor.visit(target, usual),
            elsewhere: &others.iter().map(|region| (region, visitor.visit(target, region))).collect::<Vec<_>>(),
            target,
        };
        for code in page.visits().map(|visit| visit.outcome.exit_code()) {
            // An error is worse than not knowing.
            worst = if worst == 1 || code == 1 { 1 } else { worst.max(code) };
        }
        if arguments.json {
            output::json(&page.json(warning, &words))?;
        } else {
            let mut printer = Printer::new();
            printer.document(&page.document(&words));
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

/// A page, and what came of visiting it.
struct Page<'a> {
    target: &'a Target,
    visit: &'a Visit,
    /// The visits from further regions.
    elsewhere: &'a [(&'a Region, Visit)],
}

/// A page as JSON: the record that `rayback classify` writes, and what's known about the visit.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    record: &'a Record,
    outcome: Outcome,
    text: String,
    verdict: Option<Verdict>,
    took_ms: u64,
    warning: Option<&'a str>,
    elsewhere: Vec<RegionLine<'a>>,
}

/// A visit from a further region.
#[derive(Serialize)]
struct RegionLine<'a> {
    region: &'a str,
    #[serde(flatten)]
    record: &'a Record,
    outcome: Outcome,
    text: String,
    took_ms: u64,
}

impl<'a> Page<'a> {
    fn visits(&self) -> impl Iterator<Item = &Visit> {
        core::iter::once(self.visit).chain(self.elsewhere.iter().map(|(_, visit)| visit))
    }

    /// Whose fault it is; `None` if Cloudflare showed no error.
    fn verdict(&self) -> Option<Verdict> {
        let diagnosis = self.visit.diagnosis.as_ref().filter(|_| self.visit.outcome == Outcome::CloudflareError)?;
        Some(judge(&Situation::of_page(&self.target.host, diagnosis, now())))
    }

    fn document(&self, words: &Words) -> Document {
        let Self { target, visit, elsewhere } = self;
        let mut document = Document::new(words);
        document.title(&target.url);
        document.paragraph(sentence(target, visit, words));
        if let (Some(verdict), Some(diagnosis)) = (self.verdict(), &visit.diagnosis) {
            let explained = explain(diagnosis, words, Audience::Owner);
            document.heading(&explained.heading);
            document.paragraph(&explained.seen);
            let verdict = verdict.tell(words);
            document.heading(words.get(label::FAULT));
            document.paragraph(&verdict.sentence);
            document.paragraph(&verdict.certainty);
            document.list(verdict.evidence.iter().map(|clue| &clue.text));
        }
        let region = |(region, visit): &(&Region, Visit)| Fact::new(&region.name, sentence(target, visit, words));
        facts(&mut document, words.get(check::ELSEWHERE), elsewhere.iter().map(region).collect());
        facts(&mut document, words.get(check::DETAILS), self.details(words));
        if visit.outcome == Outcome::CloudflareError {
            document.heading(words.get(check::NEXT));
            let command = format!("rayback doctor {} --origin SERVER_IP", target.host);
            document.push(Block::Command(Command::new("rayback", &command, None)));
        }
        document
    }

    fn details(&self, words: &Words) -> Vec<Fact> {
        let mut facts = Vec::new();
        let Some(diagnosis) = &self.visit.diagnosis else { return facts };
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
        facts
    }

    fn json(&self, warning: Option<&'a str>, words: &Words) -> Line<'_> {
        let text = |visit| sentence(self.target, visit, words);
        let region = |(region, visit): &'a (&Region, Visit)| RegionLine {
            region: &region.name,
            record: &visit.record,
            outcome: visit.outcome,
            text: text(visit),
            took_ms: millis(visit),
        };
        Line {
            record: &self.visit.record,
            outcome: self.visit.outcome,
            text: text(self.visit),
            verdict: self.verdict(),
            took_ms: millis(self.visit),
            warning,
            elsewhere: self.elsewhere.iter().map(region).collect(),
        }
    }
}

/// Adds facts under a heading, if there are any.
fn facts(document: &mut Document, heading: &str, facts: Vec<Fact>) {
    if !facts.is_empty() {
        document.heading(heading);
        document.push(Block::Facts { facts });
    }
}

fn millis(visit: &Visit) -> u64 {
    u64::try_from(visit.took.as_millis()).unwrap_or(u64::MAX)
}
