//! A complete account of a failure, to be sent to the site or its host.
//!
//! It holds the address without its query, and the visitor's own address only if they asked for that.

mod lines;

use crate::catalog;
use crate::code::Code;
use crate::data_centre::KnownBy;
use crate::diagnosis::Diagnosis;
use crate::explain::{Audience, Explanation, duration, explain};
use crate::fault::Verdict;
use crate::history::{Attempt, AttemptResult, By};
use crate::outside::second_look::{SecondLook, Seen, View};
use crate::outside::serving::serving_data_centre;
use crate::outside::status_page::{Reading, StatusText};
use crate::outside::trace::Trace;
use crate::time::Timestamp;
use crate::url::PageUrl;
use crate::words::Words;

use lines::Lines;

/// Everything that goes into a report.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// The page's address; its query is not in it.
    pub url: &'a PageUrl,
    /// What the page was found to be.
    pub diagnosis: &'a Diagnosis,
    /// When the page was seen.
    pub seen_at: Timestamp,
    /// Local time, in minutes east of UTC.
    pub utc_offset_minutes: i16,
    /// What was tried, the oldest first.
    pub attempts: &'a [Attempt],
    /// The result of the trace request; it may name the data centre.
    pub trace: Option<Trace>,
    /// Cloudflare's status page.
    pub status_page: Option<&'a Reading>,
    /// What was seen from elsewhere, and when.
    pub second_look: Option<(&'a SecondLook, Timestamp)>,
    /// Whose fault it is.
    pub verdict: Option<&'a Verdict>,
    /// The visitor's own address: only if they ticked it.
    pub visitor_address: Option<&'a str>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Plain,
    /// Markdown.
    Markdown,
}

/// The most attempts that are listed; of more, the latest.
const ATTEMPTS: usize = 30;

/// Writes the account.
#[must_use]
pub fn report(account: &Account<'_>, format: Format, words: &Words) -> String {
    let diagnosis = account.diagnosis;
    let told = explain(diagnosis, words, Audience::Owner);
    let mut lines = Lines::new(format);
    let label = |key: &'static str| words.say(key).to_owned();
    lines.title(&words.fill("report.title", &[("what", &told.heading), ("host", account.url.host())]));
    lines.fact(&label("report.address"), &account.url.to_string());
    lines.fact(&label("report.when"), &moment(account.seen_at, account.utc_offset_minutes, words));
    if let Some(shown) = diagnosis.at {
        lines.fact(&label("report.page-time"), &moment(shown, account.utc_offset_minutes, words));
    }
    let unknown = || words.say("report.unknown").to_owned();
    lines.fact(&label("report.ray"), &diagnosis.ray.map_or_else(unknown, |ray| ray.to_string()));
    lines.fact(&label("report.data-centre"), &data_centre(account, words).unwrap_or_else(unknown));
    if let Some(status) = diagnosis.http_status {
        lines.fact(&label("label.status"), &status.to_string());
    }
    if let Some(wait) = diagnosis.retry_after {
        lines.fact(&label("report.retry-after"), &duration(wait, words));
    }
    if let Some(address) = account.visitor_address {
        lines.fact(&label("report.visitor-address"), address);
    }
    seen(&mut lines, account, &told, words);
    attempts(&mut lines, account, words);
    status_page(&mut lines, account, words);
    elsewhere(&mut lines, account, words);
    lines.finish()
}

/// What Cloudflare saw, leg by leg, and whose fault it is.
fn seen(lines: &mut Lines, account: &Account<'_>, told: &Explanation, words: &Words) {
    lines.heading(words.say("label.seen"));
    lines.paragraph(&told.seen);
    for leg in &told.legs {
        lines.item(&format!("{}: {}", leg.name, leg.text));
    }
    lines.heading(words.say("label.fault"));
    match account.verdict.map(|verdict| verdict.tell(words)) {
        Some(verdict) => {
            lines.paragraph(&format!("{} ({})", verdict.sentence, verdict.certainty));
            if !verdict.reach.is_empty() {
                lines.paragraph(&verdict.reach);
            }
            for evidence in &verdict.evidence {
                let at = evidence.at.map(|at| format!(", {}", utc(at))).unwrap_or_default();
                lines.item(&format!("{} ({}{at})", evidence.text, evidence.source));
            }
        }
        None => lines.paragraph(&told.fault),
    }
    if let Some(steps) = told.owner.as_ref().map(|owner| &owner.steps).filter(|steps| !steps.is_empty()) {
        lines.heading(words.say("label.causes"));
        for step in steps {
            lines.item(&step.title);
        }
        if let Some(source) = account.diagnosis.code.and_then(catalog::entry).and_then(|entry| entry.sources.first()) {
            lines.paragraph(source.url);
        }
    }
}

fn attempts(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    lines.heading(words.say("report.attempts"));
    if account.attempts.is_empty() {
        lines.paragraph(words.say("report.no-attempts"));
    }
    let skipped = account.attempts.len().saturating_sub(ATTEMPTS);
    if skipped > 0 {
        lines.item(&words.fill("report.earlier", &[("n", &skipped.to_string())]));
    }
    for attempt in account.attempts.iter().skip(skipped) {
        let by = words.say(match attempt.by {
            By::Probe => "report.by-probe",
            By::Navigation => "report.by-navigation",
        });
        lines.item(&format!("{}: {by}, {}", utc(attempt.at), result(attempt.result, words)));
    }
}

fn result(result: AttemptResult, words: &Words) -> String {
    match result {
        AttemptResult::Recovered => words.say("report.recovered").to_owned(),
        AttemptResult::Failing { code } => failing(code, words),
        AttemptResult::Barred | AttemptResult::Redirected => words.say("report.barred").to_owned(),
        AttemptResult::NoAnswer => words.say("report.no-answer").to_owned(),
    }
}

fn failing(code: Option<Code>, words: &Words) -> String {
    match code {
        Some(code) => words.fill("report.failing", &[("code", &code.to_string())]),
        None => words.say("report.failing-no-code").to_owned(),
    }
}

fn status_page(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    let told = StatusText::new(account.status_page, account.diagnosis, account.trace, words);
    lines.heading(words.say("report.status-page"));
    lines.paragraph(&match told.at {
        Some(at) => format!("{} ({})", told.text, utc(at)),
        None => told.text,
    });
    if let Some(update) = told.update {
        let at = told.update_at.map(|at| format!("{}: ", utc(at))).unwrap_or_default();
        lines.paragraph(&format!("{at}{update}"));
    }
}

fn elsewhere(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    let Some((look, at)) = account.second_look else { return };
    lines.heading(&words.fill("report.elsewhere", &[("at", &utc(at))]));
    for view in &look.views {
        lines.item(&place(view, words));
    }
}

/// One place and what was seen from it.
fn place(view: &View, words: &Words) -> String {
    let seen = match view.seen {
        Seen::Works { status } => words.fill("report.works", &[("status", &status.to_string())]),
        Seen::Fails { code, status } => failing(code.or(Code::of_status(status)), words),
        Seen::EdgeOnly { status } => words.fill("report.edge-only", &[("status", &status.to_string())]),
        Seen::NoAnswer => words.say("report.no-answer").to_owned(),
        Seen::ProbeGone => words.say("report.probe-gone").to_owned(),
    };
    let centre = view.data_centre.map(|it| format!(", {it}")).unwrap_or_default();
    format!("{}, {} ({}{centre}): {seen}", view.city, view.country, view.network)
}

fn data_centre(account: &Account<'_>, words: &Words) -> Option<String> {
    let status_page = account.status_page.and_then(|reading| reading.page.as_ref());
    let served = serving_data_centre(account.diagnosis, account.trace, status_page);
    match (served, account.diagnosis.city.as_deref()) {
        (Some(served), _) => {
            let code = served.data_centre.to_string();
            Some(match served.known_by {
                KnownBy::Edge => code,
                KnownBy::City => words.fill("report.probably", &[("what", &code)]),
            })
        }
        (None, Some(city)) => Some(city.to_owned()),
        (None, None) => None,
    }
}

/// `2026-11-22 15:04:05 UTC (16:04:05 local time, UTC+01:00)`.
fn moment(at: Timestamp, offset_minutes: i16, words: &Words) -> String {
    let shift = core::time::Duration::from_mins(offset_minutes.unsigned_abs().into());
    let local = if offset_minutes < 0 { at.before(shift) } else { at.after(shift) };
    let local = local.to_string().replace('T', " ");
    let local = local.trim_end_matches('Z');
    let sign = if offset_minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (offset_minutes.unsigned_abs() / 60, offset_minutes.unsigned_abs() % 60);
    let offset = format!("UTC{sign}{hours:02}:{minutes:02}");
    words.fill("report.moment", &[("utc", &utc(at)), ("local", local), ("offset", &offset)])
}

/// `2026-11-22 15:04:05 UTC`.
fn utc(at: Timestamp) -> String {
    let text = at.to_string().replace('T', " ");
    match text.strip_suffix('Z') {
        Some(civil) => format!("{civil} UTC"),
        None => text,
    }
}

#[cfg(test)]
mod tests;
