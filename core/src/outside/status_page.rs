//! Cloudflare's public status page: what it says, for one data centre and for the services concerned.
//!
//! Cloudflare rebuilt the page in August 2026 and still serves version 2 of its API, whose `summary.json`, `components.json` and
//! `incidents/unresolved.json` differ only in which lists they hold, so one reader serves all three. The page's own script uses
//! version 3, whose summary is asked for if version 2 can't be read. Its feeds aren't read: Cloudflare documents their addresses
//! but not what's in them. What is malformed in a document is passed over; a document that isn't a status page is an error, and
//! an error means *unknown*, never *down*.

mod concern;
mod describe;
mod document;
mod place;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use concern::{Concern, Distance, Severity};
pub use describe::StatusText;
pub use document::StatusPageError;

use crate::data_centre::Iata;
use crate::outside::services::{self, Request};
use crate::retry::uniform;
use crate::settings::Install;
use crate::time::Timestamp;

/// What the status page said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusPage {
    /// Data centres; `None` if the document had no components.
    pub centres: Option<Vec<Centre>>,
    /// Services that are not fully working; `None` if the document had no components.
    pub troubled_services: Option<Vec<AffectedService>>,
    /// Incidents that are not over; `None` if the document had none listed at all.
    pub incidents: Option<Vec<Incident>>,
    /// Maintenance that is under way.
    pub maintenances: Vec<Incident>,
}

/// One data centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Centre {
    /// Its code.
    pub code: Iata,
    /// Its name, as `Frankfurt, Germany`.
    pub name: String,
    /// The region that the page lists it under, as `Europe`; empty where it lists none.
    #[serde(default)]
    pub region: String,
    /// How it is.
    pub state: CentreState,
}

impl Incident {
    /// Whether it names places, by data centre or in its title; then it concerns those alone.
    #[must_use]
    pub fn names_places(&self) -> bool {
        !self.centres.is_empty() || !self.places.is_empty()
    }
}

/// The state of a data centre, as the status page's own script reads the API's words.
///
/// The API says `partial_outage` for what the page shows as "Re-routed" and `under_maintenance` for "Partially
/// Re-routed": traffic is served elsewhere, and no one is without service. Only `major_outage` was shown as "Offline";
/// since August 2026 the page knows only Operational, Re-routed and Partially Re-routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CentreState {
    /// Working.
    Working,
    /// Slow.
    Degraded,
    /// Some of its traffic is served elsewhere.
    PartlyRerouted,
    /// Its traffic is served elsewhere.
    Rerouted,
    /// Out of order.
    Offline,
    /// An unknown word.
    Unknown,
}

/// A service that is not fully working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffectedService {
    /// Its name, as `Workers`.
    pub name: String,
    /// How it is.
    pub state: ServiceState,
}

/// How a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceState {
    /// In maintenance.
    Maintenance,
    /// Slow.
    Degraded,
    /// Partly out of order.
    PartialOutage,
    /// Out of order.
    MajorOutage,
}

/// An incident, or maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Its name.
    pub name: String,
    /// Cloudflare's progress with it, as the API names it, such as `identified`.
    pub status: String,
    /// The severity that Cloudflare gives it.
    pub impact: Severity,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// The latest update.
    pub update: Option<Update>,
    /// The data centres that it names.
    pub centres: Vec<Iata>,
    /// The services that it names.
    pub services: Vec<String>,
    /// Cities, otherwise countries, otherwise regions that its title names, in lower case without accents.
    #[serde(default)]
    pub places: Vec<String>,
}

/// What Cloudflare wrote about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// When.
    pub at: Option<Timestamp>,
    /// The text, cut to [`StatusPage::TEXT_CHARACTERS`]; plain text, even if it looks like markup.
    pub text: String,
}

/// A copy of the status page, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// When it was read, or found unchanged.
    pub at: Timestamp,
    /// The `ETag` it came with.
    pub etag: Option<String>,
    /// What it said; `None` if it could not be read, which is kept too, so that a failing page is not asked in a loop.
    pub page: Option<StatusPage>,
    /// How often in a row it could not be read.
    #[serde(default)]
    pub failures: u32,
    /// The page asked not to be asked before this (`Retry-After`).
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// Drawn at random by the shell for each reading; it spreads browsers that read the page at the same moment.
    #[serde(default)]
    pub seed: u64,
}

/// What to do before using the status page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The copy is good.
    Fresh,
    /// Ask again, with `If-None-Match` where there is an `ETag`.
    Ask {
        /// How long to wait first.
        after: Duration,
        /// The value of `If-None-Match`.
        if_none_match: Option<String>,
    },
}

impl StatusPage {
    /// The most that is read of a document: 4 MiB. The whole `summary.json` has about 470 components and is far smaller.
    pub const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

    /// The most that is kept of a text, in characters.
    pub const TEXT_CHARACTERS: usize = 600;

    /// How long a copy is used at least: 60 s. Cloudflare publishes no limit; this is ours.
    pub const FRESH_FOR: Duration = Duration::from_mins(1);

    /// Each request is put off by a random time up to this: 20 s. When Cloudflare fails, pages fail in millions of browsers
    /// within seconds, and those browsers must not all ask at once. It's shorter than the 30 s after which a browser may stop an
    /// idle worker. Own.
    pub const SPREAD: Duration = Duration::from_secs(20);

    /// The longest pause after failures in a row, without its random part. Own.
    pub const LONGEST_BACKOFF: Duration = Duration::from_mins(30);

    /// The longest wait that the page can ask for. Own.
    pub const LONGEST_WAIT: Duration = Duration::from_hours(6);

    /// Asks for `summary.json`, which holds components, open incidents and maintenance in one document.
    #[must_use]
    pub fn request() -> Request {
        services::Service::StatusPage.get("https://www.cloudflarestatus.com/api/v2/summary.json".to_owned())
    }

    /// Asks for the summary of version 3, if version 2 can't be read. Cloudflare doesn't document it; its own page uses it.
    #[must_use]
    pub fn fallback_request() -> Request {
        services::Service::StatusPage.get("https://www.cloudflarestatus.com/api/v3/summary".to_owned())
    }

    /// The entry of a data centre; `None` if the document doesn't list it.
    #[must_use]
    pub fn centre(&self, code: Iata) -> Option<&Centre> {
        self.centres.as_ref()?.iter().find(|centre| centre.code == code)
    }

    /// This page, completed from another document of the same status page.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            centres: self.centres.or(other.centres),
            troubled_services: self.troubled_services.or(other.troubled_services),
            incidents: self.incidents.or(other.incidents),
            maintenances: if self.maintenances.is_empty() { other.maintenances } else { self.maintenances },
        }
    }
}

impl Reading {
    /// A copy that was just read; `None` for the page if it could not be.
    #[must_use]
    pub fn new(at: Timestamp, page: Option<StatusPage>, seed: u64) -> Self {
        let failures = u32::from(page.is_none());
        Self { at, etag: None, page, failures, not_before: None, seed }
    }

    /// This copy after a kept one: failures in a row add up, and a wait that the page asked for is kept, up to
    /// [`StatusPage::LONGEST_WAIT`].
    #[must_use]
    pub fn after(self, kept: Option<&Self>, retry_after: Option<Duration>) -> Self {
        let earlier = kept.map_or(0, |kept| kept.failures);
        let failures = if self.page.is_none() { earlier.saturating_add(1) } else { 0 };
        let not_before = retry_after.map(|wait| self.at.after(wait.min(StatusPage::LONGEST_WAIT)));
        Self { failures, not_before, ..self }
    }

    /// Whether a kept copy may be used, or the page is to be asked, and when; shared by all tabs. `seed` is random, and spreads
    /// the requests over [`StatusPage::SPREAD`]. An installation for development doesn't wait: there is only one.
    #[must_use]
    pub fn freshness(kept: Option<&Self>, now: Timestamp, seed: u64, install: Install) -> Freshness {
        // A copy from the future means that the clock jumped: ask.
        if kept.is_some_and(|kept| kept.at <= now && now < kept.due()) {
            return Freshness::Fresh;
        }
        let readable = kept.filter(|kept| kept.page.is_some());
        Freshness::Ask {
            after: match install {
                Install::Normal => uniform(seed, 0, StatusPage::SPREAD),
                Install::Development => Duration::ZERO,
            },
            if_none_match: readable.and_then(|kept| kept.etag.clone()),
        }
    }

    /// When the page is to be asked again: after [`StatusPage::FRESH_FOR`], doubled with each failure in a row, plus half of it
    /// at random, and never before the page itself allows it.
    fn due(&self) -> Timestamp {
        let base = StatusPage::FRESH_FOR
            .saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX))
            .min(StatusPage::LONGEST_BACKOFF);
        let due = self.at.after(base + uniform(self.seed, self.failures, base / 2));
        self.not_before.map_or(due, |not_before| due.max(not_before))
    }
}

#[cfg(test)]
pub(crate) mod tests;
