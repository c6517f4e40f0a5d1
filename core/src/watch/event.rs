//! The events that advance a watch.

use serde::{Deserialize, Serialize};

use crate::diagnosis::Diagnosis;
use crate::observation::document::{Sighting, TabId};
use crate::observation::method::Method;
use crate::outside::trace::Trace;
use crate::retry::remedy::is_left_alone;
use crate::time::Timestamp;
use crate::url::PageUrl;

/// Something that happened outside the watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum Event {
    /// A tab shows a failing document. Boxed, because it is far larger than the rest.
    Failed(Box<Failure>),
    /// A tab shows a document of this origin that isn't failing, even if it's the origin's own 404 or 503. Sent for
    /// every tab of the origin that reports it, whether or not the watch knew it.
    Loaded {
        /// The tab.
        tab: TabId,
    },
    /// A tab is closed, discarded, or shows something else because the user went there.
    Left {
        /// The tab.
        tab: TabId,
    },
    /// An answer to [`Effect::Ask`](super::Effect::Ask): the navigation hasn't ended yet.
    Loading {
        /// The tab.
        tab: TabId,
    },
    /// A navigation ended on the browser's own error page, where no script runs. The tab stays in the watch, with that
    /// in [`WatchedTab::shows`](super::WatchedTab::shows).
    Unreachable {
        /// The tab.
        tab: TabId,
    },
    /// The watch's alarm rang, perhaps late, early or twice. In [`Phase::Offline`](super::Phase::Offline) send
    /// [`Self::Online`] instead if `navigator.onLine` is true.
    Alarm,
    /// A probe ended before its deadline.
    ProbeEnded {
        /// Its number, from [`Effect::Probe`](super::Effect::Probe).
        probe: u32,
        /// The outcome.
        outcome: ProbeOutcome,
    },
    /// A tab came into or went out of view.
    Visibility {
        /// The tab.
        tab: TabId,
        /// Its visibility now.
        visibility: Visibility,
    },
    /// The browser lost its connection. Also sent instead of [`Self::ProbeEnded`] if a probe failed and
    /// `navigator.onLine` is false.
    Offline,
    /// The browser has a connection again, or woke from sleep.
    Online,
    /// The worker started: its alarms may be lost, and its probes are.
    Started {
        /// Whether the watch's tab numbers are still valid.
        tabs: TabNumbers,
    },
    /// Cloudflare has an open major or critical incident that concerns this origin.
    IncidentOpen,
    /// That incident is over.
    IncidentOver,
    /// The request to the host's `/cdn-cgi/trace` ended.
    Traced {
        /// What the answer shows; [`Trace::NoAnswer`] if none came.
        trace: Trace,
    },
    /// The user pressed a button.
    Pressed(Choice),
    /// The settings changed; `step` gets the new ones.
    SettingsChanged,
}

/// A failing document in a tab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The tab.
    pub tab: TabId,
    /// The URL it requested.
    pub url: PageUrl,
    /// How it requested it.
    pub method: Method,
    /// The diagnosis of the page.
    pub diagnosis: Diagnosis,
    /// Whether it's in view.
    pub visibility: Visibility,
    /// Whether the user has typed something into it.
    pub unsaved_input: UnsavedInput,
    /// Whether the tab has its own cookies and connection, as private and container tabs do.
    pub isolation: Isolation,
    /// Whether this report is new.
    pub sighting: Sighting,
}

impl Failure {
    /// A new document in an ordinary tab: requested by GET, in view, with nothing typed into it.
    #[must_use]
    pub fn new(tab: TabId, url: PageUrl, diagnosis: Diagnosis) -> Self {
        Self {
            tab,
            url,
            method: Method::Get,
            diagnosis,
            visibility: Visibility::Visible,
            unsaved_input: UnsavedInput::None,
            isolation: Isolation::Shared,
            sighting: Sighting::Fresh,
        }
    }
}

/// Whether the numbers of tabs are still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TabNumbers {
    /// The browser kept running: only the worker was stopped, updated or killed.
    Kept,
    /// The browser was started (`runtime.onStartup`): every older number is void. Restored tabs come back as
    /// [`Event::Failed`], and find their origin's state.
    Renewed {
        /// The browser's start. Tabs whose document was seen later keep their numbers.
        since: Timestamp,
    },
}

/// Whether a tab is in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// In view.
    Visible,
    /// Not in view.
    Hidden,
}

/// Whether the user has typed something into a page that a navigation would lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsavedInput {
    /// Nothing typed.
    None,
    /// Something typed.
    Some,
}

/// Whether a tab has its own cookies and connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// The profile's own.
    Shared,
    /// A container's (Firefox).
    Container,
    /// A private window's; nothing about it may reach the disk.
    Private,
}

/// The outcome of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ProbeOutcome {
    /// An answer that isn't a Cloudflare error: the failed leg works again, even if the origin says 404 or its own 503.
    Recovered,
    /// A Cloudflare error. One that no retry can help counts as [`Self::Barred`].
    Failing {
        /// Its diagnosis. Boxed, because it's far larger than the rest.
        diagnosis: Box<Diagnosis>,
    },
    /// A challenge or block, which proves nothing about the origin: a probe isn't a navigation.
    Barred,
    /// A redirect. Browsers hide its status, headers and target from a request that doesn't follow it, and following it
    /// would let a failing site send the worker's requests anywhere. It proves that something answers at that name, not
    /// that the origin does: the edge itself redirects http to https while the origin is down.
    Redirected,
    /// No answer by the deadline.
    NoAnswer,
}

impl ProbeOutcome {
    /// Returns the outcome for a probe's answer, from its diagnosis; `None` is an answer that isn't a Cloudflare error.
    ///
    /// A refusal proves nothing about the origin: a probe isn't a navigation, and bot protection may mistake it for a
    /// robot.
    #[must_use]
    pub fn of(answer: Option<Diagnosis>) -> Self {
        match answer {
            None => Self::Recovered,
            Some(diagnosis) if is_left_alone(&diagnosis) => Self::Barred,
            Some(diagnosis) => Self::Failing { diagnosis: Box::new(diagnosis) },
        }
    }
}

/// The buttons a user can press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Try now, regardless of floor, budget and [`HoldReason`](super::HoldReason); a stopped watch stays stopped. A
    /// document that answered a form is requested by GET, and a 1015 page deserves a warning: the panel must show both
    /// beforehand.
    ReloadNow {
        /// The tab whose panel the button was in; `None` from the popup: every tab of the watch.
        tab: Option<TabId>,
    },
    /// Reload one tab, but not before the floor: pressed in the tab's own page, which may trick the user into pressing. Until
    /// then the reload is planned.
    ReloadAtFloor {
        /// The tab.
        tab: TabId,
    },
    /// Stop for good: no automatic request until [`Self::Resume`].
    Stop,
    /// Resume after Stop, as if the failure had begun now.
    Resume,
    /// Keep checking, but leave the tabs alone and only notify.
    OnlyNotify,
    /// Reload the tabs again, after [`Self::OnlyNotify`].
    BringBack,
    /// Treat the unknown request method on this origin as GET. The shell adds the origin to
    /// [`Settings::trusted_origins`](crate::settings::Settings::trusted_origins) first and steps with the new settings.
    TrustOrigin,
    /// The tab's document won't reload itself: its script has just stopped the refresh (`window.stop()`).
    StopRefresh {
        /// The tab whose panel the button was in.
        tab: TabId,
    },
    /// Leave a page that a script reloads without end.
    Leave {
        /// The tab.
        tab: TabId,
    },
}
