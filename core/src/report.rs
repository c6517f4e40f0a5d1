//! A complete account of a failure, to be sent to the site or its host.
//!
//! It holds the address without its query, and the visitor's own address only if they asked for that.

mod lines;

use crate::catalog;
use crate::code::Code;
use crate::diagnosis::Diagnosis;
use crate::explain::{Audience, Explanation, duration, explain};
use crate::fault::Verdict;
use crate::history::{Attempt, AttemptResult, By};
use crate::outside::second_look::{SecondLook, Seen, View};
use crate::outside::status_page::{Reading, StatusText};
use crate::time::Timestamp;
use crate::url::PageUrl;
use crate::words::{Key, Words, key};

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
    let label = |key: Key| words.get(key).to_owned();
    lines.title(&words.format(key::report::Title { what: &told.heading, host: account.url.host() }));
    lines.fact(&label(key::report::ADDRESS), &account.url.to_string());
    lines.fact(&label(key::report::WHEN), &moment(account.seen_at, account.utc_offset_minutes, words));
    if let Some(shown) = diagnosis.at {
        lines.fact(&label(key::report::PAGE_TIME), &moment(shown, account.utc_offset_minutes, words));
    }
    let unknown = || words.get(key::report::UNKNOWN).to_owned();
    lines.fact(&label(key::report::RAY), &diagnosis.ray.map_or_else(unknown, |ray| ray.to_string()));
    lines.fact(&label(key::report::DATA_CENTRE), &data_centre(diagnosis, words).unwrap_or_else(unknown));
    if let Some(status) = diagnosis.http_status {
        lines.fact(&label(key::label::STATUS), &status.to_string());
    }
    if let Some(wait) = diagnosis.retry_after {
        lines.fact(&label(key::report::RETRY_AFTER), &duration(wait, words));
    }
    if let Some(address) = account.visitor_address {
        lines.fact(&label(key::report::VISITOR_ADDRESS), address);
    }
    seen(&mut lines, account, &told, words);
    attempts(&mut lines, account, words);
    status_page(&mut lines, account, words);
    elsewhere(&mut lines, account, words);
    lines.finish()
}

/// What Cloudflare saw, leg by leg, and whose fault it is.
fn seen(lines: &mut Lines, account: &Account<'_>, told: &Explanation, words: &Words) {
    lines.heading(words.get(key::label::SEEN));
    lines.paragraph(&told.seen);
    for leg in &told.legs {
        lines.item(&words.format(key::sentence::Labelled { label: &leg.name, value: &leg.text }));
    }
    lines.heading(words.get(key::label::FAULT));
    match account.verdict.map(|verdict| verdict.tell(words)) {
        Some(verdict) => {
            lines.paragraph(&words.join([verdict.sentence, verdict.certainty]));
            if !verdict.reach.is_empty() {
                lines.paragraph(&verdict.reach);
            }
            for evidence in &verdict.evidence {
                let (text, source) = (&evidence.text, &evidence.source);
                lines.item(&match evidence.at {
                    Some(at) => words.format(key::report::Evidence { text, source, at: &utc(at) }),
                    None => words.format(key::sentence::Remark { text, remark: source }),
                });
            }
        }
        None => lines.paragraph(&told.fault),
    }
    if let Some(steps) = told.owner.as_ref().map(|owner| &owner.steps).filter(|steps| !steps.is_empty()) {
        lines.heading(words.get(key::label::CAUSES));
        for step in steps {
            lines.item(&step.title);
        }
        if let Some(source) = account.diagnosis.code.and_then(catalog::entry).and_then(|entry| entry.sources.first()) {
            lines.paragraph(source.url);
        }
    }
}

fn attempts(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    lines.heading(words.get(key::report::ATTEMPTS));
    if account.attempts.is_empty() {
        lines.paragraph(words.get(key::report::NO_ATTEMPTS));
    }
    let skipped = account.attempts.len().saturating_sub(ATTEMPTS);
    if skipped > 0 {
        let n = u64::try_from(skipped).unwrap_or(u64::MAX);
        lines.item(&words.format(key::report::Earlier { n }));
    }
    for attempt in account.attempts.iter().skip(skipped) {
        let how = words.get(match attempt.by {
            By::Probe => key::report::BY_PROBE,
            By::Navigation => key::report::BY_NAVIGATION,
        });
        let result = &result(attempt.result, words);
        lines.item(&words.format(key::report::Attempt { at: &utc(attempt.at), how, result }));
    }
}

fn result(result: AttemptResult, words: &Words) -> String {
    match result {
        AttemptResult::Recovered => words.get(key::report::RECOVERED).to_owned(),
        AttemptResult::Failing { code } => failing(code, words),
        AttemptResult::Barred => words.get(key::report::BARRED).to_owned(),
        AttemptResult::NoAnswer => words.get(key::report::NO_ANSWER).to_owned(),
    }
}

fn failing(code: Option<Code>, words: &Words) -> String {
    match code {
        Some(code) => words.format(key::report::Failing { code: &code.to_string() }),
        None => words.get(key::report::FAILING_NO_CODE).to_owned(),
    }
}

fn status_page(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    let told = StatusText::new(account.status_page, account.diagnosis, words);
    lines.heading(words.get(key::report::STATUS_PAGE));
    lines.paragraph(&match told.at {
        Some(at) => words.format(key::sentence::Remark { text: &told.text, remark: &utc(at) }),
        None => told.text,
    });
    if let Some(update) = told.update {
        lines.paragraph(&match told.update_at {
            Some(at) => words.format(key::sentence::Labelled { label: &utc(at), value: &update }),
            None => update,
        });
    }
}

fn elsewhere(lines: &mut Lines, account: &Account<'_>, words: &Words) {
    let Some((look, at)) = account.second_look else { return };
    lines.heading(&words.format(key::report::Elsewhere { at: &utc(at) }));
    for view in &look.views {
        lines.item(&place(view, words));
    }
}

/// One place and what was seen from it.
fn place(view: &View, words: &Words) -> String {
    let seen = match view.seen {
        Seen::Works { status } => words.format(key::report::Works { status: &status.to_string() }),
        Seen::Fails { code, status } => failing(code.or(Code::new(status)), words),
        Seen::EdgeOnly { status } => words.format(key::report::EdgeOnly { status: &status.to_string() }),
        Seen::NoAnswer => words.get(key::report::NO_ANSWER).to_owned(),
        Seen::ProbeGone => words.get(key::report::PROBE_GONE).to_owned(),
    };
    let (city, country, network, seen) = (&view.city, &view.country, &view.network, &seen);
    match view.data_centre {
        Some(code) => words.format(key::report::PlaceCentre { city, country, network, code: &code.to_string(), seen }),
        None => words.format(key::report::Place { city, country, network, seen }),
    }
}

fn data_centre(diagnosis: &Diagnosis, words: &Words) -> Option<String> {
    use crate::data_centre::KnownBy;
    match (diagnosis.served, diagnosis.city.as_deref()) {
        (Some(served), _) => {
            let code = served.data_centre.to_string();
            Some(match served.known_by {
                KnownBy::Edge => code,
                KnownBy::City => words.format(key::report::Probably { what: &code }),
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
    words.format(key::report::Moment { utc: &utc(at), local, offset: &offset })
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
