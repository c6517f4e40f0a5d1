//! What a page was found to be.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalog::Meaning;
pub use crate::catalog::{Form, Kind};
use crate::code::{Code, Family};
use crate::data_centre::ServingDataCentre;
use crate::ray::RayId;
use crate::time::Timestamp;

/// What a page of Cloudflare's, or one that claims to be, was found to be.
///
/// It holds no text of the page but names of places and hosts, and never the visitor's address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// What kind of page it is.
    pub kind: Kind,
    /// The form in which it came.
    pub form: Form,
    /// The code shown: the 1xxx code where the page carries one, else the 5xx; `None` where no code is shown.
    pub code: Option<Code>,
    /// The HTTP status, where known; may differ from the code (1016 comes as 530).
    pub http_status: Option<u16>,
    /// The Ray ID, from the page or its headers.
    pub ray: Option<RayId>,
    /// The data centre that served the page, where known.
    pub served: Option<ServingDataCentre>,
    /// The city the page names for Cloudflare, as shown.
    pub city: Option<String>,
    /// The host or zone that the page names as failing.
    pub host: Option<String>,
    /// The time the page shows.
    pub at: Option<Timestamp>,
    /// The three statuses drawn in the page, where it draws them.
    pub legs: Option<Legs>,
    /// Cloudflare's own word on whether a retry can help, where the answer carried one.
    pub retryable: Option<bool>,
    /// The wait that the answer asked for (`Retry-After`, `retry_after`), in whole seconds.
    pub retry_after: Option<Duration>,
    /// How sure this is.
    pub confidence: Confidence,
    /// What was found, each with where.
    pub evidence: Vec<Evidence>,
}

impl Diagnosis {
    /// Cloudflare's own page with this code, of which nothing else is known; for whoever has a code and no page.
    ///
    /// ```
    /// use rayback_core::retry::decision::{decide, Proxy};
    /// use rayback_core::diagnosis::Diagnosis;
    ///
    /// let decision = decide(&Diagnosis::of_code("522".parse().unwrap()));
    /// assert_eq!((decision.first_wait_s, decision.proxy), (Some(120), Proxy::Keep));
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

    /// The code, or the status of an answer that shows none, if that's an error.
    #[must_use]
    pub fn code_or_status(&self) -> Option<Code> {
        self.code.or_else(|| Code::of_status(self.http_status?))
    }

    /// The catalogue's facts about it.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        Meaning::new(self.kind, self.code, self.code_or_status(), self.form)
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

/// The state drawn for one of them.
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

/// How sure a reading is, in hundredths: 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// This many hundredths; what lies above 100 counts as 100.
    #[must_use]
    pub const fn from_hundredths(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// From a fraction of 1; what lies outside 0 to 1 counts as the nearer end.
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

    /// From 0 to 1.
    #[must_use]
    pub fn as_fraction(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The marker's name, as `branded-wrapper`; every marker is listed in [`classify`](crate::classify).
    pub marker: Cow,
    /// The short text that was found, cut and without addresses.
    pub found: String,
    /// Where it was found.
    pub place: Place,
}

/// An owned or static name.
pub type Cow = std::borrow::Cow<'static, str>;

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the address.
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
