//! `rayback check`: one visit to a page, and whose fault it is if that fails.
//!
//! It says what it is in `User-Agent` and never claims to be a browser. So a challenge or a block may be meant for this
//! tool alone, and then nothing is known about what visitors see.

use std::borrow::Cow;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use clap::Args;
use rayback_core::catalog::Cause;
use rayback_core::data_centre;
use rayback_core::document::{Block, Command, Document, Fact};
use rayback_core::explain::{Audience, explain};
use rayback_core::fault::{Situation, Suspect, Verdict, judge};
use rayback_core::outside::second_look::{SecondLook, Seen};
use rayback_core::outside::services::Request;
use rayback_core::outside::serving::serving_data_centre;
use rayback_core::outside::status_page::{Reading, StatusPage, StatusText};
use rayback_core::record::Record;
use rayback_core::retry::monitor::{Monitor, Plan, Vantage};
use rayback_core::retry::policy;
use rayback_core::time::Timestamp;
use rayback_core::words::keys::{cause, check, label, watch};
use rayback_core::words::{Key, Words};
use rayback_core::{Code, Settings};
use serde::Serialize;
use serde_json::{Value, json};

use crate::interrupt;
use crate::language;
use crate::network::outside::Outside;
use crate::output;
use crate::printer::Printer;
use crate::visit::globalping::{self, Problem};
use crate::visit::{Options, Outcome, Region, Target, Visit, Visitor, parse, sentence};
use crate::watch::{seed, seen, wait};

/// What to visit, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback check https://www.example.com/
  rayback check -6 --json https://www.example.com/login
  rayback check https://www.example.com/ --via eu=http://proxy.example:3128 --via us=socks5://198.51.100.7

Each named proxy is one more region to visit from. If the proxy itself fails, that says nothing about the page. The proxy of a \
region named eu takes its credentials from its address, otherwise from RAYBACK_PROXY_CREDENTIALS_EU (user:password); a proxy \
without a name takes them from RAYBACK_PROXY_CREDENTIALS. They're never printed.

If Cloudflare shows an error, its public status page is asked about the data centre that served it; the site isn't named there.

With --watch, one page is checked until its outcome, code or HTTP status changes: every minute while it works, and on Rayback's \
schedule while it fails, never before the wait that Cloudflare or the site asks for. Other regions and Globalping are asked at the \
first check and at the change. To keep monitoring a page, use rayback watch.

Exit codes: 0 it answers, 1 an error, 2 wrong arguments, 3 couldn't tell (this tool was challenged or blocked, or its own network failed).
With several pages or regions, the code is that of the worst: 1, then 3, then 0. Ctrl-C and SIGTERM end it by that signal, which a \
shell shows as 130 and 143.")]
pub(crate) struct Arguments {
    /// The pages to visit
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    #[command(flatten)]
    how: Options,
    /// Check again, on Rayback's schedule, until something changes; end with the exit code of the last check
    #[arg(long)]
    watch: bool,
    /// Don't ask Cloudflare's status page about a failing page
    #[arg(long)]
    no_status: bool,
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
}

/// Visits every page and prints the results.
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
    interrupt::on_signal(|end| end())?;
    let run = Run { arguments, visitor: &visitor, warning, words: &words };
    if arguments.watch {
        let [target] = targets.as_slice() else {
            bail!("--watch checks one page; to watch several, use rayback watch");
        };
        return run.until_changed(target);
    }
    let mut worst = 0;
    for target in &targets {
        let page = run.look(target, true);
        run.print(&page)?;
        worst = worse(worst, page.exit_code());
    }
    Ok(ExitCode::from(worst))
}

/// The worse of two exit codes: an error is worse than not knowing.
const fn worse(first: u8, second: u8) -> u8 {
    if first == 1 || second == 1 {
        1
    } else if first > second {
        first
    } else {
        second
    }
}

/// What all checks of a run share.
#[derive(Clone, Copy)]
struct Run<'a> {
    arguments: &'a Arguments,
    visitor: &'a Visitor,
    warning: Option<&'a str>,
    words: &'a Words,
}

impl<'a> Run<'a> {
    /// Visits a page; with `everywhere`, from the other regions and through Globalping too.
    fn look(&self, target: &'a Target, everywhere: bool) -> Page<'a> {
        let visitor = self.visitor;
        let (usual, _) = visitor.regions();
        let visit = visitor.visit(target, usual);
        let has_failed = visit.outcome == Outcome::CloudflareError;
        let mut page = Page { target, visit, elsewhere: Vec::new(), globalping: None, cloudflare: None };
        if has_failed && !self.arguments.no_status {
            page.cloudflare = Some(status_page(&visitor.outside()));
        }
        if everywhere { self.look_elsewhere(page) } else { page }
    }

    /// Adds what the other regions and Globalping see.
    fn look_elsewhere(&self, page: Page<'a>) -> Page<'a> {
        let (visitor, target) = (self.visitor, page.target);
        let (_, others) = visitor.regions();
        let elsewhere = others.iter().map(|region| (region, visitor.visit(target, region))).collect();
        let globalping = visitor.asks_globalping().then(|| {
            eprintln!("{}", self.words.format(check::globalping::Asking { host: &target.host }));
            globalping::look(&visitor.outside(), target)
        });
        Page { elsewhere, globalping, ..page }
    }

    fn print(&self, page: &Page<'_>) -> Result<()> {
        if self.arguments.json {
            output::json(&page.json(self.warning, self.words))?;
        } else {
            let mut printer = Printer::new();
            printer.document(&page.document(self.words));
            printer.print()?;
        }
        Ok(())
    }

    /// Checks a page on the schedule until its outcome, code or status changes.
    fn until_changed(&self, target: &'a Target) -> Result<ExitCode> {
        let settings = Settings::default();
        let places = [Vantage { name: "here", only_while_failing: false }];
        let plan = Plan { places: &places, every: Duration::from_mins(1), down_after: policy::MARK_DOWN_AFTER };
        let mut monitor = Monitor::new(seed());
        let first = self.look(target, true);
        self.print(&first)?;
        let mut last = seen(&first.visit);
        loop {
            let at = now();
            monitor.visited(&settings, &plan, at, "here", &[("here", last)]);
            let Ok(due) = monitor.next(&settings, &plan, at) else {
                eprintln!("{}", self.words.get(watch::REFUSED));
                return Ok(ExitCode::from(first.exit_code()));
            };
            eprintln!("{}", self.words.format(watch::Next { wait: &wait(due, self.words) }));
            thread::sleep(due.since(now()));
            let again = self.look(target, false);
            if again.state() != first.state() {
                let changed = self.look_elsewhere(again);
                self.print(&changed)?;
                return Ok(ExitCode::from(changed.exit_code()));
            }
            last = seen(&again.visit);
        }
    }
}

/// What Cloudflare's status page says now.
fn status_page(outside: &Outside<'_>) -> Reading {
    let ask = |request: &Request| {
        let response = outside.ask(request, Duration::from_secs(15))?;
        StatusPage::parse(&response.body).ok()
    };
    let page = ask(&StatusPage::request()).or_else(|| ask(&StatusPage::fallback_request()));
    Reading::new(now(), page, 0)
}

/// The current time.
pub(crate) fn now() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or_default())
}

/// A page, and the result of visiting it.
struct Page<'a> {
    target: &'a Target,
    visit: Visit,
    /// The visits from further regions.
    elsewhere: Vec<(&'a Region, Visit)>,
    /// What Globalping saw, if it was asked.
    globalping: Option<Result<SecondLook, Problem>>,
    /// What Cloudflare's status page said, if it was asked.
    cloudflare: Option<Reading>,
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
    cloudflare_status: Option<Value>,
    globalping: Option<Value>,
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

impl Page<'_> {
    /// What has to change for `--watch` to end.
    fn state(&self) -> (Outcome, Option<Code>, Option<u16>) {
        (self.visit.outcome, self.visit.record.code, self.visit.record.http_status)
    }

    fn exit_code(&self) -> u8 {
        let visits = core::iter::once(&self.visit).chain(self.elsewhere.iter().map(|(_, visit)| visit));
        let globalping = self.globalping.iter().map(|looked| match looked {
            Ok(look) if look.views.iter().any(|view| matches!(view.seen, Seen::Fails { .. })) => 1,
            Ok(look) if look.views.iter().any(|view| matches!(view.seen, Seen::Works { .. })) => 0,
            _ => 3,
        });
        visits.map(|visit| visit.outcome.exit_code()).chain(globalping).fold(0, worse)
    }

    /// Whose fault it is; `None` if Cloudflare showed no error.
    fn verdict(&self) -> Option<Verdict> {
        let diagnosis = self.visit.failure()?;
        let globalping = self.globalping.as_ref().and_then(|looked| looked.as_ref().ok());
        Some(judge(&Situation {
            status_page: self.cloudflare.as_ref().map(Cow::Borrowed),
            second_look: globalping.map(|look| (Cow::Borrowed(look), now())),
            ..Situation::of_page(&self.target.host, diagnosis, now())
        }))
    }

    fn status(&self, words: &Words) -> Option<StatusText> {
        let reading = self.cloudflare.as_ref()?;
        Some(StatusText::new(Some(reading), self.visit.failure()?, None, words))
    }

    fn document(&self, words: &Words) -> Document {
        let Self { target, visit, elsewhere, globalping, .. } = self;
        let mut document = Document::new(words);
        document.title(&target.url);
        document.paragraph(sentence(target, visit, words));
        let verdict = self.verdict();
        if let (Some(verdict), Some(diagnosis)) = (&verdict, &visit.diagnosis) {
            let explained = explain(diagnosis, words, Audience::Owner);
            document.heading(&explained.heading);
            document.paragraph(&explained.seen);
            let verdict = verdict.describe_to_owner(words);
            document.heading(words.get(label::FAULT));
            document.paragraph(&verdict.sentence);
            document.paragraph(&verdict.certainty);
            if !verdict.reach.is_empty() {
                document.paragraph(&verdict.reach);
            }
            document.list(verdict.evidence.iter().map(|clue| &clue.text));
        }
        if let Some(status) = self.status(words) {
            document.heading(words.get(check::STATUS_PAGE));
            document.paragraph(&status.text);
            if let Some(update) = &status.update {
                document.paragraph(update);
            }
        }
        let region = |(region, visit): &(&Region, Visit)| Fact::new(&region.name, sentence(target, visit, words));
        facts(&mut document, words.get(check::ELSEWHERE), elsewhere.iter().map(region).collect());
        if let Some(looked) = globalping {
            document.heading(words.get(check::globalping::HEADING));
            match looked {
                Ok(look) => document.list(look.lines(words)),
                Err(problem) => document.paragraph(problem.text(words)),
            }
        }
        facts(&mut document, words.get(check::DETAILS), self.details(words));
        if visit.outcome == Outcome::RedirectLoop {
            let texts =
                [(label::CHECK, cause::check(Cause::RedirectLoop)), (label::FIX, cause::fix(Cause::RedirectLoop))];
            let texts = texts.map(|(label, text)| Fact::new(words.get(label), words.get(text)));
            facts(&mut document, words.get(cause::title(Cause::RedirectLoop)), texts.into());
        }
        if let Some((heading, command)) = self.next(verdict.as_ref()) {
            document.heading(words.get(heading));
            document.push(Block::Command(Command::new("", &command, None)));
        }
        document
    }

    /// The command to run next, after the heading above it.
    fn next(&self, verdict: Option<&Verdict>) -> Option<(Key, String)> {
        let host = &self.target.host;
        let doctor = (check::NEXT, format!("rayback doctor {host} --origin SERVER_IP"));
        let Some((verdict, diagnosis)) = verdict.zip(self.visit.failure()) else {
            return (self.visit.outcome == Outcome::RedirectLoop).then_some(doctor);
        };
        let is_origins = matches!(verdict.suspect, Suspect::Origin | Suspect::Path | Suspect::Setup);
        match diagnosis.code {
            // `doctor` only examines the origin's side.
            Some(code) if !is_origins => Some((check::NEXT_CAUSES, format!("rayback explain {code} --for owner"))),
            _ if diagnosis.meaning().causes.contains(&Cause::TunnelDown) => {
                Some((check::NEXT_TUNNEL, format!("sudo rayback doctor {host} --local")))
            }
            _ => Some(doctor),
        }
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

    fn json<'b>(&'b self, warning: Option<&'b str>, words: &Words) -> Line<'b> {
        let text = |visit| sentence(self.target, visit, words);
        let status = self.status(words).map(|status| {
            let page = self.cloudflare.as_ref().and_then(|reading| reading.page.as_ref());
            let served = self.visit.failure().and_then(|diagnosis| serving_data_centre(diagnosis, None, page));
            let centre = served.and_then(|served| page?.centre(served.data_centre));
            json!({
                "text": status.text,
                "severity": status.severity,
                "read_at": status.at.map(|at| at.to_string()),
                "update": status.update,
                "data_centre": centre.map(|centre| json!({ "code": centre.code, "name": centre.name, "state": centre.state })),
            })
        });
        let globalping = self.globalping.as_ref().map(|looked| match looked {
            Ok(look) => globalping::json(look),
            Err(problem) => json!({ "error": problem.text(words) }),
        });
        let region = |(region, visit): &'b (&Region, Visit)| RegionLine {
            region: &region.name,
            record: &visit.record,
            outcome: visit.outcome,
            text: text(visit),
            took_ms: millis(visit),
        };
        Line {
            record: &self.visit.record,
            outcome: self.visit.outcome,
            text: text(&self.visit),
            verdict: self.verdict(),
            took_ms: millis(&self.visit),
            warning,
            elsewhere: self.elsewhere.iter().map(region).collect(),
            cloudflare_status: status,
            globalping,
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
