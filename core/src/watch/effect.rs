//! What a watch orders to be done.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::TabId;
use crate::time::Timestamp;
use crate::url::PageUrl;

/// One thing to be done in the world. Doing it twice does no more than doing it once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Set the watch's one alarm; it replaces an earlier one.
    SetAlarm {
        /// When it must ring.
        at: Timestamp,
    },
    /// Take the watch's alarm away.
    ClearAlarm,
    /// Send one GET without cookies and answer with [`Event::ProbeEnded`](super::Event::ProbeEnded).
    Probe {
        /// Its number, never used twice in one watch.
        probe: u32,
        /// What to ask for.
        target: ProbeTarget,
        /// When to give it up.
        timeout: Duration,
    },
    /// Navigate a tab to its own address by GET, if it still shows the failing document of `url`; else answer with
    /// [`Event::Left`](super::Event::Left).
    Navigate {
        /// Which tab.
        tab: TabId,
        /// The address it must still show, query and fragment apart.
        url: PageUrl,
    },
    /// Ask a tab what it shows; answer with `Failed`, `Loaded`, `Left` or `Unreachable`.
    Ask {
        /// Which tab.
        tab: TabId,
        /// The address it is expected to show.
        url: PageUrl,
    },
    /// Read Cloudflare's status page, if the settings allow it and its copy is older than 60 s.
    ReadStatusPage,
    /// Ask the host's `/cdn-cgi/trace` which data centre answers.
    Trace,
    /// Notify the person.
    Notify(Notice),
    /// Write one attempt into the history; never for a private window.
    Record(crate::history::Attempt),
    /// Forget the watch: remove what is stored, and take its alarm away.
    Forget,
}

/// What a probe asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "url")]
pub enum ProbeTarget {
    /// The root of the origin, `/`.
    Root,
    /// The failing page.
    Page(PageUrl),
}

/// What the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The site is back, and its tab with it.
    PageIsBack,
    /// The site is back; the person has to click.
    SiteIsBack,
    /// The site was not reachable from here for an hour.
    NotReachable,
}
