//! The report: a complete account of a failure, to send to the site's support or its host.
//!
//! It has the page's address without its query, and the visitor's own address only if they asked for that.

use crate::catalog;
use crate::code::Code;
use crate::diagnosis::Diagnosis;
use crate::document::{Block, Document, Fact, Reference};
use crate::explain::{Audience, Explanation, duration, explain};
use crate::fault::Verdict;
use crate::history::{Attempt, AttemptResult, By};
use crate::outside::second_look::{SecondLook, Seen, View};
use crate::outside::status_page::{Reading, StatusText};
use crate::time::Timestamp;
use crate::url::PageUrl;
use crate::words::Words;

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
    /// The attempts, oldest first.
    pub attempts: &'a [Attempt],
    /// The reading of Cloudflare's status page.
    pub status_page: Option<&'a Reading>,
    /// The second look, and when it was made.
    pub second_look: Option<(&'a SecondLook, Timestamp)>,
    /// Whose fault it is.
    pub verdict: Option<&'a Verdict>,
    /// The visitor's own address, only if they asked to include it.
    pub visitor_address: Option<&'a str>,
}

/// The most attempts that a report lists; of more, it lists the latest.
const ATTEMPTS: usize = 30;

/// Lays out a report.
#[must_use]
pub fn report(account: &Account<'_>, words: &Words) -> Document {
    let diagnosis = account.diagnosis;
    let explanation = explain(diagnosis, words, Audience::Owner);
    let mut document = Document::new(words);
    document.title(words.fill("report.title", &[("what", &explanation.heading), ("host", account.url.host())]));
    let unknown = || words.say("report.unknown").to_owned();
    let local = |at| moment(at, account.utc_offset_minutes, words);
    let facts = [
        ("report.address", Some(account.url.to_string())),
        ("report.when", Some(local(account.seen_at))),
        ("report.page-time", diagnosis.at.map(local)),
        ("report.ray", Some(diagnosis.ray.map_or_else(unknown, |ray| ray.to_string()))),
        ("report.data-centre", Some(data_centre(diagnosis, words).unwrap_or_else(unknown))),
        ("label.status", diagnosis.http_status.map(|status| status.to_string())),
        ("report.retry-after", diagnosis.retry_after.map(|wait| duration(wait, words))),
        ("report.visitor-address", account.visitor_address.map(str::to_owned)),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| Some(Fact::new(words.say(label), value?)));
    document.push(Block::Facts { facts: facts.collect() });
    seen(&mut document, account, &explanation, words);
    attempts(&mut document, account, words);
    status_page(&mut document, account, words);
    elsewhere(&mut document, account, words);
    document
}

/// What Cloudflare saw, leg by leg, and whose fault it is.
fn seen(document: &mut Document, account: &Account<'_>, explanation: &Explanation, words: &Words) {
    document.heading(words.say("label.seen"));
    document.paragraph(&explanation.seen);
    document.push(Block::Legs { legs: explanation.legs.clone() });
    document.heading(words.say("label.fault"));
    match account.verdict.map(|verdict| verdict.tell(words)) {
        Some(verdict) => {
            let values = [("verdict", verdict.sentence.as_str()), ("certainty", &verdict.certainty)];
            document.paragraph(words.fill("report.verdict", &values));
            if !verdict.reach.is_empty() {
                document.paragraph(&verdict.reach);
            }
            document.list(verdict.evidence.iter().map(|it| {
                let at = it.at.map(utc);
                let key = if at.is_some() { "report.evidence-at" } else { "report.evidence" };
                let values =
                    [("evidence", it.text.as_str()), ("source", &it.source), ("at", at.as_deref().unwrap_or(""))];
                words.fill(key, &values)
            }));
        }
        None => document.paragraph(&explanation.fault),
    }
    if let Some(steps) = explanation.owner.as_ref().map(|owner| &owner.steps).filter(|steps| !steps.is_empty()) {
        document.heading(words.say("label.causes"));
        document.list(steps.iter().map(|step| &step.title));
        if let Some(source) = account.diagnosis.code.and_then(catalog::entry).and_then(|entry| entry.sources.first()) {
            document.push(Block::Sources { sources: vec![Reference::new(source, words)] });
        }
    }
}

fn attempts(document: &mut Document, account: &Account<'_>, words: &Words) {
    document.heading(words.say("report.attempts"));
    if account.attempts.is_empty() {
        document.paragraph(words.say("report.no-attempts"));
    }
    let skipped = account.attempts.len().saturating_sub(ATTEMPTS);
    let earlier = (skipped > 0).then(|| words.fill("report.earlier", &[("n", &skipped.to_string())]));
    let latest = account.attempts.iter().skip(skipped).map(|attempt| {
        let by = words.say(match attempt.by {
            By::Probe => "report.by-probe",
            By::Navigation => "report.by-navigation",
        });
        let (at, result) = (utc(attempt.at), result(attempt.result, words));
        words.fill("report.attempt", &[("at", &at), ("by", by), ("result", &result)])
    });
    document.list(earlier.into_iter().chain(latest));
}

fn result(result: AttemptResult, words: &Words) -> String {
    match result {
        AttemptResult::Recovered => words.say("report.recovered").to_owned(),
        AttemptResult::Failing { code } => failing(code, words),
        AttemptResult::Barred => words.say("report.barred").to_owned(),
        AttemptResult::NoAnswer => words.say("report.no-answer").to_owned(),
    }
}

fn failing(code: Option<Code>, words: &Words) -> String {
    match code {
        Some(code) => words.fill("report.failing", &[("code", &code.to_string())]),
        None => words.say("report.failing-no-code").to_owned(),
    }
}

fn status_page(document: &mut Document, account: &Account<'_>, words: &Words) {
    let status = StatusText::new(account.status_page, account.diagnosis, words);
    document.heading(words.say("report.status-page"));
    document.paragraph(match status.at {
        Some(at) => words.fill("report.as-of", &[("text", &status.text), ("at", &utc(at))]),
        None => status.text,
    });
    if let Some(update) = status.update {
        document.paragraph(match status.update_at {
            Some(at) => words.fill("report.update", &[("at", &utc(at)), ("text", &update)]),
            None => update,
        });
    }
}

fn elsewhere(document: &mut Document, account: &Account<'_>, words: &Words) {
    let Some((look, at)) = account.second_look else { return };
    document.heading(words.fill("report.elsewhere", &[("at", &utc(at))]));
    document.list(look.views.iter().map(|view| place(view, words)));
}

/// One place of a second look, and what it saw.
fn place(view: &View, words: &Words) -> String {
    let seen = match view.seen {
        Seen::Works { status } => words.fill("report.works", &[("status", &status.to_string())]),
        Seen::Fails { code, status } => failing(code.or(Code::of_status(status)), words),
        Seen::EdgeOnly { status } => words.fill("report.edge-only", &[("status", &status.to_string())]),
        Seen::NoAnswer => words.say("report.no-answer").to_owned(),
        Seen::ProbeGone => words.say("report.probe-gone").to_owned(),
    };
    let centre = view.data_centre.map(|it| it.to_string());
    let key = if centre.is_some() { "report.place-and-centre" } else { "report.place" };
    let values = [
        ("city", view.city.as_str()),
        ("country", &view.country),
        ("network", &view.network),
        ("centre", centre.as_deref().unwrap_or("")),
        ("seen", &seen),
    ];
    words.fill(key, &values)
}

fn data_centre(diagnosis: &Diagnosis, words: &Words) -> Option<String> {
    use crate::data_centre::KnownBy;
    match (diagnosis.served, diagnosis.city.as_deref()) {
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
