//! The events that a watch is stepped with.

use serde::{Deserialize, Serialize};

use crate::diagnosis::Diagnosis;
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
    /// A tab shows a document of this origin that does not fail, even the origin's own 404 or 503. Of every tab of the
    /// origin that reports it, whether it was known to the watch or not.
    Loaded {
        /// Which tab.
        tab: TabId,
    },
    /// A tab is closed, discarded, or shows something else because the user went there.
    Left {
        /// Which tab.
        tab: TabId,
    },
    /// An answer to [`Effect::Ask`](super::Effect::Ask): the navigation has not ended yet.
    Loading {
        /// Which tab.
        tab: TabId,
    },
    /// A navigation ended where no script runs: the browser's own error page. The tab stays in the watch, and
    /// [`WatchedTab::shows`](super::WatchedTab::shows) says so.
    Unreachable {
        /// Which tab.
        tab: TabId,
    },
    /// The watch's alarm rang, perhaps late, perhaps early, perhaps twice. In [`Phase::Offline`](super::Phase::Offline)
    /// send [`Self::Online`] instead if `navigator.onLine` says so.
    Alarm,
    /// A probe ended before its deadline.
    ProbeEnded {
        /// The number that [`Effect::Probe`](super::Effect::Probe) gave it.
        probe: u32,
        /// What it found.
        outcome: ProbeOutcome,
    },
    /// A tab came into view or went out of it.
    Visibility {
        /// Which tab.
        tab: TabId,
        /// How it is now.
        visibility: Visibility,
    },
    /// The browser lost its connection. Also in place of [`Self::ProbeEnded`] where a probe failed and
    /// `navigator.onLine` says no.
    Offline,
    /// The browser has a connection again, or woke from sleep.
    Online,
    /// The worker started: its alarms may be lost, and its probes are.
    Started {
        /// Whether the watch's tab numbers still hold.
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
    /// Which tab.
    pub tab: TabId,
    /// What it asked for.
    pub url: PageUrl,
    /// How it asked.
    pub method: Method,
    /// What the page is.
    pub diagnosis: Diagnosis,
    /// Whether it is in view.
    pub visibility: Visibility,
    /// Whether something was typed into it.
    pub unsaved_input: UnsavedInput,
    /// Whether the tab has cookies and a connection of its own, as private and container tabs have.
    pub isolation: Isolation,
    /// Whether this report is new.
    pub report: Report,
}

/// Whether a report of a failing document is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// The document has just loaded: an answer of the site, which counts.
    Fresh,
    /// It stood there already: the answer to [`Effect::Ask`](super::Effect::Ask), a refused
    /// [`Effect::Navigate`](super::Effect::Navigate), or a script injected again after an update.
    Repeated,
}

/// Whether the numbers of tabs still hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TabNumbers {
    /// The browser went on running: the worker alone was stopped, updated or killed.
    Kept,
    /// The browser was started (`runtime.onStartup`): every number is void. Restored tabs come back as
    /// [`Event::Failed`], and find the state of their origin.
    Renewed,
}

/// The browser's number for a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TabId(pub i32);

/// How a document was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By GET, which may be repeated.
    Get,
    /// By POST or another method, which may not.
    Other,
    /// Not known here (Firefox, and pages that aren't https).
    Unknown,
}

impl Method {
    /// How a document was asked for, given what the document says. Answers to POST bear a mark, but only documents loaded
    /// since the marking began: before `marked_since`, a missing mark proves nothing. `None` if it isn't known when it began.
    #[must_use]
    pub fn believed(self, loaded_at: Timestamp, marked_since: Option<Timestamp>) -> Self {
        match self {
            Self::Get if marked_since.is_none_or(|since| loaded_at < since) => Self::Unknown,
            method => method,
        }
    }
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

/// Whether something was typed into a page that a navigation would lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsavedInput {
    /// Nothing was.
    None,
    /// Something was.
    Some,
}

/// Whether a tab has cookies and a connection of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// The profile's own.
    Shared,
    /// A container's (Firefox).
    Container,
    /// A private window's; nothing of it may reach the disk.
    Private,
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ProbeOutcome {
    /// An answer that is not Cloudflare's error: the failed leg works again, even if the origin says 404 or its own 503.
    Recovered,
    /// An error of Cloudflare's. One that no retry can help counts as [`Self::Barred`].
    Failing {
        /// What it said. Boxed, because it is far larger than the rest.
        diagnosis: Box<Diagnosis>,
    },
    /// A challenge or block, which proves nothing about the origin: a probe isn't a navigation.
    Barred,
    /// No answer at all, before the deadline or by it.
    NoAnswer,
}

impl ProbeOutcome {
    /// What a probe's answer says, from its diagnosis; `None` is an answer that is not Cloudflare's error.
    ///
    /// A refusal proves nothing about the origin: a probe is no navigation, and bot protection may mistake it for a robot.
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
    /// Try now, whatever floor, budget and [`HoldReason`](super::HoldReason) say; the watch stays stopped if it was. A document that answered
    /// a form is asked for by GET, and the page's 1015 is worth a warning: both are the panel's to say before.
    ReloadNow {
        /// The tab whose panel it was pressed in; `None` from the popup: every tab of the watch.
        tab: Option<TabId>,
    },
    /// Stop for good: no automatic request until [`Self::Resume`].
    Stop,
    /// Go on after Stop, as if the failure had begun now.
    Resume,
    /// Go on checking, but leave the tabs alone and only notify.
    OnlyNotify,
    /// Bring the tabs back again, after [`Self::OnlyNotify`].
    BringBack,
    /// Treat the unknown request method on this origin as GET. The shell adds the origin to
    /// [`Settings::trusted_origins`](crate::settings::Settings::trusted_origins) first and steps with the new settings.
    TrustOrigin,
}
