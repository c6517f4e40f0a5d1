//! Recognises Cloudflare's pages from an observation.
//!
//! Classification sums weighted evidence. Each form's file lists its [`Marker`]s; every marker found adds its weight,
//! in decibans, to the hypotheses it supports, and the sums decide. HTML is never parsed. A gate first rejects pages
//! that contain none of Cloudflare's words. Then one pass finds all needles at once, and only the text near a needle is
//! read. If a page claims to be Cloudflare's, its visible text is also searched for what it asks visitors to do.
//!
//! At most the first [`READ_BYTES`] of a body are read. Time is linear in that, and memory is bounded by it.

mod access;
mod block;
mod branded;
mod challenge;
mod crawl;
mod custom_box;
mod cut;
mod edge;
mod encoding;
mod frame;
mod gateway;
mod imitation;
mod lure;
mod markdown;
mod marker;
mod marks;
mod needle;
mod page;
mod plain_text;
mod problem_json;
mod quotation;
mod quoted;
mod reload;
mod search;
mod selector;
mod status_picture;
mod unbranded;
mod waiting_room;

pub(crate) use edge::is_own;
pub use edge::retry_after;
pub use marker::{Marker, Toward};
pub use marks::{GateMarks, gate_marks};
pub use quoted::examine_quoted;
pub use selector::{Selector, selectors};

use std::borrow::Cow;

use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::{Confidence, Diagnosis, Evidence, Form, Kind};
use crate::observation::Observation;
use edge::Head;
use encoding::Encoding;
use marker::Findings;
use page::Page;

/// The most that is read of a body, in bytes: 1 MiB.
///
/// Cloudflare's own pages are at most 20 KiB, but its box also appears in sites' own pages, which may have inlined
/// images. A browser sends far less; see [`Observation::EXCERPT_BYTES`].
pub const READ_BYTES: usize = 1024 * 1024;

/// The minimum sum at which a page counts as Cloudflare's, in decibans.
const THRESHOLD: i16 = 22;
/// The part of that sum which must support the kind itself, in decibans: a frame alone isn't an error.
const LEAST_SPECIFIC: i16 = 8;
/// The minimum sum at which a page claiming to be Cloudflare's counts as an imitation, in decibans.
const DOUBT: i16 = 25;
/// The minimum sum at which a page is checked for what it asks of the visitor, in decibans.
const POSE: i16 = 14;
/// The prior odds against any answer being Cloudflare's, in decibans: a hundred to one.
const PRIOR: i16 = 20;
/// The confidence that an answer in which nothing was found isn't Cloudflare's: what [`PRIOR`] implies.
const NOTHING_FOUND: Confidence = Confidence::from_hundredths(99);

/// No limit on confidence beyond the evidence.
const CERTAIN: Confidence = Confidence::from_hundredths(100);
/// The highest confidence that a truncated document isn't Cloudflare's: the decisive part may be missing.
const CUT: Confidence = Confidence::from_hundredths(80);
/// The same limit for a failure that came through the edge, and for any answer whose headers name an error.
const EDGE_FAILURE_CUT: Confidence = Confidence::from_hundredths(50);
/// The same limit for a text that shows a Ray ID: it may quote a page, see [`examine_quoted`].
const QUOTED: Confidence = Confidence::from_hundredths(60);

/// Classifies an answer; `None` if it isn't Cloudflare's and doesn't claim to be.
///
/// Any bytes give a result: this never fails and never panics.
///
/// ```
/// use rayback_core::{Observation, classify};
///
/// let observation = Observation { body: b"error code: 522".into(), ..Observation::default() };
/// assert_eq!(classify(&observation).unwrap().code.unwrap().number(), 522);
/// ```
#[must_use]
pub fn classify(observation: &Observation<'_>) -> Option<Diagnosis> {
    match examine(observation) {
        Examination::Cloudflare(diagnosis) => Some(*diagnosis),
        Examination::Other { .. } => None,
    }
}

/// The result of classifying an answer, with the evidence in either case.
#[derive(Clone, Debug, PartialEq)]
pub enum Examination {
    /// The answer is Cloudflare's, or claims to be.
    Cloudflare(Box<Diagnosis>),
    /// The answer isn't Cloudflare's.
    Other {
        /// How certain that is.
        confidence: Confidence,
        /// The evidence that was found anyway.
        evidence: Vec<Evidence>,
    },
}

/// Returns every marker, form by form.
pub fn markers() -> impl Iterator<Item = &'static Marker> {
    [
        frame::MARKERS,
        branded::MARKERS,
        status_picture::MARKERS,
        custom_box::MARKERS,
        block::MARKERS,
        challenge::MARKERS,
        access::MARKERS,
        waiting_room::MARKERS,
        reload::MARKERS,
        gateway::MARKERS,
        crawl::MARKERS,
        cut::MARKERS,
        plain_text::MARKERS,
        problem_json::MARKERS,
        unbranded::MARKERS,
        edge::MARKERS,
        imitation::MARKERS,
        quotation::MARKERS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Classifies an answer as [`classify`] does, and also returns the evidence if it isn't Cloudflare's.
#[must_use]
pub fn examine(observation: &Observation<'_>) -> Examination {
    let mut findings = Findings::default();
    let head = Head::read(observation);
    edge::read(observation, &head, &mut findings);
    access::read_head(observation, &mut findings);
    waiting_room::read_head(observation, &mut findings);
    gateway::read_head(observation, &mut findings);
    crawl::read_head(observation, &head, &mut findings);
    let doubt = read_body(observation, &head, &mut findings);
    // Nearly every answer ends here.
    if findings.evidence.is_empty() {
        let confidence = NOTHING_FOUND.min(doubt.limit(observation, &head));
        return Examination::Other { confidence, evidence: Vec::new() };
    }
    let (_, specific) = findings.scores.strongest();
    if specific > 0 || findings.form.is_some() {
        edge::compare(observation, &head, &mut findings);
        reload::read(observation, &mut findings);
    }
    decide(observation, &head, findings, &doubt)
}

/// Reads the body. Returns the doubt that remains if nothing is recognised in it.
fn read_body<'a>(observation: &'a Observation<'_>, head: &Head, findings: &mut Findings) -> Doubt<'a> {
    let (bytes, encoding) = encoding::decode(&observation.body);
    if encoding == Encoding::Compressed || plain_text::read(&bytes, findings) {
        return Doubt::None;
    }
    let is_cut = cut::is_cut(&bytes);
    if needle::gate(&bytes) || (is_cut && cut::is_worth_reading(&bytes)) {
        match bytes.trim_ascii_start() {
            [b'{', ..] => problem_json::read(&bytes, findings),
            [b'-', b'-', b'-', ..] => markdown::read(bytes.trim_ascii_start(), findings),
            _ => read_page(&Page::read(&bytes), observation, head, is_cut, findings),
        }
    }
    if is_cut || cut::is_cut_json(&bytes) { Doubt::Cut } else { Doubt::Text(bytes) }
}

/// Why an answer may still be Cloudflare's although nothing in it was recognised.
enum Doubt<'a> {
    /// There's no reason.
    None,
    /// The body is cut off.
    Cut,
    /// The body is this text, which may quote a page.
    Text(Cow<'a, [u8]>),
}

impl Doubt<'_> {
    /// The highest confidence allowed for a verdict that the answer isn't Cloudflare's.
    fn limit(&self, observation: &Observation<'_>, head: &Head) -> Confidence {
        // The header is documented, but nobody has seen it yet.
        if head.through_edge == Some(true) && edge::error_type(observation).is_some() {
            return EDGE_FAILURE_CUT;
        }
        let is_failure = head.through_edge == Some(true) && observation.status.is_some_and(|status| status >= 400);
        match self {
            Self::Cut if is_failure => EDGE_FAILURE_CUT,
            Self::Cut => CUT,
            Self::Text(bytes) if quotation::mentions_a_request(bytes) => QUOTED,
            Self::Text(_) | Self::None => CERTAIN,
        }
    }
}

fn read_page(page: &Page<'_>, observation: &Observation<'_>, head: &Head, is_cut: bool, findings: &mut Findings) {
    frame::read(page, findings);
    branded::read(page, findings);
    status_picture::read(page, findings);
    custom_box::read(page, observation, findings);
    block::read(page, findings);
    challenge::read(page, findings);
    access::read(page, observation.status, findings);
    waiting_room::read(page, findings);
    gateway::read(page, findings);
    unbranded::read(page, findings);
    block::read_notice(page, findings);
    if is_cut {
        cut::read(page, observation, head, findings);
    }
    imitation::read(page, findings);
    quotation::read(page, observation, findings);
    let scores = findings.scores;
    if scores.frame + scores.strongest().1 + scores.pose - scores.unrelated >= POSE {
        imitation::read_attack(page, findings);
    }
}

fn decide(observation: &Observation<'_>, head: &Head, findings: Findings, doubt: &Doubt<'_>) -> Examination {
    let scores = findings.scores;
    let (kind, specific) = scores.strongest();
    let claim = scores.frame.saturating_add(specific).saturating_sub(scores.unrelated);
    let attack = imitation::is_attack(&findings);
    let claims = findings.form.is_some() && specific >= LEAST_SPECIFIC && claim >= THRESHOLD;
    let (kind, confidence) = match (claims, findings.form) {
        _ if attack => (Kind::Imitation, confidence(scores.imitation - PRIOR)),
        (true, Some(_)) if scores.imitation >= DOUBT => (Kind::Imitation, confidence(scores.imitation - DOUBT / 2)),
        (true, Some(_)) => (kind, confidence(claim - PRIOR - scores.imitation / 2)),
        _ => {
            let likely = confidence(claim.max(0) - PRIOR).as_fraction();
            return Examination::Other {
                confidence: Confidence::from_fraction(1.0 - likely).min(doubt.limit(observation, head)),
                evidence: findings.evidence,
            };
        }
    };
    let city = findings.city;
    // Some pages show the Ray ID with its data centre, as the header does.
    let named = findings.data_centre.map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge });
    let served = head.served.or(named).or_else(|| ServingDataCentre::in_city(city.as_deref()?));
    Examination::Cloudflare(Box::new(Diagnosis {
        kind,
        form: findings.form.unwrap_or(Form::Branded),
        // A challenge's script may contain the words of an error that it never showed.
        code: findings.code.filter(|_| matches!(kind, Kind::Error | Kind::Imitation)),
        http_status: observation.status,
        ray: findings.ray,
        served,
        city,
        host: findings.host.or_else(|| observation.url.as_ref().map(|url| url.host().to_owned())),
        at: findings.at,
        legs: findings.legs,
        retryable: findings.retryable,
        retry_after: findings.retry_after,
        confidence,
        evidence: findings.evidence,
    }))
}

/// Converts decibans to a probability.
fn confidence(decibans: i16) -> Confidence {
    /// One deciban as a factor: the tenth root of ten.
    const DECIBAN: f64 = 1.258_925_411_794_167_3;
    // `powf` would add 2 KB to a module.
    Confidence::from_fraction(1.0 / (1.0 + DECIBAN.powi(-i32::from(decibans))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A complete page of a 522. Tests may replace `STEPS` in its visible text.
    pub(super) const ERROR_PAGE: &str = "<!DOCTYPE html><html><head><title>shop.example | 522: Connection timed \
        out</title><link rel=\"stylesheet\" id=\"cf_styles-css\" href=\"/cdn-cgi/styles/main.css\" /></head><body><div \
        id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span class=\"code-label\">Error code 522</span></h1></div>\
        STEPS<div class=\"cf-error-footer\">Cloudflare Ray ID: <strong>9a1b2c3d4e5f6071</strong></div></div></body></html>";

    #[test]
    fn confidence_without_evidence_is_the_prior() {
        assert_eq!(NOTHING_FOUND, Confidence::from_fraction(1.0 - confidence(-PRIOR).as_fraction()));
    }
}
