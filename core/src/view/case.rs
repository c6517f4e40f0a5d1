//! One failure as its views need it: plain values, so that every state can be drawn without a watch.

use super::ViewContext;
use crate::data_centre::KnownBy;
use crate::diagnosis::{Diagnosis, Kind, SelfReload};
use crate::outside::serving::serving_data_centre;
use crate::outside::trace::Trace;
use crate::settings::Mode;
use crate::time::Timestamp;
use crate::watch::{Confirmation, HoldReason, Isolation, Phase, TabId, Watch, WatchedTab};
use crate::words::Words;

/// One failure: its page, and what's being done about it.
#[derive(Clone, Debug)]
pub(super) struct Case<'a> {
    /// The words of the user's language.
    pub(super) words: &'a Words,
    /// The site's host.
    pub(super) host: &'a str,
    /// The page's diagnosis.
    pub(super) diagnosis: &'a Diagnosis,
    /// The page's tab; `None` if the view is about several.
    pub(super) tab: Option<TabId>,
    /// What the watch is doing.
    pub(super) phase: &'a Phase,
    /// Why the tab isn't reloaded automatically.
    pub(super) hold: Option<HoldReason>,
    /// Whether tabs are reloaded or the user is only notified.
    pub(super) mode: Mode,
    /// Whether Cloudflare's edge answers for the host.
    pub(super) confirmation: Confirmation,
    /// How the page reloads itself, if it's left alone only because of that.
    pub(super) self_reload: Option<SelfReload>,
    /// A tab whose page goes on reloading itself until the user leaves it.
    pub(super) restless: Option<TabId>,
    /// The city of the data centre that serves the visitor, once Cloudflare's edge has named it.
    pub(super) city: Option<&'a str>,
    /// When the current wait began.
    pub(super) waiting_since: Timestamp,
    /// Whether nothing about the page may be stored.
    pub(super) is_private: bool,
}

impl Case<'_> {
    /// Whether Cloudflare's edge has answered for the host, so that the page can be Cloudflare's.
    pub(super) fn is_confirmed(&self) -> bool {
        self.confirmation == Confirmation::Confirmed
    }

    /// Whether the page itself is the danger. A page that merely isn't Cloudflare's may be a harmless page from the
    /// site.
    pub(super) fn danger(&self) -> Option<Danger> {
        match self.diagnosis.kind {
            Kind::Imitation => Some(Danger::Imitation),
            Kind::Warning => Some(Danger::Warning),
            _ => None,
        }
    }

    /// Whether the page only asks for something, such as a sign-in, so that nobody is at fault.
    pub(super) fn is_asking(&self) -> bool {
        match self.diagnosis.kind {
            Kind::Access | Kind::WaitingRoom => true,
            Kind::Challenge => !self.diagnosis.is_stuck_challenge(),
            _ => false,
        }
    }
}

/// The ways in which a page itself is the danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Danger {
    /// It isn't Cloudflare's, and may be an attack.
    Imitation,
    /// Cloudflare warns of it.
    Warning,
}

impl<'a> ViewContext<'a> {
    /// The failure of one tab, or of all of a watch's tabs together; `None` if nothing has failed yet.
    pub(super) fn case(&self, watch: &'a Watch, tab: Option<&'a WatchedTab>) -> Option<Case<'a>> {
        let diagnosis = tab.map(|tab| &tab.diagnosis).or(watch.diagnosis())?;
        let trace = watch.trace().map(|trace| trace.value);
        let city = match trace {
            Some(Trace::Edge { .. }) => {
                let served =
                    serving_data_centre(diagnosis, trace, None).filter(|served| served.known_by == KnownBy::Edge);
                served.and_then(|served| self.words.city(served.data_centre))
            }
            _ => None,
        };
        Some(Case {
            words: self.words,
            host: tab.map_or(watch.origin().host(), |tab| tab.url.host()),
            diagnosis,
            tab: tab.map(|tab| tab.id),
            phase: watch.phase(),
            hold: tab.and_then(|tab| watch.hold(self.settings, tab.id)),
            mode: watch.mode(self.settings),
            confirmation: watch.confirmation(self.now),
            self_reload: tab.and_then(WatchedTab::only_reloads_itself),
            // The extension's pages can't be opened in a private window.
            restless: tab
                .into_iter()
                .chain(watch.tabs())
                .find(|tab| tab.self_reload() == Some(SelfReload::Script))
                .filter(|tab| tab.isolation != Isolation::Private)
                .map(|tab| tab.id),
            city,
            waiting_since: watch.waiting_since(),
            is_private: tab.is_some_and(|tab| tab.isolation == Isolation::Private),
        })
    }
}
