//! `rayback watch`: visits pages on the schedule until they work, or indefinitely.
//!
//! Each page has its own thread. [`Monitor`] decides when to visit; this module has its clock, its store, its terminal
//! and the command that's run at each change.

mod command;
mod store;

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rayback_core::explain::duration;
use rayback_core::record::Record;
use rayback_core::retry::GaveUp;
use rayback_core::retry::monitor::{self, Health, Monitor, Plan, Vantage, View};
use rayback_core::time::Timestamp;
use rayback_core::words::Words;
use rayback_core::words::keys::{check, watch};
use rayback_core::{Diagnosis, Settings};
use serde_json::{Value, json};

use crate::check::now;
use crate::interrupt;
use crate::language;
use crate::visit::{Options, Outcome, Target, Visit, Visitor, globalping, parse, sentence};

use command::Command;
use store::Store;

/// What to watch, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback watch https://www.example.com/ --until-up && echo back
  rayback watch https://www.example.com/ --log watch.ndjson --exec 'curl -sd \"$RAYBACK_TEXT\" https://ntfy.sh/my-topic'
  rayback watch https://www.example.com/ --via eu=socks5://proxy.example:1080 --via-file ~/.config/proxies
  rayback watch https://www.example.com/ --exec 'cat >> changes.ndjson'

While a page works, it's visited every --every seconds. While it fails, it's visited on Rayback's schedule: never before the \
wait that Cloudflare or the site asks for, then less and less often. The state is stored after each visit, so a watch that was \
killed continues where it left off.

Each named proxy is one more region, and the regions take turns. All keep to one schedule: no region asks before the wait \
that an answer to another one imposed, and none is used to get around a block or a rate limit. A page that fails is \"failing\"; \
it's \"down\" once it has failed for --down-after seconds, from at least two regions, and works from none. If a proxy \
itself fails (no connection, no answer, its own error page, credentials refused), that says nothing about the page, and the next \
region is tried at once. The proxy of a region named eu takes its credentials from its address, otherwise from \
RAYBACK_PROXY_CREDENTIALS_EU (user:password); a proxy without a name takes them from RAYBACK_PROXY_CREDENTIALS. They're never \
printed, logged or stored.

With --globalping, Globalping (api.globalping.io) also checks a failing page from six continents, in turn with the other regions \
and never while the page works. Globalping learns the site's name, scheme and port, and requests its / page; the results are \
public. If its limit is used up, it isn't asked again until the wait that it asks for is over.

--exec runs a command with `sh -c` each time a page begins to fail, counts as down or works again. The command gets the change \
as one line of JSON on its standard input, and in RAYBACK_URL, RAYBACK_STATE (up, failing or down), RAYBACK_REGION, RAYBACK_CODE, \
RAYBACK_STATUS, RAYBACK_FAULT, RAYBACK_SINCE and RAYBACK_TEXT. What it prints goes to standard error. It's \
stopped after 30 seconds. If it fails, that's reported, and watching continues. If the watch is stopped before the command has \
finished, the command is run again at the next start.

Exit codes: 0 every page works (with --until-up), 1 a rule refuses every visit, 2 wrong arguments.
Without --until-up it runs until it's stopped. Ctrl-C and SIGTERM end it by that signal, which a shell shows as 130 and 143; the \
line that's being written is finished first.")]
pub(crate) struct Arguments {
    /// The pages to watch
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    /// Stop as soon as every page works
    #[arg(long)]
    until_up: bool,
    /// Seconds between visits while a page works, at least 30
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(30..=86_400))]
    every: u32,
    /// How many seconds a page has to fail, from at least two regions, before it counts as down
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600, value_parser = clap::value_parser!(u32).range(60..=604_800))]
    down_after: u32,
    /// Run this command at each change
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Append each visit to this file, as one line of JSON
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Keep the state in this folder instead of the user's state directory
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    #[command(flatten)]
    how: Options,
    /// Answer in JSON, one line per visit
    #[arg(long)]
    json: bool,
}

/// Everything that the threads share.
struct Watching<'a> {
    arguments: &'a Arguments,
    visitor: Visitor,
    settings: Settings,
    store: Store,
    log: Option<Arc<Mutex<File>>>,
    terminal: MultiProgress,
    /// Whether to stop, because standard output can't be written to any more.
    is_over: AtomicBool,
    /// The error of writing to it, unless its reader closed it.
    unwritable: Mutex<Option<std::io::Error>>,
}

/// One watched page, in its thread.
struct Page<'a> {
    watching: &'a Watching<'a>,
    target: &'a Target,
    words: Words,
    line: ProgressBar,
}

/// How the watch of one page ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Works,
    Refused,
    NobodyReads,
}

/// Watches every page.
///
/// # Errors
///
/// If an argument is wrong, or a file can't be opened.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = language::words()?;
    let targets: Vec<_> = arguments.urls.iter().map(|url| parse(url)).collect::<Result<_>>()?;
    for (index, target) in targets.iter().enumerate() {
        let is_repeated = targets.iter().take(index).any(|other| other.url == target.url);
        ensure!(!is_repeated, "{} is given twice", target.url);
    }
    let visitor = Visitor::new(&arguments.how)?;
    if let Some(warning) = visitor.warning(&words) {
        eprintln!("{warning}");
    }
    if visitor.asks_globalping() {
        eprintln!("{}", words.get(watch::GLOBALPING));
    }
    let log = arguments.log.as_ref().map(|path| {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(|file| Arc::new(Mutex::new(file)))
            .with_context(|| format!("--log: cannot write to {}", path.display()))
    });
    let store = Store::open(arguments.state.clone())?;
    // Held to the end: two watches of one page would visit it twice as often and overwrite each other's state.
    let _locks: Vec<_> = targets.iter().map(|target| store.lock(&target.url)).collect::<Result<_>>()?;
    let (log, terminal) = (log.transpose()?, MultiProgress::new());
    let (whole_log, live) = (log.clone(), terminal.clone());
    interrupt::on_signal(move |end| {
        let _log = whole_log.as_deref().map(Mutex::lock);
        // Clears the live lines, which would otherwise stay on the terminal.
        live.suspend(end);
    })?;
    let watching = Watching {
        arguments,
        visitor,
        settings: Settings::default(),
        store,
        log,
        terminal,
        is_over: AtomicBool::new(false),
        unwritable: Mutex::default(),
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let watching = &watching;
        let start = |target| scope.spawn(move || Page::new(watching, target).map(|page| page.watch()));
        let threads: Vec<_> = targets.iter().map(start).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<_>>()
    })?;
    if let Ok(Some(error)) = watching.unwritable.into_inner() {
        return Err(error).context("cannot write to standard output");
    }
    Ok(if ends.contains(&End::Refused) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The name of the place that Globalping's regions belong to.
const GLOBALPING: &str = "globalping";

/// The result of one look at a page, from a region or by Globalping.
struct Look<'a> {
    place: &'a str,
    record: Record,
    /// A visit's outcome, or that of a service.
    outcome: Value,
    text: String,
    /// What each region saw.
    seen: Vec<(String, monitor::Visit)>,
    /// Globalping's views, if it looked.
    globalping: Option<Value>,
}

impl Look<'_> {
    /// Whether the page wasn't reached, because the place itself failed.
    fn is_void(&self) -> bool {
        self.seen.iter().all(|(_, visit)| matches!(visit, monitor::Visit::NotVisited { .. }))
    }
}

impl Watching<'_> {
    fn places(&self) -> Vec<Vantage<'_>> {
        let (usual, others) = self.visitor.regions();
        let names = std::iter::once(usual).chain(others).map(|region| region.name.as_str());
        let regions = names.map(|name| Vantage { name, only_while_failing: false });
        let globalping = Vantage { name: GLOBALPING, only_while_failing: true };
        regions.chain(self.visitor.asks_globalping().then_some(globalping)).collect()
    }

    fn plan<'a>(&self, places: &'a [Vantage<'a>]) -> Plan<'a> {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Plan { places, every: seconds(self.arguments.every), down_after: seconds(self.arguments.down_after) }
    }

    /// Looks at a page from a place; from the usual region if there's no such place.
    fn look(&self, target: &Target, place: Option<&str>, words: &Words) -> Look<'_> {
        if place == Some(GLOBALPING) {
            return self.globalping(target, words);
        }
        let (usual, others) = self.visitor.regions();
        let region = others.iter().find(|region| Some(region.name.as_str()) == place).unwrap_or(usual);
        let visit = self.visitor.visit(target, region);
        Look {
            place: &region.name,
            text: sentence(target, &visit, words),
            outcome: json!(visit.outcome),
            seen: vec![(region.name.clone(), seen(&visit))],
            record: visit.record,
            globalping: None,
        }
    }

    fn globalping(&self, target: &Target, words: &Words) -> Look<'_> {
        let looked = globalping::look(&self.visitor.outside(), target);
        let (outcome, text, seen) = match &looked {
            Ok(look) => {
                let seen: Vec<_> = look.views.iter().map(globalping::sighting).collect();
                let count = |wanted: fn(&monitor::Visit) -> bool| seen.iter().filter(|(_, it)| wanted(it)).count();
                let failing = &count(|visit| matches!(visit, monitor::Visit::Fails(_))).to_string();
                let working = &count(|visit| matches!(visit, monitor::Visit::Works)).to_string();
                let all = &seen.len().to_string();
                ("globalping", words.format(check::globalping::Seen { all, fails: failing, works: working }), seen)
            }
            Err(problem) => {
                let visit = monitor::Visit::NotVisited { retry_after: problem.retry_after() };
                ("globalping-failed", problem.text(words), vec![(GLOBALPING.to_owned(), visit)])
            }
        };
        Look {
            place: GLOBALPING,
            record: Record::unanswered(&target.url),
            outcome: outcome.into(),
            text,
            seen,
            globalping: looked.ok().as_ref().map(globalping::json),
        }
    }
}

impl<'a> Page<'a> {
    fn new(watching: &'a Watching<'a>, target: &'a Target) -> Result<Self> {
        let style = ProgressStyle::with_template("{msg}")?;
        let line = watching.terminal.add(ProgressBar::new_spinner().with_style(style));
        // Each thread has its own words, because a plural rule may belong to one thread.
        Ok(Self { watching, target, words: language::words()?, line })
    }

    /// Watches the page to its end.
    fn watch(&self) -> End {
        let target = self.target;
        let places = self.watching.places();
        let plan = self.watching.plan(&places);
        let mut monitor = self.restored(&plan);
        // A change for which the command didn't finish, because the program was stopped.
        if let Some(change) = self.watching.store.change(&target.url) {
            self.run_command(&change);
        }
        loop {
            let due = match monitor.next(&self.watching.settings, &plan, now()) {
                Ok(due) => due,
                Err(GaveUp::Refused | GaveUp::AttemptsUsed | GaveUp::DayOver) => return End::Refused,
            };
            if !self.wait_until(due, &monitor) {
                return End::NobodyReads;
            }
            self.line.set_message(self.words.format(watch::Visiting { url: &target.url }));
            let failing_since = monitor.failing_since();
            let look = self.watching.look(target, monitor.place(&plan, now()), &self.words);
            let at = now();
            let seen: Vec<_> = look.seen.iter().map(|(name, visit)| (name.as_str(), visit.clone())).collect();
            let has_changed = monitor.visited(&self.watching.settings, &plan, at, look.place, &seen);
            let next = monitor.next(&self.watching.settings, &plan, at).ok();
            let seen = Seen { look: &look, monitor: &monitor, has_changed, failing_since, next };
            let record = record(&seen);
            let runs_command = has_changed && self.watching.arguments.exec.is_some();
            let change = runs_command.then_some(&record);
            if let Err(error) = self.watching.store.save(&target.url, &monitor, change) {
                let detail = &format!("{error:#}");
                self.warn(&self.words.format(watch::StateUnsaved { url: &target.url, detail }));
            }
            self.report(&seen, &record);
            if runs_command {
                self.run_command(&record);
            }
            if self.watching.arguments.until_up && monitor.health() == Health::Up {
                self.line.finish_and_clear();
                return End::Works;
            }
        }
    }

    /// Runs the user's command for a change, and waits for it.
    fn run_command(&self, change: &Value) {
        let url = self.target.url.as_str();
        if let Some(command) = &self.watching.arguments.exec {
            Command::new(command).run(change, |problem| self.warn(&problem.text(url, &self.words)));
        }
        self.watching.store.forget_change(url);
    }

    /// The stored monitor of a page, or a new one.
    fn restored(&self, plan: &Plan<'_>) -> Monitor {
        let url = self.target.url.as_str();
        let mut monitor = match self.watching.store.load(url) {
            Ok(Some(monitor)) => monitor,
            Ok(None) => return Monitor::new(seed()),
            Err(error) => {
                let detail = &format!("{error:#}");
                self.warn(&self.words.format(watch::StateUnread { url, detail }));
                return Monitor::new(seed());
            }
        };
        if self.watching.arguments.json {
            return monitor;
        }
        if let (Some(since), Ok(due)) = (monitor.failing_since(), monitor.next(&self.watching.settings, plan, now())) {
            let (at, since) = (&now().to_string(), &since.to_string());
            let wait = &self.wait(due);
            self.say(&self.words.format(watch::Resumed { at, url, since, wait }));
        }
        monitor
    }

    /// Waits, and shows the time left. Returns `false` if standard output can't be written to any more.
    ///
    /// Measures elapsed time, not the clock: setting the clock forward would cause a visit before its floor, and
    /// setting it back would delay one.
    fn wait_until(&self, due: Timestamp, monitor: &Monitor) -> bool {
        let (begun, whole) = (Instant::now(), due.since(now()));
        loop {
            if self.watching.is_over.load(Ordering::Relaxed) {
                return false;
            }
            let left = whole.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return true;
            }
            let (url, wait) = (self.target.url.as_str(), &countdown(left));
            self.line.set_message(match (monitor.health(), monitor.failing_since()) {
                (health, Some(since)) if health.is_failing() => {
                    let duration = &duration(now().since(since), &self.words);
                    self.words.format(watch::Down { url, duration, wait })
                }
                (Health::Up, _) => self.words.format(watch::Up { url, wait }),
                _ => self.words.format(watch::Unknown { url, wait }),
            });
            thread::sleep(left.min(Duration::from_secs(1)));
        }
    }

    fn wait(&self, due: Timestamp) -> String {
        wait(due, &self.words)
    }

    /// Writes a visit to the log and to standard output.
    fn report(&self, seen: &Seen<'_>, record: &Value) {
        let target = self.target;
        if let Some(Ok(mut file)) = self.watching.log.as_deref().map(Mutex::lock)
            && let Err(error) = append(&mut file, &format!("{record}\n"))
        {
            let detail = &error.to_string();
            self.warn(&self.words.format(watch::LogUnwritten { url: &target.url, detail }));
        }
        if self.watching.arguments.json {
            return self.say(&record.to_string());
        }
        let (at, text) = (&now().to_string(), seen.look.text.as_str());
        let (url, next) = (target.url.as_str(), &self.next(seen));
        let line = if self.watching.places().len() > 1 {
            self.words.format(watch::LineFrom { at, url, region: seen.look.place, text, next })
        } else {
            self.words.format(watch::Line { at, url, text, next })
        };
        self.say(line.trim_end());
    }

    /// What follows from a visit, and when the next one is due.
    fn next(&self, seen: &Seen<'_>) -> String {
        let Seen { look, monitor, has_changed, failing_since, next } = *seen;
        let names = |view: View| {
            let regions = monitor.regions().filter(|region| region.view == view);
            let names: Vec<_> = regions.map(|region| region.name.clone()).collect();
            (!names.is_empty()).then(|| self.words.list(names))
        };
        let Some(next) = next else { return self.words.get(watch::REFUSED).to_owned() };
        let lasted = failing_since.or(monitor.failing_since()).map(|since| duration(now().since(since), &self.words));
        let wait = &self.wait(next);
        match (monitor.health(), lasted, names(View::Fails), names(View::Works)) {
            _ if look.is_void() && next <= now() => self.words.get(watch::AT_ONCE).to_owned(),
            (Health::Up, lasted, ..) if self.watching.arguments.until_up => {
                lasted.map_or_else(String::new, |duration| self.words.format(watch::BackDone { duration: &duration }))
            }
            (Health::Up, Some(duration), ..) => self.words.format(watch::Back { duration: &duration, wait }),
            (Health::Down, Some(duration), Some(regions), _) if has_changed => {
                self.words.format(watch::Marked { duration: &duration, regions: &regions, wait })
            }
            (health, _, Some(fails), Some(works)) if health.is_failing() => {
                self.words.format(watch::Mixed { fails: &fails, works: &works, wait })
            }
            (health, ..) if health.is_failing() && monitor.attempts() > 0 => {
                self.words.format(watch::Attempt { n: monitor.attempts().into(), wait })
            }
            _ => self.words.format(watch::Next { wait }),
        }
    }

    /// Writes one whole line, above the live lines.
    fn say(&self, line: &str) {
        let written = self.watching.terminal.suspend(|| crate::output::text(&format!("{line}\n")));
        if let Err(error) = written {
            if error.kind() != ErrorKind::BrokenPipe
                && let Ok(mut unwritable) = self.watching.unwritable.lock()
            {
                *unwritable = Some(error);
            }
            self.watching.is_over.store(true, Ordering::Relaxed);
        }
    }

    fn warn(&self, line: &str) {
        self.watching.terminal.suspend(|| eprintln!("{line}"));
    }
}

/// Appends a line with a single write, so that a program that's killed leaves it whole or not at all.
fn append(file: &mut File, line: &str) -> std::io::Result<()> {
    let before = file.metadata()?.len();
    file.write_all(line.as_bytes()).inspect_err(|_| {
        // On a full disk, part of the line may have been written, which would spoil the next one.
        if file.metadata().is_ok_and(|it| it.is_file() && it.len() > before) {
            let _disk_is_broken = file.set_len(before);
        }
    })
}

/// A visit and what follows from it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    look: &'a Look<'a>,
    monitor: &'a Monitor,
    has_changed: bool,
    /// When the failure began that the visit ended or continued.
    failing_since: Option<Timestamp>,
    next: Option<Timestamp>,
}

/// A look as one line of JSON: the record that `rayback classify` writes, and what's known about the watch.
fn record(seen: &Seen<'_>) -> Value {
    let Seen { look, monitor, has_changed, failing_since, next } = *seen;
    let regions: Vec<_> = monitor.regions().map(|it| json!({ "name": it.name, "view": it.view })).collect();
    let watch = json!({
        "time": now().to_string(),
        "region": look.place,
        "regions": regions,
        "state": monitor.health(),
        "changed": has_changed,
        "since": monitor.failing_since().or(failing_since).map(|since| since.to_string()),
        "attempts": monitor.attempts(),
        "outcome": look.outcome,
        "text": look.text,
        "globalping": look.globalping,
        "next": next.map(|next| next.to_string()),
    });
    // A record is an object, and serialising one into memory can't fail.
    let mut line = serde_json::to_value(&look.record).unwrap_or_default();
    if let (Some(line), Value::Object(watch)) = (line.as_object_mut(), watch) {
        line.extend(watch);
    }
    line
}

/// The wait until `due` in words.
pub(crate) fn wait(due: Timestamp, words: &Words) -> String {
    roughly(due.since(now()), words)
}

/// A length of time in words: exact below two minutes, to the nearest minute or hour above.
fn roughly(length: Duration, words: &Words) -> String {
    let seconds = length.as_secs();
    match seconds {
        0..=119 => duration(length, words),
        120..=7_199 => words.format(watch::AboutMinutes { n: (seconds + 30) / 60 }),
        _ => words.format(watch::AboutHours { n: (seconds + 1_800) / 3_600 }),
    }
}

/// The time left, for a line that's written again every second: `1:58` or `1:02:05`.
fn countdown(left: Duration) -> String {
    // Rounded up, so that it ends with 0:01.
    let seconds = left.as_millis().div_ceil(1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// What a visit says about the page. A server's own error counts as the status that it sent.
pub(crate) fn seen(visit: &Visit) -> monitor::Visit {
    match (visit.outcome, visit.failure()) {
        (Outcome::Works, _) => monitor::Visit::Works,
        // The schedule knows how long a rule's refusal lasts, and whether another visit may follow at all.
        (Outcome::CloudflareError | Outcome::Refused, Some(diagnosis)) => monitor::Visit::Fails(diagnosis.clone()),
        (Outcome::SiteError | Outcome::Refused, None) if visit.diagnosis.is_none() => {
            let code = visit.record.http_status.and_then(rayback_core::Code::of_status);
            code.map_or(monitor::Visit::Unanswered, |code| {
                monitor::Visit::Fails(Diagnosis { retry_after: visit.retry_after, ..Diagnosis::of_code(code) })
            })
        }
        (Outcome::Refused, _) => monitor::Visit::Barred,
        (Outcome::Proxy, _) => monitor::Visit::NotVisited { retry_after: None },
        _ => monitor::Visit::Unanswered,
    }
}

/// A random number.
pub(crate) fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countdown_is_exact_to_the_second() {
        for (millis, shown) in [(1, "0:01"), (7_000, "0:07"), (117_200, "1:58"), (3_725_000, "1:02:05")] {
            assert_eq!(countdown(Duration::from_millis(millis)), shown);
        }
    }

    #[test]
    fn a_wait_is_rounded_to_the_nearest_minute_or_hour() {
        let words = language::words().unwrap();
        for (seconds, said) in
            [(90, "90 seconds"), (131, "about 2 minutes"), (151, "about 3 minutes"), (7_300, "about 2 hours")]
        {
            assert_eq!(roughly(Duration::from_secs(seconds), &words), said);
        }
    }
}
