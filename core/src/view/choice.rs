//! The buttons that the user can press.

use serde::Serialize;

use super::case::Case;
use crate::catalog::Remedy;
use crate::diagnosis::SelfReload;
use crate::retry::remedy::remedy;
use crate::settings::Mode;
use crate::watch::{Choice, HoldReason, Phase};
use crate::words::{Key, key};

/// One button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    /// The choice that pressing it means; sent back unchanged.
    pub choice: Choice,
    /// Its label.
    pub label: String,
    /// How much it stands out.
    pub emphasis: Emphasis,
}

/// How much a button stands out. At most one of a view isn't plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emphasis {
    /// It's the user's turn: nothing goes on without it.
    Primary,
    /// The user can press it, but needn't.
    Soft,
    /// Any other button.
    Plain,
}

impl Case<'_> {
    /// The buttons; without a tab they're for all tabs of the watch.
    pub(super) fn choices(&self) -> Vec<ChoiceView> {
        if self.danger().is_some() {
            return Vec::new(); // nothing is vouched for
        }
        let mut choices = Vec::new();
        let offers_to_resume = matches!(
            self.phase,
            Phase::Stopped { .. } | Phase::Manual { why: HoldReason::AttemptsUsed | HoldReason::DayOver, .. }
        );
        if offers_to_resume {
            let emphasis = if self.reloads_itself() { Emphasis::Plain } else { Emphasis::Soft };
            choices.push(self.choice(Choice::Resume, key::panel::RESUME, emphasis));
        }
        if !matches!(self.phase, Phase::Back { .. } | Phase::Idle { .. } | Phase::New) {
            let label = self.reload_label();
            let emphasis = match self.hold {
                _ if offers_to_resume || label == RELOAD_DESPITE_LIMIT => Emphasis::Plain,
                Some(HoldReason::Refused | HoldReason::NotCloudflare) => Emphasis::Plain,
                _ if self.reloads_itself() => Emphasis::Plain,
                _ if matches!(self.phase, Phase::Offline { .. }) => Emphasis::Plain,
                _ if matches!(self.phase, Phase::AwaitingClick { .. }) => Emphasis::Primary,
                _ => Emphasis::Soft,
            };
            choices.push(self.choice(Choice::ReloadNow { tab: self.tab }, label, emphasis));
        }
        // A trusted site is stored, and nothing about a private window may be.
        if self.hold == Some(HoldReason::MethodUnknown) && !self.is_private {
            choices.push(self.choice(Choice::TrustOrigin, key::panel::TRUST, Emphasis::Plain));
        }
        if let Some(tab) = self.restless {
            choices.push(self.choice(Choice::Leave { tab }, key::panel::LEAVE, Emphasis::Primary));
        }
        if self.phase.is_active() {
            choices.push(self.choice(Choice::Stop, key::panel::STOP, Emphasis::Plain));
            choices.push(match self.mode {
                Mode::BringBack => self.choice(Choice::OnlyNotify, key::panel::ONLY_NOTIFY, Emphasis::Plain),
                Mode::OnlyNotify => self.choice(Choice::BringBack, key::panel::BRING_BACK, Emphasis::Plain),
            });
        }
        choices
    }

    /// The button that stops the document's refresh; only a script in the document can.
    pub(super) fn stop_refresh(&self) -> Option<ChoiceView> {
        let tab = self.tab.filter(|_| self.self_reload == Some(SelfReload::Refresh))?;
        Some(self.choice(Choice::StopRefresh { tab }, key::panel::STOP_REFRESH, Emphasis::Primary))
    }

    /// Whether another button stands out, which ends the page's own reloads.
    fn reloads_itself(&self) -> bool {
        self.restless.is_some() || self.self_reload.is_some()
    }

    fn choice(&self, choice: Choice, key: Key, emphasis: Emphasis) -> ChoiceView {
        ChoiceView { choice, label: self.words.get(key).to_owned(), emphasis }
    }

    fn reload_label(&self) -> Key {
        match self.hold {
            Some(HoldReason::NotGet) => key::panel::RELOAD_WITHOUT_FORM,
            _ if matches!(self.phase, Phase::AwaitingClick { .. }) && !self.is_left_out() => key::panel::LOAD,
            _ if self.is_rate_limit() => RELOAD_DESPITE_LIMIT,
            _ => key::panel::RELOAD,
        }
    }

    /// Whether each request before the end of a rate limit makes it longer.
    pub(super) fn is_rate_limit(&self) -> bool {
        remedy(self.diagnosis) == Remedy::Doubling
    }
}

/// Pressing it may make matters worse, so it isn't emphasised.
const RELOAD_DESPITE_LIMIT: Key = key::panel::RELOAD_DESPITE_LIMIT;
