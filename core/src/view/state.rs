//! What a watch is doing, in words.

use serde::Serialize;

use super::{Phrase, ViewContext};
use crate::diagnosis::{Kind, SelfReload};
use crate::history::Reason;
use crate::retry::Pace;
use crate::settings::Mode;
use crate::time::Timestamp;
use crate::watch::{Confirmation, HoldReason, Phase, Watch, WatchedTab};
use crate::words::{Key, key};

/// What a watch is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateView {
    /// In words; changes with the state and not with each second.
    pub text: Phrase,
    /// The moment to count down to, where one is awaited.
    pub counts_down_to: Option<Timestamp>,
    /// What keeps this tab from being brought back although the site is watched.
    pub note: Option<String>,
    /// The mood.
    pub tone: Tone,
}

/// The mood of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Something is planned or under way.
    Active,
    /// Held up by the world.
    Paused,
    /// Ended by the user.
    Stopped,
    /// Nothing is done, and rightly.
    Quiet,
    /// The site is back.
    Back,
    /// Danger.
    Warning,
}

impl ViewContext<'_> {
    /// What the watch is doing, as seen from one of its tabs; `None` while there is nothing to show.
    pub(super) fn state(&self, watch: &Watch, tab: Option<&WatchedTab>) -> Option<StateView> {
        if tab.is_some_and(|tab| tab.diagnosis.kind == Kind::Imitation) {
            return Some(self.plain(key::panel::state::IMITATION, Tone::Warning));
        }
        if tab.is_some_and(|tab| tab.diagnosis.kind == Kind::Warning) {
            return Some(self.plain(key::panel::state::WARNING, Tone::Warning));
        }
        let hold = tab.and_then(|tab| watch.hold(self.settings, tab.id));
        if let (Phase::Waiting { .. } | Phase::Probing { .. }, Some(HoldReason::Refused)) = (watch.phase(), hold) {
            return Some(self.held(HoldReason::Refused, tab)); // others of the site's tabs are watched, this one is not
        }
        let mut state = self.phase(watch, tab)?;
        if let (Phase::Waiting { .. } | Phase::Probing { .. } | Phase::AwaitingClick { .. }, Some(why)) =
            (watch.phase(), hold)
            && why != HoldReason::OnlyNotify
        {
            state.note = Some(self.words.get(hold_key(why, tab)).to_owned());
        }
        Some(state)
    }

    fn phase(&self, watch: &Watch, tab: Option<&WatchedTab>) -> Option<StateView> {
        Some(match *watch.phase() {
            Phase::New | Phase::Idle { .. } => return None,
            Phase::Waiting { at, reason: Reason::User, .. } => {
                let text = Phrase::at(self.words.get(key::panel::state::RELOAD_PLANNED), at);
                StateView { text, counts_down_to: Some(at), note: None, tone: Tone::Active }
            }
            Phase::Waiting { at, pace, .. } => self.waiting(watch, at, pace),
            Phase::Probing { .. } => self.plain(key::panel::state::PROBING, Tone::Active),
            Phase::Navigating { reason: Reason::Recovery, .. } => {
                self.plain(key::panel::state::BRINGING_BACK, Tone::Back)
            }
            Phase::Navigating { .. } => self.plain(key::panel::state::LOADING, Tone::Active),
            Phase::Offline { .. } => self.plain(key::panel::state::OFFLINE, Tone::Paused),
            Phase::Stopped { .. } => self.plain(key::panel::state::STOPPED, Tone::Stopped),
            Phase::Manual { why, .. } => self.held(why, tab),
            Phase::AwaitingClick { .. } => self.plain(key::panel::state::AWAITING_CLICK, Tone::Back),
            Phase::Back { .. } => self.plain(key::panel::state::BACK, Tone::Back),
        })
    }

    fn waiting(&self, watch: &Watch, at: Timestamp, pace: Pace) -> StateView {
        // Until the edge has answered, the page may be an imitation, which isn't reloaded.
        if watch.confirmation(self.now) == Confirmation::Pending {
            return self.plain(key::panel::state::CONFIRMING, Tone::Active);
        }
        let (key, tone) = match pace {
            Pace::Incident => (key::panel::state::INCIDENT, Tone::Paused),
            Pace::NotReachable => (key::panel::state::NOT_REACHABLE, Tone::Active),
            Pace::Schedule | Pace::Remedy => match watch.mode(self.settings) {
                Mode::BringBack => (key::panel::state::WAITING, Tone::Active),
                Mode::OnlyNotify => (key::panel::state::WAITING_TO_NOTIFY, Tone::Active),
            },
        };
        StateView { text: Phrase::at(self.words.get(key), at), counts_down_to: Some(at), note: None, tone }
    }

    fn held(&self, why: HoldReason, tab: Option<&WatchedTab>) -> StateView {
        self.plain(hold_key(why, tab), Tone::Quiet)
    }

    pub(super) fn plain(&self, key: Key, tone: Tone) -> StateView {
        StateView { text: Phrase::plain(self.words.get(key)), counts_down_to: None, note: None, tone }
    }
}

fn hold_key(why: HoldReason, tab: Option<&WatchedTab>) -> Key {
    match why {
        HoldReason::Refused if tab.is_some_and(|tab| tab.diagnosis.is_stuck_challenge()) => {
            key::panel::state::CHALLENGE_STUCK
        }
        HoldReason::Refused if let Some(how) = tab.and_then(WatchedTab::only_reloads_itself) => match how {
            SelfReload::Refresh => key::panel::state::RELOADS_ITSELF,
            SelfReload::Script => key::panel::state::RELOADS_BY_SCRIPT,
        },
        HoldReason::Refused => match tab.map(|tab| tab.diagnosis.kind) {
            Some(Kind::Challenge) => key::panel::state::CHALLENGE,
            Some(Kind::WaitingRoom) => key::panel::state::WAITING_ROOM,
            Some(Kind::Access) => key::panel::state::ACCESS,
            _ => key::panel::state::REFUSED,
        },
        HoldReason::NotCloudflare => key::panel::state::NOT_CLOUDFLARE,
        HoldReason::AttemptsUsed => key::panel::state::ATTEMPTS_USED,
        HoldReason::DayOver => key::panel::state::DAY_OVER,
        HoldReason::NotGet => key::panel::state::NOT_GET,
        HoldReason::MethodUnknown => key::panel::state::METHOD_UNKNOWN,
        HoldReason::UnsavedInput => key::panel::state::UNSAVED_INPUT,
        HoldReason::OneTimeLink => key::panel::state::ONE_TIME_LINK,
        HoldReason::OnlyNotify => key::panel::state::ONLY_NOTIFY,
    }
}
