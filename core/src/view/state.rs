//! What a watch is doing, in words.

use serde::Serialize;

use super::{Phrase, ViewContext};
use crate::diagnosis::Kind;
use crate::history::Reason;
use crate::retry::Pace;
use crate::settings::Mode;
use crate::time::Timestamp;
use crate::watch::{HoldReason, Phase, Watch, WatchedTab};

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
            return Some(self.plain("panel.state.imitation", Tone::Warning));
        }
        if tab.is_some_and(|tab| tab.diagnosis.kind == Kind::Warning) {
            return Some(self.plain("panel.state.warning", Tone::Warning));
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
            state.note = Some(self.words.say(hold_key(why, tab)).to_owned());
        }
        Some(state)
    }

    fn phase(&self, watch: &Watch, tab: Option<&WatchedTab>) -> Option<StateView> {
        Some(match *watch.phase() {
            Phase::New | Phase::Idle { .. } => return None,
            Phase::Waiting { at, pace, .. } => self.waiting(watch, at, pace),
            Phase::Probing { .. } => self.plain("panel.state.probing", Tone::Active),
            Phase::Navigating { reason: Reason::Recovery, .. } => self.plain("panel.state.bringing-back", Tone::Back),
            Phase::Navigating { .. } => self.plain("panel.state.loading", Tone::Active),
            Phase::Offline { .. } => self.plain("panel.state.offline", Tone::Paused),
            Phase::Stopped { .. } => self.plain("panel.state.stopped", Tone::Stopped),
            Phase::Manual { why, .. } => self.held(why, tab),
            Phase::AwaitingClick { .. } => self.plain("panel.state.awaiting-click", Tone::Back),
            Phase::Back { .. } => self.plain("panel.state.back", Tone::Back),
        })
    }

    fn waiting(&self, watch: &Watch, at: Timestamp, pace: Pace) -> StateView {
        let (key, tone) = match pace {
            Pace::Incident => ("panel.state.incident", Tone::Paused),
            Pace::NotReachable => ("panel.state.not-reachable", Tone::Active),
            Pace::Schedule | Pace::Remedy => match watch.mode(self.settings) {
                Mode::BringBack => ("panel.state.waiting", Tone::Active),
                Mode::OnlyNotify => ("panel.state.waiting-to-notify", Tone::Active),
            },
        };
        StateView { text: Phrase::at(self.words.say(key), at), counts_down_to: Some(at), note: None, tone }
    }

    fn held(&self, why: HoldReason, tab: Option<&WatchedTab>) -> StateView {
        self.plain(hold_key(why, tab), Tone::Quiet)
    }

    fn plain(&self, key: &str, tone: Tone) -> StateView {
        StateView { text: Phrase::plain(self.words.say(key)), counts_down_to: None, note: None, tone }
    }
}

fn hold_key(why: HoldReason, tab: Option<&WatchedTab>) -> &'static str {
    match why {
        HoldReason::Refused if tab.is_some_and(|tab| tab.diagnosis.is_stuck_challenge()) => {
            "panel.state.challenge-stuck"
        }
        HoldReason::Refused if tab.is_some_and(WatchedTab::only_reloads_itself) => "panel.state.reloads-itself",
        HoldReason::Refused => match tab.map(|tab| tab.diagnosis.kind) {
            Some(Kind::Challenge) => "panel.state.challenge",
            Some(Kind::WaitingRoom) => "panel.state.waiting-room",
            Some(Kind::Access) => "panel.state.access",
            _ => "panel.state.refused",
        },
        HoldReason::TriesUsed => "panel.state.tries-used",
        HoldReason::DayOver => "panel.state.day-over",
        HoldReason::NotGet => "panel.state.not-get",
        HoldReason::MethodUnknown => "panel.state.method-unknown",
        HoldReason::UnsavedInput => "panel.state.unsaved-input",
        HoldReason::OneTimeLink => "panel.state.one-time-link",
        HoldReason::OnlyNotify => "panel.state.only-notify",
    }
}
