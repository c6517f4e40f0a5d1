//! What the world tells a watch.

use serde::{Deserialize, Serialize};

use crate::data_centre::Iata;
use crate::diagnosis::Diagnosis;
use crate::url::PageUrl;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum Event {
    /// A tab shows a failing document. Boxed, because it is far larger than the rest.
    Failed(Box<Failure>),
    /// A tab shows a document of this origin that does not fail.
    Loaded {
        /// Which tab.
        tab: TabId,
    },
    /// A tab is closed, discarded, or shows something else by the person's own doing.
    Left {
        /// Which tab.
        tab: TabId,
    },
    /// A navigation ended where no script runs: the browser's own error page.
    Unreachable {
        /// Which tab.
        tab: TabId,
    },
    /// The watch's alarm rang, perhaps late, perhaps early, perhaps twice.
    Alarm,
    /// A probe ended before its deadline.
    ProbeEnded {
        /// The number that [`Effect::Probe`](super::Effect::Probe) gave it.
        probe: u32,
        /// What it found.
        outcome: ProbeOutcome,
    },
    /// The person turned to a tab or away from it.
    Visibility {
        /// Which tab.
        tab: TabId,
        /// How it is now.
        visibility: Visibility,
    },
    /// The browser lost its connection.
    Offline,
    /// The browser has a connection again, or woke from sleep.
    Online,
    /// The worker started: alarms may be lost, probes are lost, tab numbers may be new.
    Started,
    /// An open major or critical incident of Cloudflare's concerns this origin.
    IncidentOpen,
    /// It does no longer.
    IncidentOver,
    /// `/cdn-cgi/trace` of this host named the data centre that serves this visitor; `None` if it did not answer like the edge.
    Traced {
        /// Which data centre.
        data_centre: Option<Iata>,
    },
    /// The person pressed something.
    Pressed(Choice),
    /// The settings changed.
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
    /// Whether the person looks at it.
    pub visibility: Visibility,
    /// Whether something was typed into it.
    pub unsaved_input: UnsavedInput,
    /// Whether the tab has cookies and a connection of its own, as private and container tabs have.
    pub isolation: Isolation,
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
    /// It cannot be told here (Firefox, pages that are not https).
    Unknown,
}

/// Whether the person looks at a tab.
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
    /// An error of Cloudflare's.
    Failing {
        /// What it said. Boxed, because it is far larger than the rest.
        diagnosis: Box<Diagnosis>,
    },
    /// A challenge or block, which proves nothing about the origin: a probe is no navigation.
    Barred,
    /// No answer at all, before the deadline or by it.
    NoAnswer,
}

/// What the person pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Try this tab now, whatever floor and budget say.
    ReloadNow {
        /// The tab whose panel it was pressed in; `None` from the popup: every tab of the watch.
        tab: Option<TabId>,
    },
    /// Stop, for good.
    Stop,
    /// Go on after Stop.
    Resume,
    /// Go on checking, but leave the tabs alone and only notify.
    OnlyNotify,
    /// Bring the tabs back again, after [`Self::OnlyNotify`].
    BringBack,
    /// Take the unknown request method on this origin to be a GET.
    TrustOrigin,
}
