//! What the person can press.

use serde::Serialize;

use super::Scene;
use crate::catalog::Remedy;
use crate::diagnosis::Kind;
use crate::retry::remedy::remedy;
use crate::settings::Mode;
use crate::watch::{Choice, Hold, Isolation, Phase, TabId, Watch, WatchedTab};
use crate::words::{Key, key};

/// One button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    /// What pressing it means; sent back as it is.
    pub choice: Choice,
    /// What stands on it.
    pub label: String,
    /// How it looks.
    pub look: Look,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// The one that most people want.
    Primary,
    /// Any other.
    Plain,
}

impl Scene<'_> {
    /// The buttons of a tab's panel; `tab` is `None` in the popup, which speaks for all tabs of the watch.
    pub(super) fn choices(&self, watch: &Watch, tab: Option<&WatchedTab>) -> Vec<ChoiceView> {
        let diagnosis = tab.map(|tab| &tab.diagnosis).or(watch.diagnosis());
        if diagnosis.is_none_or(|diagnosis| diagnosis.kind == Kind::Imitation) {
            return Vec::new(); // nothing is vouched for
        }
        let hold = tab.and_then(|tab| watch.hold(self.settings, tab.id));
        let mut choices = Vec::new();
        let is_back = matches!(watch.phase(), Phase::AwaitingClick { .. });
        if !matches!(watch.phase(), Phase::Back { .. } | Phase::Idle { .. } | Phase::New) {
            let label = reload_label(watch, hold, is_back);
            let is_discouraged = matches!(hold, Some(Hold::Refused | Hold::NotGet)) || label == RELOAD_DESPITE_LIMIT;
            let look = if is_discouraged { Look::Plain } else { Look::Primary };
            choices.push(self.choice(reload_now(tab.map(|tab| tab.id)), label, look));
        }
        // To trust a site is to write it down, and nothing of a private window is written down.
        let is_private = tab.is_some_and(|tab| tab.isolation == Isolation::Private);
        if hold == Some(Hold::MethodUnknown) && !is_private {
            choices.push(self.choice(Choice::TrustOrigin, key::panel::TRUST, Look::Plain));
        }
        match watch.phase() {
            Phase::Waiting { .. } | Phase::Probing { .. } | Phase::Navigating { .. } | Phase::Offline { .. } => {
                choices.push(self.choice(Choice::Stop, key::panel::STOP, Look::Plain));
                choices.push(match watch.mode(self.settings) {
                    Mode::BringBack => self.choice(Choice::OnlyNotify, key::panel::ONLY_NOTIFY, Look::Plain),
                    Mode::OnlyNotify => self.choice(Choice::BringBack, key::panel::BRING_BACK, Look::Plain),
                });
            }
            Phase::Stopped { .. } | Phase::Manual { why: Hold::TriesUsed | Hold::DayOver, .. } => {
                choices.push(self.choice(Choice::Resume, key::panel::RESUME, Look::Plain));
            }
            Phase::Manual { .. }
            | Phase::AwaitingClick { .. }
            | Phase::Back { .. }
            | Phase::Idle { .. }
            | Phase::New => {}
        }
        choices
    }

    fn choice(&self, choice: Choice, key: Key, look: Look) -> ChoiceView {
        ChoiceView { choice, label: self.words.get(key).to_owned(), look }
    }
}

/// Pressing it may make matters worse, so it says so and does not invite.
const RELOAD_DESPITE_LIMIT: Key = key::panel::RELOAD_DESPITE_LIMIT;

fn reload_label(watch: &Watch, hold: Option<Hold>, is_back: bool) -> Key {
    // Each request before the end of a rate limit makes it longer.
    let is_rate_limit = watch.diagnosis().is_some_and(|diagnosis| remedy(diagnosis) == Remedy::Doubling);
    match hold {
        Some(Hold::NotGet) => key::panel::RELOAD_WITHOUT_FORM,
        _ if is_back => key::panel::LOAD,
        _ if is_rate_limit => RELOAD_DESPITE_LIMIT,
        _ => key::panel::RELOAD,
    }
}

fn reload_now(tab: Option<TabId>) -> Choice {
    Choice::ReloadNow { tab }
}
