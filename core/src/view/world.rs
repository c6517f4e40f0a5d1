//! What's known beyond one watch.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fault::{Connection, OtherFailure};
use crate::history::Outage;
use crate::outside::archive::ArchivedCopy;
use crate::outside::dns::Lookup;
use crate::outside::second_look::SecondLook;
use crate::outside::status_page::Reading;
use crate::time::Timestamp;

/// What's known beyond one watch.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Whether the browser has a connection, as far as it says.
    pub connection: Connection,
    /// Cloudflare's status page when it was last read; `None` if it wasn't.
    pub status_page: Option<Reading>,
    /// Hosts that failed in this browser recently.
    pub failures: Vec<OtherFailure>,
    /// The answers to the user's questions about this host.
    pub findings: Findings,
    /// Every outage of this host, oldest first; only the page about the host reads it, so it may be left empty otherwise.
    pub outages: Vec<Outage>,
    /// How long earlier outages of this host lasted; see [`outage_durations`](crate::history::outage_durations).
    pub past_outages: Vec<Duration>,
    /// Local time, in minutes east of UTC.
    pub utc_offset_minutes: i16,
}

/// The answers to the user's questions about one host; kept in memory only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Findings {
    /// The check from other places.
    pub second_look: Found<SecondLook>,
    /// The newest archived copy; an answer of `None` means that there's none.
    pub archived_copy: Found<Option<ArchivedCopy>>,
    /// The site's addresses in public DNS.
    pub addresses: Found<Lookup>,
    /// The address of the site's own status page; an answer of `None` means that none was found at the
    /// usual places.
    pub own_status_page: Found<Option<String>>,
}

/// The state of a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found<T> {
    /// The user hasn't asked.
    #[default]
    NotAsked,
    /// Waiting for the answer.
    Asking,
    /// The answer.
    Answer {
        /// What was found.
        found: T,
        /// When.
        at: Timestamp,
    },
    /// The service's limit is reached, so it doesn't answer for now.
    Limited {
        /// When the service said so.
        at: Timestamp,
        /// When to try again, if the service said.
        until: Option<Timestamp>,
    },
    /// No readable answer, which proves nothing.
    Unknown {
        /// When.
        at: Timestamp,
    },
}

impl<T> Found<T> {
    /// The service said at this time that its limit is reached; `wait` is how long to wait, if it said that too.
    #[must_use]
    pub fn limited(at: Timestamp, wait: Option<Duration>) -> Self {
        Self::Limited { at, until: wait.map(|wait| at.after(wait)) }
    }

    /// The answer and its time, if there is one.
    #[must_use]
    pub fn answer(&self) -> Option<(&T, Timestamp)> {
        match self {
            Self::Answer { found, at } => Some((found, *at)),
            Self::NotAsked | Self::Asking | Self::Limited { .. } | Self::Unknown { .. } => None,
        }
    }
}

impl World {
    /// How many failing hosts are remembered.
    pub const MOST_FAILURES: usize = 50;

    /// Remembers that a host failed; the oldest is forgotten once there are [`Self::MOST_FAILURES`].
    pub fn remember(failures: &mut Vec<OtherFailure>, failure: OtherFailure) {
        failures.retain(|known| known.host != failure.host);
        failures.push(failure);
        let surplus = failures.len().saturating_sub(Self::MOST_FAILURES);
        failures.drain(..surplus);
    }
}
