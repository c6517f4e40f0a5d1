//! The side effects that a watch orders.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::observation::document::TabId;
use crate::time::Timestamp;
use crate::url::PageUrl;

/// A side effect for the shell to carry out. Effects are idempotent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum Effect {
    /// Set the watch's one alarm, replacing any earlier one. A time already past rings immediately.
    SetAlarm {
        /// When to ring.
        at: Timestamp,
    },
    /// Send one GET without cookies and answer with [`Event::ProbeEnded`](super::Event::ProbeEnded), or with
    /// [`Event::Offline`](super::Event::Offline) if the browser turns out to be offline. The URL never has a query.
    /// Don't follow a redirect: it's [`ProbeOutcome::Redirected`](super::ProbeOutcome::Redirected).
    Probe {
        /// Its number, never used twice in one watch.
        probe: u32,
        /// The URL to request.
        target: ProbeTarget,
        /// When to give up; the watch has an alarm for the same time.
        #[serde(with = "crate::time::duration_ms", rename = "timeoutMs")]
        timeout: Duration,
    },
    /// Navigate a tab to its own full address by GET (`tabs.update`, never `tabs.reload`, which re-sends forms).
    ///
    /// Check first, after the delay, that the tab still shows what [`WatchedTab::shows`](super::WatchedTab::shows) says
    /// at `url` (ignoring query and fragment); if not, send [`Event::Left`](super::Event::Left), or `Loaded` if it's
    /// healthy. If the user has typed something into it meanwhile, send [`Event::Failed`](super::Event::Failed) with
    /// that and `Sighting::Repeated` and leave the tab alone, unless the watch is navigating for the user
    /// ([`Reason::User`](crate::history::Reason)).
    ///
    /// A URL with a fragment is a trap: `tabs.update` to the URL that the tab already has is then a navigation within
    /// the document and loads nothing. Navigate to the URL without the fragment, or use the page's own script.
    ///
    /// The result arrives as `Failed`, `Loaded`, `Left` or `Unreachable`; if none arrives, the watch asks.
    Navigate {
        /// The tab.
        tab: TabId,
        /// The URL it must still show, ignoring query and fragment.
        url: PageUrl,
        /// How long to wait first, at most a few seconds: a worker stays alive that long, while an alarm would be too
        /// late.
        #[serde(with = "crate::time::duration_ms", rename = "delayMs")]
        delay: Duration,
    },
    /// Ask a tab what it shows; answer with `Failed` (`Sighting::Repeated`), `Loaded`, `Loading`, `Left` (also for closed and
    /// discarded) or `Unreachable`. Asking sends nothing to the site.
    Ask {
        /// The tab.
        tab: TabId,
        /// The URL it is expected to show.
        url: PageUrl,
    },
    /// Read Cloudflare's status page if the cached copy is older than 60 s. Answer with `IncidentOpen` or
    /// `IncidentOver` if either is news. Never ordered if the settings forbid it.
    ReadStatusPage,
    /// Ask the host's `/cdn-cgi/trace` which data centre answers; answer with [`Event::Traced`](super::Event::Traced).
    /// Ordered at most once an hour, within the hourly budget, and never for tabs with their own connection. Don't
    /// follow a redirect.
    Trace,
    /// Notify the user; a later notice of the same watch replaces an earlier one. Never ordered if the settings forbid
    /// it.
    Notify {
        /// The subject.
        notice: Notice,
        /// The tab to show when the notice is clicked.
        tab: Option<TabId>,
    },
    /// Put the extension's own page into a tab, with a link back to this URL: the user wants to leave a page that reloads
    /// itself.
    Leave {
        /// The tab.
        tab: TabId,
        /// The URL of the page.
        url: PageUrl,
    },
    /// Add an entry to the history; never for a private window.
    Record(crate::history::Entry),
    /// Forget the watch: delete its stored state and clear its alarm.
    Forget,
}

/// The address that a probe requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "url")]
pub enum ProbeTarget {
    /// The root of the origin, `/`.
    Root,
    /// The root of the same host over https, once its http address has answered with a redirect.
    SecureRoot,
    /// The failing page.
    Page(PageUrl),
}

/// The subject of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The site is back, and its tab has been reloaded.
    PageIsBack,
    /// The site is back; the user has to click: [`Phase::AwaitingClick`](super::Phase::AwaitingClick).
    SiteIsBack,
    /// The site hasn't been reachable from here for an hour; from now on it's checked less often.
    NotReachable,
}
