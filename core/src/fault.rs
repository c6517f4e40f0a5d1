//! Whose fault it is, weighed from everything that is known.
//!
//! The code says what Cloudflare saw. Everything known is a [`Clue`], which adds points to suspects or subtracts them, as in
//! [`WEIGHTS`]. The suspect with the most points is the verdict, and its lead over the next is the certainty. There are no
//! other rules. A clue without points is shown as evidence too, and what isn't known is shown as unknown.

mod clue;
mod describe;
mod situation;
mod weight;

use serde::{Deserialize, Serialize};

pub use clue::Clue;
pub use describe::{EvidenceText, VerdictText};
pub use situation::{Connection, EvidenceError, OtherFailure, Situation};
pub use weight::{Suspect, WEIGHTS, Weight};

use crate::order;
use crate::time::Timestamp;

/// A verdict on whose fault a failure is, as far as is known.
///
/// ```
/// use rayback_core::{Diagnosis, Situation, Timestamp, Verdict, judge};
///
/// let page = Diagnosis::of_code("500".parse().unwrap());
/// let verdict: Verdict = judge(&Situation::of_page("shop.example", &page, Timestamp::default()));
/// assert!(!verdict.evidence.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The party at fault.
    pub suspect: Suspect,
    /// How certain that is.
    pub certainty: Certainty,
    /// Whether the site is down, or only not reachable from here.
    pub reach: Reach,
    /// The evidence for and against it, the strongest first.
    pub evidence: Vec<DatedClue>,
}

/// How certain a verdict is, as a word, because points aren't probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// There's no way to tell: two suspects are level, or there's no evidence.
    Unknown,
    /// Ahead by [`Certainty::POSSIBLE`] points.
    Possible,
    /// Ahead by [`Certainty::LIKELY`] points.
    Likely,
    /// Ahead by [`Certainty::ALMOST_CERTAIN`] points.
    AlmostCertain,
}

/// Where the site can't be reached from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// From here; it wasn't checked from elsewhere, or the result was unclear.
    NotFromHere,
    /// From anywhere: it's down.
    Down,
    /// Only from here: it works elsewhere, at least in places.
    WorksElsewhere,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatedClue {
    /// What is known.
    pub clue: Clue,
    /// The names in it: a data centre, an incident, a count. Plain text from outside, never markup.
    pub detail: String,
    /// When it was seen, as stored with it; `None` if that isn't known.
    pub at: Option<Timestamp>,
}

impl Certainty {
    /// The lead that makes a verdict possible, in points.
    pub const POSSIBLE: i32 = 1;
    /// The lead that makes it likely.
    pub const LIKELY: i32 = 3;
    /// The lead that makes it almost certain.
    pub const ALMOST_CERTAIN: i32 = 6;

    fn of_lead(lead: i32) -> Self {
        match lead {
            ..Self::POSSIBLE => Self::Unknown,
            Self::POSSIBLE..Self::LIKELY => Self::Possible,
            Self::LIKELY..Self::ALMOST_CERTAIN => Self::Likely,
            Self::ALMOST_CERTAIN.. => Self::AlmostCertain,
        }
    }
}

/// Judges whose fault a failure is, by everything that's known.
///
/// ```
/// use rayback_core::{Observation, Situation, Suspect, Timestamp, classify, judge};
///
/// let page = Observation { status: Some(522), body: b"error code: 522".into(), ..Observation::default() };
/// let diagnosis = classify(&page).unwrap();
/// let seen_at = Timestamp::parse("2026-11-26T09:00:00Z").unwrap();
/// let situation = Situation::of_page("shop.example", &diagnosis, seen_at);
/// assert_eq!(judge(&situation).suspect, Suspect::Origin);
/// ```
#[must_use]
pub fn judge(situation: &Situation<'_>) -> Verdict {
    let evidence = clue::gather(situation);
    let points = |suspect: Suspect| -> i32 {
        evidence.iter().flat_map(|it| weight::of(it.clue)).filter(|it| it.suspect == suspect).map(|it| it.points).sum()
    };
    // Of equals, the first declared wins.
    let ranked = Suspect::ALL.iter().map(|suspect| (points(*suspect), *suspect));
    let ranked = order::by_number(ranked, |(points, _)| -i64::from(*points));
    let (suspect, certainty) = match ranked.as_slice() {
        [(first, suspect), (second, _), ..] if *first > 0 => (*suspect, Certainty::of_lead(first - (*second).max(0))),
        _ => (Suspect::Nobody, Certainty::Unknown),
    };
    let suspect = if certainty == Certainty::Unknown { Suspect::Nobody } else { suspect };
    let has = |clue: Clue| evidence.iter().any(|it| it.clue == clue);
    let reach = if has(Clue::FailsEverywhere) {
        Reach::Down
    } else if has(Clue::WorksElsewhere) || has(Clue::WorksInPlaces) {
        Reach::WorksElsewhere
    } else {
        Reach::NotFromHere
    };
    // The strongest evidence comes first; evidence without points keeps its order at the end.
    let strength = |it: &DatedClue| weight::of(it.clue).map(|it| i64::from(it.points).abs()).max().unwrap_or_default();
    let evidence = order::by_number(evidence, |it| -strength(it));
    Verdict { suspect, certainty, reach, evidence }
}

#[cfg(test)]
mod tests;
