//! From what was seen to what it is.
//!
//! A score over named evidence: each form's file lists its [`Marker`]s, every marker found adds its weight, in
//! decibans, to what it speaks for, and the sums decide. Nothing parses HTML. One pass looks for all needles at once,
//! behind a gate that a page without any of Cloudflare's words does not pass, and what stands near a needle is read.
//!
//! How much is read: of any body the first [`READ_BYTES`]. Time is linear in that, and memory is bounded by it.

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
mod markdown;
mod marker;
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

pub use marker::{Marker, Toward};
pub(crate) use page::NEAR;
pub use quoted::{MARKERS as QUOTED_MARKERS, examine_quoted};
pub use selector::{Selector, selectors};

use crate::data_centre::{self, KnownBy, ServingDataCentre};
use crate::diagnosis::{Confidence, Diagnosis, Evidence, Form, Kind};
use crate::observation::Observation;
use edge::Head;
use encoding::Encoding;
use marker::Findings;
use page::Page;

/// How much of a body is read, in bytes: 1 MiB.
///
/// Cloudflare's own pages take 20 KiB at most, but its box stands in sites' own pages, which carry whatever their
/// authors inlined. A browser sends far less, see [`Observation::EXCERPT_BYTES`].
pub const READ_BYTES: usize = 1024 * 1024;

/// From which sum on a page counts as one of Cloudflare's, in decibans.
const THRESHOLD: i16 = 22;
/// How much of it must speak for the kind itself: a frame alone is no error.
const LEAST_SPECIFIC: i16 = 8;
/// From which sum on a page that claims to be Cloudflare's counts as somebody else's.
const DOUBT: i16 = 25;
/// From which sum on a page is asked what it wants of the visitor.
const POSE: i16 = 14;
/// How unlikely any answer is to be one of Cloudflare's before it is looked at: one in a hundred.
const PRIOR: i16 = 20;
/// How sure it is that an answer in which nothing was found is another's: what [`PRIOR`] says.
const NOTHING_FOUND: Confidence = Confidence::from_hundredths(99);

/// No doubt but what the evidence leaves.
const CERTAIN: Confidence = Confidence::from_hundredths(100);
/// How sure it can be at most that the beginning of a document is another's: what would tell may be cut off.
const CUT: Confidence = Confidence::from_hundredths(80);
/// The same of a failure that came through the edge.
const EDGE_FAILURE_CUT: Confidence = Confidence::from_hundredths(50);
/// The same of a text that shows a Ray ID: it may quote a page, see [`examine_quoted`].
const QUOTED: Confidence = Confidence::from_hundredths(60);

/// Says what an answer is; `None` if it is not Cloudflare's and does not claim to be.
///
/// Any bytes give an answer; this never fails and never panics.
///
/// ```
/// use rayback_core::classify::classify;
/// use rayback_core::observation::Observation;
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

/// What an answer is, with the evidence in either case.
#[derive(Clone, Debug, PartialEq)]
pub enum Examination {
    /// It is Cloudflare's, or claims to be.
    Cloudflare(Box<Diagnosis>),
    /// It is not.
    Other {
        /// How sure that is.
        confidence: Confidence,
        /// What was found all the same.
        evidence: Vec<Evidence>,
    },
}

/// Every marker, form by form.
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

/// Says what an answer is, as [`classify`] does, and gives its evidence also where it is not Cloudflare's.
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
        return Examination::Other { confidence: NOTHING_FOUND.min(doubt), evidence: Vec::new() };
    }
    let (_, specific) = findings.scores.loudest();
    if specific > 0 || findings.form.is_some() {
        edge::compare(observation, &head, &mut findings);
        reload::read(observation, &mut findings);
    }
    decide(observation, &head, findings, doubt)
}

/// Reads the body. Returns how sure it can be at most that an answer in which too little is found is another's.
fn read_body(observation: &Observation<'_>, head: &Head, findings: &mut Findings) -> Confidence {
    let (bytes, encoding) = encoding::decode(&observation.body);
    if encoding == Encoding::Compressed || plain_text::read(&bytes, findings) {
        return CERTAIN;
    }
    let is_cut = cut::is_cut(&bytes);
    let doubt = if is_cut || cut::is_cut_json(&bytes) {
        let is_failure = head.through_edge == Some(true) && observation.status.is_some_and(|status| status >= 400);
        if is_failure { EDGE_FAILURE_CUT } else { CUT }
    } else if quotation::mentions_a_request(&bytes) {
        QUOTED
    } else {
        CERTAIN
    };
    let is_worth_reading = needle::gate(&bytes) || (is_cut && cut::is_worth_reading(&bytes));
    if !is_worth_reading {
        return doubt;
    }
    match bytes.trim_ascii_start() {
        [b'{', ..] => problem_json::read(&bytes, findings),
        [b'-', b'-', b'-', ..] => markdown::read(bytes.trim_ascii_start(), findings),
        _ => read_page(&Page::read(&bytes), observation, head, is_cut, findings),
    }
    doubt
}

fn read_page(page: &Page<'_>, observation: &Observation<'_>, head: &Head, is_cut: bool, findings: &mut Findings) {
    frame::read(page, findings);
    branded::read(page, findings);
    status_picture::read(page, findings);
    custom_box::read(page, observation, findings);
    block::read(page, findings);
    challenge::read(page, findings);
    access::read(page, findings);
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
    if scores.frame + scores.loudest().1 + scores.pose - scores.unrelated >= POSE {
        imitation::read_attack(page, findings);
    }
}

fn decide(observation: &Observation<'_>, head: &Head, findings: Findings, doubt: Confidence) -> Examination {
    let scores = findings.scores;
    let (kind, specific) = scores.loudest();
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
                confidence: Confidence::from_fraction(1.0 - likely).min(doubt),
                evidence: findings.evidence,
            };
        }
    };
    let city = findings.city;
    // Some pages show the Ray ID as the header has it.
    let named = findings.data_centre.map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge });
    let served = head.served.or(named).or_else(|| {
        let data_centre = data_centre::in_city(city.as_deref()?)?;
        Some(ServingDataCentre { data_centre: data_centre.iata(), known_by: KnownBy::City })
    });
    Examination::Cloudflare(Box::new(Diagnosis {
        kind,
        form: findings.form.unwrap_or(Form::Branded),
        // A challenge's script may hold the words of an error that it never showed.
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

/// The probability that decibans stand for.
fn confidence(decibans: i16) -> Confidence {
    Confidence::from_fraction(1.0 / (1.0 + 10_f64.powf(-f64::from(decibans) / 10.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_found_the_prior_speaks() {
        assert_eq!(NOTHING_FOUND, Confidence::from_fraction(1.0 - confidence(-PRIOR).as_fraction()));
    }
}
