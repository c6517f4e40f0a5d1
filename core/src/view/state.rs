//! What's being done about a failure, in words.

use serde::Serialize;

use super::Phrase;
use super::case::{Case, Danger};
use crate::diagnosis::{Kind, SelfReload};
use crate::history::Reason;
use crate::retry::Pace;
use crate::settings::Mode;
use crate::time::Timestamp;
use crate::watch::{Confirmation, HoldReason, Phase};
use crate::words::{Key, key};

/// What's being done about a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateView {
    /// In words; changes with the state and not with each second.
    pub text: Phrase,
    /// What else there is to know about it: what happens then, or what keeps the page from being reloaded.
    pub then: Option<String>,
    /// The wait, if one is in progress.
    pub wait: Option<WaitView>,
    /// The mood.
    pub tone: Tone,
}

/// A wait, for a ring that empties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitView {
    /// When it began.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
}

/// The mood of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Something is planned or under way.
    Active,
    /// Something else has to happen first.
    Paused,
    /// Ended by the user.
    Stopped,
    /// Nothing is done, on purpose.
    Quiet,
    /// The site is back.
    Back,
    /// Danger.
    Warning,
}

impl Case<'_> {
    /// What's being done; `None` while there is nothing to show.
    pub(super) fn state(&self) -> Option<StateView> {
        if let Some(danger) = self.danger() {
            let key = match danger {
                Danger::Imitation => key::verdict::IMITATION,
                Danger::Warning => key::glance::WARNING,
            };
            return Some(self.plain(key, Tone::Warning));
        }
        if self.is_left_out() {
            return Some(self.held(HoldReason::Refused));
        }
        let is_planned = matches!(self.phase, Phase::Waiting { .. } | Phase::Probing { .. });
        let mut state = self.of_phase()?;
        if let Some(why) = self.hold.filter(|why| *why != HoldReason::OnlyNotify && *why != HoldReason::Refused)
            && (is_planned || matches!(self.phase, Phase::AwaitingClick { .. } | Phase::Stopped { .. }))
        {
            state.then = Some(self.words.get(self.hold_key(why)).to_owned());
        }
        Some(state)
    }

    /// Says that nothing is checked, because the watch couldn't be stored.
    pub(super) fn not_stored(&self) -> StateView {
        self.plain(key::panel::state::UNWATCHED, Tone::Stopped).then(self.words.get(key::panel::then::NOT_STORED))
    }

    /// Whether the watch is only about the site's other tabs, because this one's page was refused and stays as it is.
    pub(super) fn is_left_out(&self) -> bool {
        let is_about_others = matches!(
            self.phase,
            Phase::Waiting { .. } | Phase::Probing { .. } | Phase::AwaitingClick { .. } | Phase::Back { .. }
        );
        is_about_others && self.hold == Some(HoldReason::Refused)
    }

    fn of_phase(&self) -> Option<StateView> {
        use key::panel::{state, then};
        let words = self.words;
        Some(match *self.phase {
            Phase::New | Phase::Idle { .. } => return None,
            Phase::Waiting { at, reason: Reason::User, .. } => {
                self.wait(state::RELOAD_PLANNED, at, Tone::Active).then(words.get(then::PLANNED))
            }
            // Until the edge has answered, the page may be an imitation, which isn't reloaded.
            Phase::Waiting { .. } if self.confirmation == Confirmation::Pending => {
                self.plain(state::CONFIRMING, Tone::Active)
            }
            Phase::Waiting { at, pace, .. } => {
                let tone = if pace == Pace::Incident { Tone::Paused } else { Tone::Active };
                let then = match pace {
                    _ if self.is_rate_limit() => then::LIMIT,
                    Pace::Incident => then::INCIDENT,
                    Pace::NotReachable => then::NOT_REACHABLE,
                    Pace::Schedule | Pace::Remedy => match self.mode {
                        Mode::BringBack => then::RELOAD,
                        Mode::OnlyNotify => state::ONLY_NOTIFY,
                    },
                };
                self.wait(state::WAITING, at, tone).then(words.get(then))
            }
            Phase::Probing { .. } => self.plain(state::PROBING, Tone::Active),
            Phase::Navigating { reason: Reason::Recovery, .. } => self.plain(state::LOADING, Tone::Back),
            Phase::Navigating { .. } => self.plain(state::LOADING, Tone::Active),
            Phase::Offline { .. } => self.plain(state::OFFLINE, Tone::Paused).then(words.get(then::OFFLINE)),
            Phase::Stopped { .. } => self.plain(state::STOPPED, Tone::Stopped),
            Phase::Manual { why, .. } => self.held(why),
            Phase::AwaitingClick { .. } => self.plain(state::AWAITING_CLICK, Tone::Back),
            Phase::Back { .. } => self.plain(state::BACK, Tone::Back),
        })
    }

    fn held(&self, why: HoldReason) -> StateView {
        let state = self.plain(self.hold_key(why), Tone::Quiet);
        match why {
            HoldReason::AttemptsUsed if self.is_rate_limit() => state.then(self.words.get(key::panel::then::LIMIT)),
            HoldReason::AttemptsUsed => state.then(self.words.get(key::panel::then::WHENEVER)),
            _ => state,
        }
    }

    fn plain(&self, key: Key, tone: Tone) -> StateView {
        StateView { text: Phrase::plain(self.words.get(key)), then: None, wait: None, tone }
    }

    fn wait(&self, key: Key, at: Timestamp, tone: Tone) -> StateView {
        let wait = Some(WaitView { from: self.waiting_since.min(at), to: at });
        StateView { text: Phrase::at(self.words.get(key), at), then: None, wait, tone }
    }

    /// Why the page isn't reloaded automatically.
    pub(super) fn hold_key(&self, why: HoldReason) -> Key {
        use key::panel::state;
        match why {
            HoldReason::Refused if self.diagnosis.is_stuck_challenge() => state::CHALLENGE_STUCK,
            HoldReason::Refused if self.self_reload == Some(SelfReload::Refresh) => state::RELOADS_ITSELF,
            HoldReason::Refused if self.self_reload == Some(SelfReload::Script) => state::RELOADS_BY_SCRIPT,
            HoldReason::Refused => match self.diagnosis.kind {
                Kind::Challenge => state::CHALLENGE,
                Kind::WaitingRoom => state::WAITING_ROOM,
                Kind::Access => state::ACCESS,
                _ => state::REFUSED,
            },
            HoldReason::NotCloudflare => state::NOT_CLOUDFLARE,
            HoldReason::AttemptsUsed => state::ATTEMPTS_USED,
            HoldReason::DayOver => state::DAY_OVER,
            HoldReason::NotGet => state::NOT_GET,
            HoldReason::MethodUnknown => state::METHOD_UNKNOWN,
            HoldReason::UnsavedInput => state::UNSAVED_INPUT,
            HoldReason::OneTimeLink => state::ONE_TIME_LINK,
            HoldReason::OnlyNotify => state::ONLY_NOTIFY,
        }
    }
}

impl StateView {
    fn then(self, then: &str) -> Self {
        Self { then: Some(then.to_owned()), ..self }
    }
}
