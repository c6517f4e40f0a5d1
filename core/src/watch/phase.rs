//! The phases of a watch.

use serde::{Deserialize, Serialize};

use super::event::TabId;
use super::tab::HoldReason;
use crate::history::Reason;
use crate::retry::Pace;
use crate::time::Timestamp;

/// What the watch is doing; panel, popup and badge show exactly this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "name", rename_all_fields = "camelCase")]
pub enum Phase {
    /// Nothing has failed yet; nothing is stored or shown.
    New,
    /// The next attempt is due at a moment: "next check at 14:40".
    Waiting {
        /// When. After waking or coming online it is a few seconds ahead.
        at: Timestamp,
        /// What made the wait as long as it is: "Cloudflare has an open incident", "not reachable from here".
        pace: Pace,
        /// Why the attempt will be made.
        reason: Reason,
    },
    /// A probe is under way: "checking".
    Probing {
        /// Its number.
        probe: u32,
        /// When it counts as unanswered.
        deadline: Timestamp,
        /// Why it was sent.
        reason: Reason,
    },
    /// A tab is being navigated, as an attempt of its own, for the user, or because the site is back: "reloading".
    Navigating {
        /// Which tab.
        tab: TabId,
        /// When it is asked what became of it, or given up.
        deadline: Timestamp,
        /// Why: [`Reason::Recovery`] if the site is back, [`Reason::Person`] if the user asked, otherwise an attempt.
        reason: Reason,
        /// How far it is.
        progress: Progress,
    },
    /// "Paused: you are offline"; no time counts meanwhile.
    Offline {
        /// Since when.
        since: Timestamp,
        /// When the tabs are asked whether they are still there.
        check_at: Timestamp,
    },
    /// "Stopped by you", until [`Choice::Resume`](super::Choice::Resume).
    Stopped {
        /// Since when.
        since: Timestamp,
        /// When the tabs are asked whether they are still there.
        check_at: Timestamp,
    },
    /// Automatic attempts are over until the user acts.
    Manual {
        /// Why.
        why: HoldReason,
        /// When the tabs are asked whether they are still there.
        check_at: Timestamp,
    },
    /// "The site is back": every tab left has a [`HoldReason`] and waits for a click (`ReloadNow`).
    AwaitingClick {
        /// When the tabs are asked whether they are still there.
        check_at: Timestamp,
    },
    /// "Back": no tab fails any more. A failure before the end goes on with the old backoff.
    Back {
        /// When the backoff is reset.
        until: Timestamp,
    },
    /// No tab is open and nothing is planned; kept only so that budget and floor still hold. Not shown.
    Idle {
        /// When the watch is forgotten.
        until: Timestamp,
    },
}

/// How far a navigation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "name", rename_all_fields = "camelCase")]
pub enum Progress {
    /// It is loading.
    Loading {
        /// How often the tab was asked and said so.
        extensions: u32,
    },
    /// The tab was asked and has not answered yet.
    Asked {
        /// How often it was asked and said that it is loading, before.
        extensions: u32,
    },
}

impl Phase {
    /// When this phase needs an event, at the latest.
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

    /// Every moment in the phase.
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
