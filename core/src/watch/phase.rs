//! The phases of a watch.

use serde::{Deserialize, Serialize};

use super::tab::HoldReason;
use crate::history::Reason;
use crate::observation::document::TabId;
use crate::retry::Pace;
use crate::time::Timestamp;

/// The watch's current activity; panel, popup and badge show exactly this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Phase {
    /// Nothing has failed yet; nothing is stored or shown.
    New,
    /// The next attempt is planned for a certain time: "next check at 14:40".
    Waiting {
        /// The time. After waking or coming online it's a few seconds ahead.
        at: Timestamp,
        /// The reason for the length of the wait: "Cloudflare has an open incident", "not reachable from here".
        pace: Pace,
        /// Why the attempt will be made.
        reason: Reason,
    },
    /// A probe is in flight: "checking".
    Probing {
        /// Its number.
        probe: u32,
        /// When it counts as unanswered.
        deadline: Timestamp,
        /// Why it was sent.
        reason: Reason,
    },
    /// A tab is being navigated, as an attempt in itself, for the user, or because the site is back: "reloading".
    Navigating {
        /// The tab.
        tab: TabId,
        /// When the watch asks the tab about it, or gives up.
        deadline: Timestamp,
        /// Why: [`Reason::Recovery`] if the site is back, [`Reason::User`] if the user asked, otherwise an attempt.
        reason: Reason,
        /// Its progress.
        progress: Progress,
    },
    /// "Paused: you are offline"; this time doesn't count.
    Offline {
        /// The start.
        since: Timestamp,
        /// When the tabs are asked whether they're still there.
        check_at: Timestamp,
    },
    /// "Stopped by you", until [`Choice::Resume`](super::Choice::Resume).
    Stopped {
        /// The start.
        since: Timestamp,
        /// When the tabs are asked whether they're still there.
        check_at: Timestamp,
    },
    /// Automatic attempts are over until the user acts.
    Manual {
        /// The reason.
        why: HoldReason,
        /// When the tabs are asked whether they're still there.
        check_at: Timestamp,
    },
    /// "The site is back": every tab left has a [`HoldReason`] and waits for a click (`ReloadNow`).
    AwaitingClick {
        /// When the tabs are asked whether they're still there.
        check_at: Timestamp,
    },
    /// "Back": no tab fails any more. Another failure before the end continues with the old backoff.
    Back {
        /// When the backoff is reset.
        until: Timestamp,
    },
    /// No tab is open and nothing is planned; kept only so that budget and floor still apply. Not shown.
    Idle {
        /// When the watch is forgotten.
        until: Timestamp,
    },
}

/// The progress of a navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Progress {
    /// It is loading.
    Loading {
        /// How many times the tab was asked and answered that it's loading.
        extensions: u32,
    },
    /// The tab was asked and has not answered yet.
    Asked {
        /// How many times it was asked before and answered that it's loading.
        extensions: u32,
    },
}

impl Phase {
    /// The latest time at which this phase needs an event.
    #[must_use]
    pub fn alarm_at(&self) -> Option<Timestamp> {
        match *self {
            Self::New => None,
            Self::Waiting { at, .. } => Some(at),
            Self::Probing { deadline, .. } | Self::Navigating { deadline, .. } => Some(deadline),
            Self::Offline { check_at, .. }
            | Self::Stopped { check_at, .. }
            | Self::Manual { check_at, .. }
            | Self::AwaitingClick { check_at } => Some(check_at),
            Self::Back { until } | Self::Idle { until } => Some(until),
        }
    }

    /// Whether an attempt is planned or under way, so that there's something to stop.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Probing { .. } | Self::Navigating { .. } | Self::Offline { .. })
    }

    /// Every time in the phase.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let (first, second) = match self {
            Self::New => (None, None),
            Self::Waiting { at, .. } => (Some(at), None),
            Self::Probing { deadline, .. } | Self::Navigating { deadline, .. } => (Some(deadline), None),
            Self::Offline { since, check_at } | Self::Stopped { since, check_at } => (Some(since), Some(check_at)),
            Self::Manual { check_at, .. } | Self::AwaitingClick { check_at } => (Some(check_at), None),
            Self::Back { until } | Self::Idle { until } => (Some(until), None),
        };
        first.into_iter().chain(second)
    }
}
