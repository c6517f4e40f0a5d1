//! The report: a complete account of a failure, to send to the site's support or its host.
//!
//! It has the page's address without its query, and the visitor's own address only if they asked for that.

use crate::catalog;
use crate::code::Code;
use crate::data_centre::KnownBy;
use crate::diagnosis::Diagnosis;
use crate::document::{Block, Document, Fact, Reference, Text};
use crate::explain::{Audience, Explanation, duration, explain};
use crate::fault::Verdict;
use crate::history::{AttemptResult, Attempts, By};
use crate::outside::second_look::{SecondLook, Seen, View};
use crate::outside::serving::serving_data_centre;
use crate::outside::status_page::{Reading, StatusText};
use crate::outside::trace::Trace;
use crate::time::Timestamp;
use crate::url::PageUrl;
use crate::words::{Reader, Words, key};

/// The content of a report.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// The page's address; its query is left out of the report.
    pub url: &'a PageUrl,
    /// The page's diagnosis.
    pub diagnosis: &'a Diagnosis,
    /// When the page was seen.
    pub seen_at: Timestamp,
    /// The offset of local time, in minutes east of UTC.
    pub utc_offset_minutes: i16,
    /// What was tried in this failure.
    pub attempts: &'a Attempts,
    /// The result of the trace request; it may name the data centre.
    pub trace: Option<Trace>,
    /// Cloudflare's status page.
    pub status_page: Option<&'a Reading>,
    /// The second look, and when it was made.
    pub second_look: Option<(&'a SecondLook, Timestamp)>,
    /// Whose fault it is.
    pub verdict: Option<&'a Verdict>,
    /// The visitor's own address, only if they asked to include it.
    pub visitor_address: Option<&'a str>,
}

/// Lays out a report.
#[must_use]
pub fn report(account: &Account<'_>, words: &Words) -> Document {
    let diagnosis = account.diagnosis;
    let explanation = explain(diagnosis, words, Audience::Visitor);
    let mut document = Document::new(words);
    document.title(words.format(key::report::Title { what: &explanation.heading, host: account.url.host() }));
    let unknown = || words.get(key::report::UNKNOWN).to_owned();
    let local = |at| moment(at, account.utc_offset_minutes, words);
    let facts = [
        (key::report::ADDRESS, Some(account.url.to_string())),
        (key::report::WHEN, Some(local(account.seen_at))),
        (key::report::PAGE_TIME, diagnosis.at.map(local)),
        (key::report::RAY, Some(diagnosis.ray.map_or_else(unknown, |ray| ray.to_string()))),
        (key::report::DATA_CENTRE, Some(data_centre(account, words).unwrap_or_else(unknown))),
        (key::label::STATUS, diagnosis.http_status.map(|status| status.to_string())),
        (key::report::RETRY_AFTER, diagnosis.retry_after.map(|wait| duration(wait, words))),
        (key::report::VISITOR_ADDRESS, account.visitor_address.map(str::to_owned)),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| Some(Fact::new(words.get(label), value?)));
    document.push(Block::Facts { facts: facts.collect() });
    seen(&mut document, account, &explanation, words);
    attempts(&mut document, account, words);
    status_page(&mut document, account, words);
    elsewhere(&mut document, account, words);
    document
}

/// What Cloudflare saw, leg by leg, and whose fault it is.
fn seen(document: &mut Document, account: &Account<'_>, explanation: &Explanation, words: &Words) {
    document.heading(words.get(key::label::SEEN));
    document.paragraph(Text::of(&explanation.seen, Reader::Owner, words));
    document.push(Block::Legs { legs: explanation.legs.clone() });
    document.heading(words.get(key::label::FAULT));
    match account.verdict.map(|verdict| verdict.describe(words)) {
        Some(verdict) => {
            document.paragraph(words.join([verdict.sentence, verdict.certainty]));
            if !verdict.reach.is_empty() {
                document.paragraph(&verdict.reach);
            }
            document.list(verdict.evidence.iter().map(|it| {
                let (text, source) = (&it.text, &it.source);
                match it.at {
                    Some(at) => words.format(key::report::Evidence { text, source, at: &utc(at) }),
                    None => words.format(key::sentence::Remark { text, remark: source }),
                }
            }));
        }
        None => document.paragraph(&explanation.fault),
    }
    // The titles alone: a whole part for owners would bring every command and its manual into the extension.
    let causes = account.diagnosis.meaning().causes;
    if !causes.is_empty() {
        document.heading(words.get(key::label::CAUSES));
        document.list(causes.iter().map(|cause| Text::of(words.get(key::cause::title(*cause)), Reader::Owner, words)));
        if let Some(source) = account.diagnosis.code.and_then(catalog::entry).and_then(|entry| entry.sources.first()) {
            document.push(Block::Sources { sources: vec![Reference::new(source, words)] });
        }
    }
}

fn attempts(document: &mut Document, account: &Account<'_>, words: &Words) {
    document.heading(words.get(key::report::ATTEMPTS));
    if account.attempts.latest().is_empty() {
        document.paragraph(words.get(key::report::NO_ATTEMPTS));
    }
    let left_out = account.attempts.left_out();
    let earlier = (left_out > 0).then(|| words.format(key::report::Earlier { n: left_out.into() }));
    let latest = account.attempts.latest().iter().map(|attempt| {
        let how = words.get(match attempt.by {
            By::Probe => key::report::BY_PROBE,
            By::Navigation => key::report::BY_NAVIGATION,
        });
        let result = &result(attempt.result, words);
        words.format(key::report::Attempt { at: &utc(attempt.at), how, result })
    });
    document.list(earlier.into_iter().chain(latest));
}

fn result(result: AttemptResult, words: &Words) -> String {
    match result {
        AttemptResult::Recovered => words.get(key::report::RECOVERED).to_owned(),
        AttemptResult::Failing { code } => failing(code, words),
        AttemptResult::Barred | AttemptResult::Redirected => words.get(key::report::BARRED).to_owned(),
        AttemptResult::NoAnswer => words.get(key::report::NO_ANSWER).to_owned(),
    }
}

fn failing(code: Option<Code>, words: &Words) -> String {
    match code {
        Some(code) => words.format(key::report::Failing { code: &code.to_string() }),
        None => words.get(key::report::FAILING_NO_CODE).to_owned(),
    }
}

fn status_page(document: &mut Document, account: &Account<'_>, words: &Words) {
    let status = StatusText::new(account.status_page, account.diagnosis, account.trace, words);
    document.heading(words.get(key::report::STATUS_PAGE));
    document.paragraph(match status.at {
        Some(at) => words.format(key::sentence::Remark { text: &status.text, remark: &utc(at) }),
        None => status.text,
    });
    if let Some(update) = status.update {
        document.paragraph(match status.update_at {
            Some(at) => words.format(key::sentence::Labelled { label: &utc(at), value: &update }),
            None => update,
        });
    }
}

fn elsewhere(document: &mut Document, account: &Account<'_>, words: &Words) {
    let Some((look, at)) = account.second_look else { return };
    document.heading(words.format(key::report::Elsewhere { at: &utc(at) }));
    document.list(look.views.iter().map(|view| place(view, words)));
}

/// One place of a second look, and what it saw.
fn place(view: &View, words: &Words) -> String {
    let seen = match view.seen {
        Seen::Works { status } => words.format(key::report::Works { status: &status.to_string() }),
        Seen::Fails { code, status } => failing(code.or(Code::of_status(status)), words),
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

fn data_centre(account: &Account<'_>, words: &Words) -> Option<String> {
    let status_page = account.status_page.and_then(|reading| reading.page.as_ref());
    let served = serving_data_centre(account.diagnosis, account.trace, status_page);
    match (served, account.diagnosis.city.as_deref()) {
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
