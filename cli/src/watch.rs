//! `rayback watch`: visits pages on the schedule until they work, or for good.
//!
//! Each page has a thread of its own. When to visit is [`Monitor`]'s decision; what's here is its clock, its store, its
//! terminal and the command that's run at each change.

mod command;
mod store;

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rayback_core::explain::duration;
use rayback_core::retry::GaveUp;
use rayback_core::retry::monitor::{self, Health, Monitor};
use rayback_core::time::Timestamp;
use rayback_core::words::Words;
use rayback_core::words::keys::watch;
use rayback_core::{Diagnosis, Settings};
use serde_json::{Value, json};

use crate::check::now;
use crate::language;
use crate::visit::{Options, Outcome, Target, Visit, Visitor, parse, sentence};

use command::Command;
use store::Store;

/// What to watch, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback watch https://www.example.com/ --until-up && echo back
  rayback watch https://www.example.com/ --log watch.ndjson --exec 'curl -sd \"$RAYBACK_TEXT\" https://ntfy.sh/my-topic'
  rayback watch https://www.example.com/ --exec 'cat >> changes.ndjson'

While a page works, it's visited every --every seconds. While it fails, it's visited on Rayback's schedule: never before the \
wait that Cloudflare or the site asks for, then less and less often. The state is stored after each visit, so a watch that was \
killed continues where it was.

--exec runs a command with `sh -c` each time a page begins to fail or works again. The command gets the change as one line of \
JSON on its standard input, and in RAYBACK_URL, RAYBACK_STATE (up or down), RAYBACK_CODE, RAYBACK_STATUS, RAYBACK_FAULT, \
RAYBACK_SINCE and RAYBACK_TEXT. It's stopped after 30 seconds. If it fails, that's reported, and watching goes on.

Exit codes: 0 every page works (with --until-up), 1 a rule refuses every visit, 2 wrong arguments.
Without --until-up it runs until it's stopped.")]
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
    log: Option<Mutex<File>>,
    terminal: MultiProgress,
    /// Whether standard output can't be written to any more: its reader left.
    is_over: AtomicBool,
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
    let log = arguments.log.as_ref().map(|path| {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(Mutex::new).with_context(|| format!("--log: cannot write to {}", path.display()))
    });
    let watching = Watching {
        arguments,
        visitor,
        settings: Settings::default(),
        store: Store::open(arguments.state.clone())?,
        log: log.transpose()?,
        terminal: MultiProgress::new(),
        is_over: AtomicBool::new(false),
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let watching = &watching;
        let start = |target| scope.spawn(move || Page::new(watching, target).map(|page| page.watch()));
        let threads: Vec<_> = targets.iter().map(start).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<_>>()
    })?;
    Ok(if ends.contains(&End::Refused) { ExitCode::from(1) } else { ExitCode::SUCCESS })
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
        let mut monitor = self.restored();
        let every = Duration::from_secs(self.watching.arguments.every.into());
        loop {
            let due = match monitor.next(&self.watching.settings, every, now()) {
                Ok(due) => due,
                Err(GaveUp::Refused | GaveUp::AttemptsUsed | GaveUp::DayOver) => return End::Refused,
            };
            if !self.wait_until(due, &monitor) {
                return End::NobodyReads;
            }
            self.line.set_message(self.words.format(watch::Visiting { url: &target.url }));
            let failing_since = monitor.failing_since();
            let visit = self.watching.visitor.visit(target);
            let at = now();
            let has_changed = monitor.visited(&self.watching.settings, at, seen(&visit));
            if let Err(error) = self.watching.store.save(&target.url, &monitor) {
                let detail = &format!("{error:#}");
                self.warn(&self.words.format(watch::StateUnsaved { url: &target.url, detail }));
            }
            let next = monitor.next(&self.watching.settings, every, at).ok();
            let seen = Seen { visit: &visit, monitor: &monitor, has_changed, failing_since, next };
            let record = self.record(&seen);
            self.report(&seen, &record);
            if has_changed && let Some(command) = &self.watching.arguments.exec {
                Command::new(command).run(&record, |problem| self.warn(&problem.text(&target.url, &self.words)));
            }
            if self.watching.arguments.until_up && monitor.health() == Health::Up {
                self.line.finish_and_clear();
                return End::Works;
            }
        }
    }

    /// The stored monitor of a page, or a new one.
    fn restored(&self) -> Monitor {
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
        let every = Duration::from_secs(self.watching.arguments.every.into());
        if let (Some(since), Ok(due)) = (monitor.failing_since(), monitor.next(&self.watching.settings, every, now())) {
            let (at, since) = (&now().to_string(), &since.to_string());
            let wait = &self.wait(due);
            self.say(&self.words.format(watch::Resumed { at, url, since, wait }));
        }
        monitor
    }

    /// Waits, and shows the time left. Returns `false` if nobody reads the output any more.
    fn wait_until(&self, due: Timestamp, monitor: &Monitor) -> bool {
        loop {
            if self.watching.is_over.load(Ordering::Relaxed) {
                return false;
            }
            let left = due.since(now());
            if left.is_zero() {
                return true;
            }
            let (url, wait) = (self.target.url.as_str(), &self.wait(due));
            self.line.set_message(match (monitor.health(), monitor.failing_since()) {
                (Health::Down, Some(since)) => {
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
        duration(due.since(now()), &self.words)
    }

    /// The visit as one line of JSON: the record that `rayback classify` writes, and what's known about the watch.
    fn record(&self, seen: &Seen<'_>) -> Value {
        let Seen { visit, monitor, has_changed, failing_since, next } = *seen;
        let watch = json!({
            "time": now().to_string(),
            "state": monitor.health(),
            "changed": has_changed,
            "since": monitor.failing_since().or(failing_since).map(|since| since.to_string()),
            "attempts": monitor.attempts(),
            "outcome": visit.outcome,
            "text": sentence(self.target, visit, &self.words),
            "next": next.map(|next| next.to_string()),
        });
        // A record is an object, and serialising one into memory can't fail.
        let mut line = serde_json::to_value(&visit.record).unwrap_or_default();
        if let (Some(line), Value::Object(watch)) = (line.as_object_mut(), watch) {
            line.extend(watch);
        }
        line
    }

    /// Writes a visit to the log and to standard output.
    fn report(&self, seen: &Seen<'_>, record: &Value) {
        let Seen { visit, monitor, failing_since, next, .. } = *seen;
        let target = self.target;
        if let Some(Ok(mut file)) = self.watching.log.as_ref().map(Mutex::lock)
            && let Err(error) = writeln!(file, "{record}")
        {
            self.warn(&format!("--log: {error}"));
        }
        if self.watching.arguments.json {
            return self.say(&record.to_string());
        }
        let next = match (next.map(|next| self.wait(next)), monitor.health(), failing_since) {
            (None, ..) => self.words.get(watch::REFUSED).to_owned(),
            (Some(wait), Health::Up, Some(since)) => {
                let duration = &duration(now().since(since), &self.words);
                self.words.format(watch::Back { duration, wait: &wait })
            }
            (Some(wait), Health::Down, _) if monitor.attempts() > 0 => {
                self.words.format(watch::Attempt { n: monitor.attempts().into(), wait: &wait })
            }
            (Some(wait), ..) => self.words.format(watch::Next { wait: &wait }),
        };
        let (at, text) = (&now().to_string(), &sentence(target, visit, &self.words));
        self.say(&self.words.format(watch::Line { at, url: &target.url, text, next: &next }));
    }

    /// Writes one whole line, above the live lines.
    fn say(&self, line: &str) {
        let written = self.watching.terminal.suspend(|| crate::output::text(&format!("{line}\n")));
        if written.is_err() {
            self.watching.is_over.store(true, Ordering::Relaxed);
        }
    }

    fn warn(&self, line: &str) {
        self.watching.terminal.suspend(|| eprintln!("{line}"));
    }
}

/// A visit and what follows from it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    visit: &'a Visit,
    monitor: &'a Monitor,
    has_changed: bool,
    /// When the failure began that the visit ended or continued.
    failing_since: Option<Timestamp>,
    next: Option<Timestamp>,
}

/// What a visit says about the page. A server's own error counts as the status that it sent.
fn seen(visit: &Visit) -> monitor::Visit {
    match (visit.outcome, &visit.diagnosis) {
        (Outcome::Works, _) => monitor::Visit::Works,
        (Outcome::CloudflareError, Some(diagnosis)) => monitor::Visit::Fails(diagnosis.clone()),
        (Outcome::SiteError, _) => {
            let code = visit.record.http_status.and_then(rayback_core::Code::of_status);
            code.map_or(monitor::Visit::Unanswered, |code| monitor::Visit::Fails(Diagnosis::of_code(code)))
        }
        (Outcome::Refused, _) => monitor::Visit::Barred,
        _ => monitor::Visit::Unanswered,
    }
}

/// A random number.
fn seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
