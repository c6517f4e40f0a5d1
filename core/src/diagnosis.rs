//! The result of classifying a page.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalog::Meaning;
pub use crate::catalog::{Form, Kind};
use crate::code::{Code, Family};
use crate::data_centre::ServingDataCentre;
use crate::ray::RayId;
use crate::time::Timestamp;

/// The diagnosis of a page that is Cloudflare's or claims to be.
///
/// It contains no text from the page except names of places and hosts, and never the visitor's address.
///
/// ```
/// use rayback_core::{Diagnosis, Kind, Observation, classify};
///
/// let page = Observation { status: Some(530), body: b"error code: 1016".into(), ..Observation::default() };
/// let diagnosis: Diagnosis = classify(&page).unwrap();
/// assert_eq!((diagnosis.kind, diagnosis.http_status), (Kind::Error, Some(530)));
/// assert_eq!(diagnosis.code.unwrap().number(), 1016);
/// assert!(diagnosis.confidence.as_fraction() > 0.9);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The kind of page.
    pub kind: Kind,
    /// The form of the page.
    pub form: Form,
    /// The code shown: the 1xxx code if the page has one, otherwise the 5xx; `None` if no code is shown.
    pub code: Option<Code>,
    /// The HTTP status, if known; may differ from the code (a 1016 is sent as 530).
    pub http_status: Option<u16>,
    /// The Ray ID, from the page or its headers.
    pub ray: Option<RayId>,
    /// The data centre that served the page, if known.
    pub served: Option<ServingDataCentre>,
    /// The city the page names for Cloudflare, as shown.
    pub city: Option<String>,
    /// The host or zone that the page names as failing.
    pub host: Option<String>,
    /// The time the page shows.
    pub at: Option<Timestamp>,
    /// The three states drawn in the page, if it draws them.
    pub legs: Option<Legs>,
    /// Cloudflare's own statement on whether a retry can help, if the answer had one.
    pub retryable: Option<bool>,
    /// The wait that the answer asked for (`Retry-After`, `retry_after`), in whole seconds.
    pub retry_after: Option<Duration>,
    /// How certain the diagnosis is.
    pub confidence: Confidence,
    /// The evidence, each piece with its place.
    pub evidence: Vec<Evidence>,
}

impl Diagnosis {
    /// Returns the diagnosis of Cloudflare's own page with this code and nothing else known, for callers that have a
    /// code but no page.
    ///
    /// ```
    /// use rayback_core::{Diagnosis, decide};
    ///
    /// assert_eq!(decide(&Diagnosis::of_code("522".parse().unwrap())).first_wait_s, Some(120));
    /// ```
    #[must_use]
    pub fn of_code(code: Code) -> Self {
        Self {
            kind: Kind::Error,
            form: Form::Branded,
            code: Some(code),
            http_status: (code.family() == Family::Http).then_some(code.number()),
            ray: None,
            served: None,
            city: None,
            host: None,
            at: None,
            legs: None,
            retryable: None,
            retry_after: None,
            confidence: Confidence::from_hundredths(100),
            evidence: Vec::new(),
        }
    }

    /// The code or, without one, the status if it's an error.
    #[must_use]
    pub fn code_or_status(&self) -> Option<Code> {
        self.code.or_else(|| Code::of_status(self.http_status?))
    }

    /// The catalogue's facts about the page.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        let meaning = Meaning::new(self.kind, self.code, self.code_or_status(), self.form);
        if self.is_stuck_challenge() { Meaning { actions: Meaning::STUCK_CHECK, ..meaning } } else { meaning }
    }
}

/// The states drawn for the visitor's browser, Cloudflare and the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Legs {
    /// The visitor's browser.
    pub browser: Leg,
    /// Cloudflare's edge.
    pub cloudflare: Leg,
    /// The site's host.
    pub host: Leg,
}

/// The state drawn for one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Leg {
    /// Drawn as working.
    Working,
    /// Drawn as failing.
    Failing,
    /// Not readable.
    Unknown,
}

/// How certain a classification is, in hundredths: 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// Creates a confidence of this many hundredths; values above 100 count as 100.
    #[must_use]
    pub const fn from_hundredths(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// Creates a confidence from a fraction of 1; values outside 0 to 1 are clamped.
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Self {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates"
        )]
        let hundredths = (fraction * 100.0 + 0.5) as u8;
        Self::from_hundredths(hundredths)
    }

    /// Returns the confidence as a fraction from 0 to 1.
    #[must_use]
    pub fn as_fraction(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The marker's name, such as `branded-wrapper`; every marker is listed in [`classify`](crate::classify).
    pub marker: Cow,
    /// The short text that was found, truncated and without IP addresses.
    pub found: String,
    /// The place where it was found.
    pub place: Place,
}

/// An owned or static name.
pub type Cow = std::borrow::Cow<'static, str>;

/// How a page reloads itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfReload {
    /// By a header or a tag, which can be stopped from outside.
    Refresh,
    /// By a script, which can't be stopped from outside.
    Script,
}

/// The place where evidence was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the URL.
    Url,
    /// In the status line.
    Status,
    /// In a response header.
    Header,
    /// In the page's title.
    Title,
    /// In the body.
    Body,
}
