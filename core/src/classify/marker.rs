//! Markers, the named pieces of evidence, and the sums of those found.

use crate::code::Code;
use crate::data_centre::Iata;
use crate::diagnosis::{Evidence, Form, Kind, Legs, Place};
use crate::ray::RayId;
use crate::time::Timestamp;
use core::time::Duration;

use crate::redact;

/// A named feature of an answer, and how strong it is as evidence.
///
/// Weights are in decibans: ten make a hypothesis ten times as likely, twenty a hundred times.
#[derive(Debug)]
pub struct Marker {
    /// The name, such as `branded-wrapper`.
    pub name: &'static str,
    /// The hypotheses this marker supports, each with a weight.
    pub weights: &'static [(Toward, i16)],
}

impl Marker {
    /// The evidence that this marker was found, with the text that matched.
    pub(super) fn evidence(&self, found: &str, place: Place) -> Evidence {
        Evidence { marker: self.name.into(), found: redact::short(found), place }
    }
}

/// A hypothesis that a marker supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// A page made by Cloudflare, of any kind.
    Frame,
    /// One kind of Cloudflare page.
    Kind(Kind),
    /// A page that someone else made to look like Cloudflare's.
    Imitation,
    /// A page that claims to be Cloudflare's in words alone; never enough on its own.
    Pose,
    /// Something unrelated: a text about an error, another vendor's answer, a page that isn't an error.
    Unrelated,
}

/// The minimum evidence at which a page counts as a phishing or malware warning, in decibans.
const WARNING: i16 = 24;

/// Returns the hypothesis that this is a genuine page of the given kind.
pub(super) const fn kind(kind: Kind) -> Toward {
    Toward::Kind(kind)
}

/// Everything found so far: evidence, its weights, and the facts read along the way.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) evidence: Vec<Evidence>,
    pub(super) scores: Scores,
    pub(super) form: Option<Form>,
    pub(super) code: Option<Code>,
    pub(super) ray: Option<RayId>,
    /// The data centre that the page shows after its Ray ID.
    pub(super) data_centre: Option<Iata>,
    pub(super) city: Option<String>,
    pub(super) host: Option<String>,
    pub(super) at: Option<Timestamp>,
    pub(super) legs: Option<Legs>,
    pub(super) retryable: Option<bool>,
    pub(super) retry_after: Option<Duration>,
}

/// Sums of weights, in decibans.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    pub(super) frame: i16,
    pub(super) error: i16,
    pub(super) block: i16,
    pub(super) challenge: i16,
    pub(super) access: i16,
    pub(super) waiting_room: i16,
    pub(super) warning: i16,
    pub(super) gateway: i16,
    pub(super) paid_crawl: i16,
    pub(super) imitation: i16,
    pub(super) pose: i16,
    pub(super) unrelated: i16,
}

impl Findings {
    /// Records a marker with the text that matched.
    pub(super) fn add(&mut self, marker: &'static Marker, found: &str, place: Place) {
        for &(toward, weight) in marker.weights {
            let sum = self.scores.of(toward);
            *sum = sum.saturating_add(weight);
        }
        self.evidence.push(marker.evidence(found, place));
    }

    /// Records only the first occurrence of a marker that may match more than once.
    pub(super) fn add_once(&mut self, marker: &'static Marker, found: &str, place: Place) {
        if !self.has(marker) {
            self.add(marker, found, place);
        }
    }

    /// Whether a marker has been recorded.
    pub(super) fn has(&self, marker: &'static Marker) -> bool {
        self.evidence.iter().any(|evidence| evidence.marker == marker.name)
    }

    /// Records the code, unless one from a more reliable place was recorded before.
    pub(super) fn code(&mut self, code: Option<Code>) {
        self.code = self.code.or(code);
    }

    /// Records the form, unless a more specific one was recorded before.
    pub(super) fn form(&mut self, form: Form) {
        self.form = self.form.or(Some(form));
    }
}

impl Scores {
    fn of(&mut self, toward: Toward) -> &mut i16 {
        match toward {
            Toward::Frame => &mut self.frame,
            Toward::Kind(Kind::Error) => &mut self.error,
            Toward::Kind(Kind::Block) => &mut self.block,
            Toward::Kind(Kind::Challenge) => &mut self.challenge,
            Toward::Kind(Kind::Access) => &mut self.access,
            Toward::Kind(Kind::WaitingRoom) => &mut self.waiting_room,
            Toward::Kind(Kind::Warning) => &mut self.warning,
            Toward::Kind(Kind::Gateway) => &mut self.gateway,
            Toward::Kind(Kind::PaidCrawl) => &mut self.paid_crawl,
            Toward::Kind(Kind::Imitation) | Toward::Imitation => &mut self.imitation,
            Toward::Pose => &mut self.pose,
            Toward::Unrelated => &mut self.unrelated,
        }
    }

    /// Returns the best-supported kind and its score, not counting frame evidence.
    pub(super) fn strongest(self) -> (Kind, i16) {
        // Users must be warned even if the page shows something else too.
        if self.warning >= WARNING {
            return (Kind::Warning, self.warning);
        }
        // On a tie the earlier one wins: a page that shows a code is first of all an error.
        [
            (Kind::Error, self.error),
            (Kind::Block, self.block),
            (Kind::Challenge, self.challenge),
            (Kind::Access, self.access),
            (Kind::WaitingRoom, self.waiting_room),
            (Kind::Warning, self.warning),
            (Kind::Gateway, self.gateway),
            (Kind::PaidCrawl, self.paid_crawl),
        ]
        .into_iter()
        .rev()
        .max_by_key(|&(_, score)| score)
        .unwrap_or((Kind::Error, 0))
    }
}
