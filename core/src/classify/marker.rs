//! Markers: the named pieces of evidence, and the sum of what was found.

use crate::code::Code;
use crate::data_centre::Iata;
use crate::diagnosis::{Evidence, Form, Kind, Legs, Place};
use crate::ray::RayId;
use crate::time::Timestamp;
use core::time::Duration;

use crate::redact;

/// One thing that an answer can show, and how much it says.
///
/// Weights are decibans: ten make a reading ten times as likely, twenty a hundred times.
#[derive(Debug)]
pub struct Marker {
    /// Its name, as `branded-wrapper`.
    pub name: &'static str,
    /// What it speaks for, and how loudly.
    pub weights: &'static [(Toward, i16)],
    /// Why it says so.
    pub reason: &'static str,
    /// The form and era of page that shows it.
    pub seen: &'static str,
}

/// What a marker speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// A page made by Cloudflare, of whatever kind.
    Frame,
    /// One kind of page of Cloudflare's.
    Kind(Kind),
    /// A page that somebody else made to look like Cloudflare's.
    Imitation,
    /// A page that says it is Cloudflare's in words alone; never enough to be taken for one.
    Pose,
    /// Something else altogether: a text about an error, another vendor's answer, a page that is no error.
    Unrelated,
}

/// A page with this much evidence of a phishing or malware warning is one, in decibans.
const WARNING: i16 = 24;

/// For a genuine page of this kind.
pub(super) const fn kind(kind: Kind) -> Toward {
    Toward::Kind(kind)
}

/// What has been found so far: evidence, its weight, and the facts read on the way.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) evidence: Vec<Evidence>,
    pub(super) scores: Scores,
    pub(super) form: Option<Form>,
    pub(super) code: Option<Code>,
    pub(super) ray: Option<RayId>,
    /// The data centre that the page names behind its Ray ID.
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
    /// Records a marker with the text that showed it.
    pub(super) fn add(&mut self, marker: &'static Marker, found: &str, place: Place) {
        for &(toward, weight) in marker.weights {
            let sum = self.scores.of(toward);
            *sum = sum.saturating_add(weight);
        }
        self.evidence.push(Evidence { marker: marker.name.into(), found: redact::short(found), place });
    }

    /// Records a marker that may show more than once, the first time.
    pub(super) fn add_once(&mut self, marker: &'static Marker, found: &str, place: Place) {
        if !self.has(marker) {
            self.add(marker, found, place);
        }
    }

    /// Whether a marker has been recorded.
    pub(super) fn has(&self, marker: &'static Marker) -> bool {
        self.evidence.iter().any(|evidence| evidence.marker == marker.name)
    }

    /// Records the code, unless one that stands in a better place has been read before.
    pub(super) fn code(&mut self, code: Option<Code>) {
        self.code = self.code.or(code);
    }

    /// Records the form, unless a more telling one has been seen before.
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

    /// The kind that most speaks for, and how loudly; its frame is not counted.
    pub(super) fn loudest(self) -> (Kind, i16) {
        // Whatever else a warning page shows, people must be warned.
        if self.warning >= WARNING {
            return (Kind::Warning, self.warning);
        }
        // On a tie the earlier wins: a page that shows a code is an error before it is anything else.
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
