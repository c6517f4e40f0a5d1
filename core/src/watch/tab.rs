//! The tabs of a watch, and the reasons for not reloading one automatically.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{Failure, Isolation, UnsavedInput, Visibility};
use super::{Phase, Watch};
use crate::diagnosis::{Diagnosis, SelfReload};
use crate::history::Reason;
use crate::observation::document::TabId;
use crate::observation::method::Method;
use crate::outside::trace::Trace;
use crate::retry::remedy::is_left_alone;
use crate::retry::{GaveUp, policy};
use crate::settings::{Mode, Settings};
use crate::time::Timestamp;
use crate::url::{PageUrl, Query};

/// A tab that shows a failing document of the watch's origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchedTab {
    /// The browser's number for the tab; valid until the browser closes.
    pub id: TabId,
    /// The URL it requested.
    pub url: PageUrl,
    /// How it requested it.
    pub method: Method,
    /// The diagnosis of its document.
    pub diagnosis: Diagnosis,
    /// When that document was first seen.
    pub seen_at: Timestamp,
    /// Whether it's in view.
    pub visibility: Visibility,
    /// Whether the user has typed something into it.
    pub unsaved_input: UnsavedInput,
    /// Whether it has its own cookies and connection.
    pub isolation: Isolation,
    /// What it shows.
    pub shows: Shows,
    /// How often in a row its document replaced one that had only just loaded.
    #[serde(default)]
    pub quick_reloads: u32,
    /// Whether the user has stopped the document's own refresh.
    #[serde(default)]
    pub is_refresh_stopped: bool,
}

/// What a tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The failing document.
    FailingPage,
    /// The browser's own error page, where no script runs.
    BrowserError,
}

/// Why a page is left to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    /// Trying again is futile or rude: a block, a rule, a challenge, a legal reason.
    Refused,
    /// The host isn't on Cloudflare, so the page isn't Cloudflare's either.
    NotCloudflare,
    /// The code allows no more attempts.
    AttemptsUsed,
    /// It has been failing for a day.
    DayOver,
    /// The document is the answer to a form or another request that mustn't be repeated.
    NotGet,
    /// How the document was requested isn't known, and the user hasn't allowed reloading this site.
    MethodUnknown,
    /// The user has typed something into the page.
    UnsavedInput,
    /// The URL looks like a one-time link.
    OneTimeLink,
    /// The user only wants to be notified.
    OnlyNotify,
}

impl From<GaveUp> for HoldReason {
    fn from(end: GaveUp) -> Self {
        match end {
            GaveUp::Refused => Self::Refused,
            GaveUp::AttemptsUsed => Self::AttemptsUsed,
            GaveUp::DayOver => Self::DayOver,
        }
    }
}

impl WatchedTab {
    pub(super) fn new(failure: Failure, seen_at: Timestamp) -> Self {
        let Failure { tab: id, url, method, diagnosis, visibility, unsaved_input, isolation, sighting: _ } = failure;
        Self {
            id,
            url,
            method,
            diagnosis,
            seen_at,
            visibility,
            unsaved_input,
            isolation,
            shows: Shows::FailingPage,
            quick_reloads: 0,
            is_refresh_stopped: false,
        }
    }

    /// Whether trying again can help this tab at all.
    pub(super) fn may_recover(&self) -> bool {
        !is_left_alone(&self.diagnosis) && self.self_reload().is_none()
    }

    /// How its document loads itself again; `None` if it doesn't, or no longer.
    #[must_use]
    pub fn self_reload(&self) -> Option<SelfReload> {
        if self.is_restless() {
            return Some(SelfReload::Script);
        }
        self.diagnosis.self_reload().filter(|how| *how == SelfReload::Script || !self.is_refresh_stopped)
    }

    /// Whether its document replaces itself so quickly that nothing can be shown in it.
    #[must_use]
    pub fn is_restless(&self) -> bool {
        self.quick_reloads >= policy::RESTLESS_AFTER
    }

    /// How its page reloads itself, if it's left alone only because of that.
    pub(crate) fn only_reloads_itself(&self) -> Option<SelfReload> {
        self.self_reload().filter(|_| !is_left_alone(&self.diagnosis))
    }

    /// Takes over what is known of the document that this tab's new one replaces.
    pub(super) fn replacing(mut self, known: &Self, now: Timestamp) -> Self {
        let stood = now.since(known.seen_at);
        let quick = policy::RESTLESS_WITHIN + if known.is_restless() { policy::RESTLESS_EVERY } else { Duration::ZERO };
        if known.url == self.url && stood < quick {
            self.quick_reloads = known.quick_reloads.saturating_add(1);
        }
        self
    }

    /// Takes over what is known of this tab's document, which is still there.
    pub(super) fn staying(mut self, known: &Self) -> Self {
        self.quick_reloads = known.quick_reloads;
        self.is_refresh_stopped = known.is_refresh_stopped;
        self
    }
}

/// The conditions under which a tab may be navigated once the delay is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Navigation {
    by_user: bool,
    shows: Option<Shows>,
    /// The deadline of the watch's navigation, which identifies it.
    deadline: Option<Timestamp>,
}

impl Navigation {
    /// Whether a tab that is still loading is navigated anyway: a page waiting for an image mustn't keep the user from
    /// reloading it.
    #[must_use]
    pub fn ignores_loading(self) -> bool {
        self.by_user
    }

    /// Whether a tab in which no script runs may be navigated: only if the watch knows that.
    #[must_use]
    pub fn may_replace_browser_error(self) -> bool {
        self.shows == Some(Shows::BrowserError)
    }

    /// Whether this failing document may be replaced. Typed input and the answer to a form prevent a navigation unless
    /// the user asked for it.
    #[must_use]
    pub fn may_replace(self, found: &Failure) -> bool {
        self.by_user || (found.unsaved_input == UnsavedInput::None && found.method != Method::Other)
    }
}

/// The other watches that a tab leaves by showing a failure of the watch `failing`: a tab shows one site at a time.
pub fn left_by<K: PartialEq>(
    watches: impl IntoIterator<Item = (K, Watch)>,
    failing: &K,
    tab: TabId,
) -> impl Iterator<Item = (K, Watch)> {
    watches.into_iter().filter(move |(key, watch)| key != failing && watch.tab(tab).is_some())
}

impl Watch {
    /// Why a tab isn't reloaded automatically; `None` if it is, or if the watch doesn't hold it.
    #[must_use]
    pub fn hold(&self, settings: &Settings, tab: TabId) -> Option<HoldReason> {
        self.tab(tab).and_then(|tab| self.hold_on(settings, tab))
    }

    /// Whether tabs are reloaded or the user is only notified: the choice for this site, otherwise the setting.
    #[must_use]
    pub fn mode(&self, settings: &Settings) -> Mode {
        self.mode.unwrap_or(settings.mode)
    }

    pub(super) fn hold_on(&self, settings: &Settings, tab: &WatchedTab) -> Option<HoldReason> {
        if !tab.may_recover() {
            return Some(HoldReason::Refused);
        }
        if self.is_contradicted() {
            return Some(HoldReason::NotCloudflare);
        }
        self.method_hold(settings, tab)
            .or_else(|| (tab.unsaved_input == UnsavedInput::Some).then_some(HoldReason::UnsavedInput))
            .or_else(|| (tab.url.query() == Query::OneTime).then_some(HoldReason::OneTimeLink))
            .or_else(|| (self.mode(settings) == Mode::OnlyNotify).then_some(HoldReason::OnlyNotify))
    }

    /// Whether something other than Cloudflare's edge answers at this host.
    pub(super) fn is_contradicted(&self) -> bool {
        matches!(self.trace.map(|trace| trace.value), Some(Trace::NotEdge))
    }

    /// Why a tab's request mustn't be repeated.
    pub(super) fn method_hold(&self, settings: &Settings, tab: &WatchedTab) -> Option<HoldReason> {
        match tab.method {
            Method::Get => None,
            Method::Unknown if settings.trusted_origins.contains(self.origin.as_str()) => None,
            Method::Unknown => Some(HoldReason::MethodUnknown),
            Method::Other => Some(HoldReason::NotGet),
        }
    }

    /// The conditions of the navigation that the watch is ordering for a tab; take them before the delay.
    #[must_use]
    pub fn navigation(&self, tab: TabId) -> Navigation {
        let (by_user, deadline) = match self.phase {
            Phase::Navigating { reason, deadline, .. } => (reason == Reason::User, Some(deadline)),
            _ => (false, None),
        };
        Navigation { by_user, shows: self.tab(tab).map(|tab| tab.shows), deadline }
    }

    /// Whether the watch is still waiting for this probe's outcome.
    #[must_use]
    pub fn awaits(&self, probe: u32) -> bool {
        matches!(self.phase, Phase::Probing { probe: ordered, .. } if ordered == probe)
    }

    /// Whether a navigation that was ordered before a delay should still be made: not if the user has stopped it
    /// meanwhile, or another one has replaced it.
    #[must_use]
    pub fn orders(&self, tab: TabId, navigation: Navigation) -> bool {
        matches!(self.phase, Phase::Navigating { tab: ordered, deadline, .. }
            if ordered == tab && Some(deadline) == navigation.deadline)
    }

    /// Whether a tab's failing document is skipped, because the tab is restless and one was looked at a moment ago.
    #[must_use]
    pub fn passes_over(&self, tab: TabId, url: &PageUrl, now: Timestamp) -> bool {
        let known = self.tab(tab).filter(|known| known.is_restless() && known.url == *url);
        known.is_some_and(|known| known.seen_at <= now && now.since(known.seen_at) < policy::RESTLESS_EVERY)
    }

    /// The tab with this number; `None` if the watch doesn't hold it.
    #[must_use]
    pub fn tab(&self, id: TabId) -> Option<&WatchedTab> {
        self.tabs.iter().find(|tab| tab.id == id)
    }

    pub(super) fn tab_mut(&mut self, id: TabId) -> Option<&mut WatchedTab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    /// Tabs that trying again can help, those in view first.
    pub(super) fn recoverable(&self) -> impl Iterator<Item = &WatchedTab> {
        let in_view = |visibility| self.tabs.iter().filter(move |tab| tab.visibility == visibility);
        in_view(Visibility::Visible).chain(in_view(Visibility::Hidden)).filter(|tab| tab.may_recover())
    }

    /// Tabs that are reloaded automatically, those in view first.
    pub(super) fn navigable(&self, settings: &Settings) -> impl Iterator<Item = &WatchedTab> {
        self.recoverable().filter(move |tab| self.hold_on(settings, tab).is_none())
    }

    /// Adds a tab, or replaces its old state.
    pub(super) fn put_tab(&mut self, tab: WatchedTab) {
        match self.tab_mut(tab.id) {
            Some(known) => *known = tab,
            None => self.tabs.push(tab),
        }
    }

    /// Removes a tab and returns it; `None` if there was none.
    pub(super) fn take_tab(&mut self, id: TabId) -> Option<WatchedTab> {
        let index = self.tabs.iter().position(|tab| tab.id == id)?;
        Some(self.tabs.remove(index))
    }
}
