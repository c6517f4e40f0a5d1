//! The buttons that the user can press.

use serde::Serialize;

use super::ViewContext;
use crate::catalog::Remedy;
use crate::diagnosis::{Kind, SelfReload};
use crate::retry::remedy::remedy;
use crate::settings::Mode;
use crate::watch::{Choice, HoldReason, Isolation, Phase, TabId, Watch, WatchedTab};
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

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emphasis {
    /// The button that most people want.
    Primary,
    /// Any other button.
    Plain,
}

impl ViewContext<'_> {
    /// The buttons of a tab's panel; `tab` is `None` in the popup, which speaks for all tabs of the watch.
    pub(super) fn choices(&self, watch: &Watch, tab: Option<&WatchedTab>) -> Vec<ChoiceView> {
        let diagnosis = tab.map(|tab| &tab.diagnosis).or(watch.diagnosis());
        if diagnosis.is_none_or(|diagnosis| matches!(diagnosis.kind, Kind::Imitation | Kind::Warning)) {
            return Vec::new(); // nothing is vouched for
        }
        let hold = tab.and_then(|tab| watch.hold(self.settings, tab.id));
        let mut choices = Vec::new();
        let is_back = matches!(watch.phase(), Phase::AwaitingClick { .. });
        if !matches!(watch.phase(), Phase::Back { .. } | Phase::Idle { .. } | Phase::New) {
            let label = reload_label(watch, hold, is_back);
            let is_discouraged =
                matches!(hold, Some(HoldReason::Refused | HoldReason::NotCloudflare | HoldReason::NotGet))
                    || label == RELOAD_DESPITE_LIMIT;
            let emphasis = if is_discouraged { Emphasis::Plain } else { Emphasis::Primary };
            choices.push(self.choice(reload_now(tab.map(|tab| tab.id)), label, emphasis));
        }
        // To trust a site is to write it down, and nothing of a private window is written down.
        let is_private = tab.is_some_and(|tab| tab.isolation == Isolation::Private);
        if hold == Some(HoldReason::MethodUnknown) && !is_private {
            choices.push(self.choice(Choice::TrustOrigin, key::panel::TRUST, Emphasis::Plain));
        }
        let restless = tab.into_iter().chain(watch.tabs()).find(|tab| tab.self_reload() == Some(SelfReload::Script));
        // No page of the extension can be put into a private window.
        if let Some(restless) = restless.filter(|tab| tab.isolation != Isolation::Private) {
            choices.push(self.choice(Choice::Leave { tab: restless.id }, key::panel::LEAVE, Emphasis::Primary));
        }
        match watch.phase() {
            Phase::Waiting { .. } | Phase::Probing { .. } | Phase::Navigating { .. } | Phase::Offline { .. } => {
                choices.push(self.choice(Choice::Stop, key::panel::STOP, Emphasis::Plain));
                choices.push(match watch.mode(self.settings) {
                    Mode::BringBack => self.choice(Choice::OnlyNotify, key::panel::ONLY_NOTIFY, Emphasis::Plain),
                    Mode::OnlyNotify => self.choice(Choice::BringBack, key::panel::BRING_BACK, Emphasis::Plain),
                });
            }
            Phase::Stopped { .. } | Phase::Manual { why: HoldReason::AttemptsUsed | HoldReason::DayOver, .. } => {
                choices.push(self.choice(Choice::Resume, key::panel::RESUME, Emphasis::Plain));
            }
            Phase::Manual { .. }
            | Phase::AwaitingClick { .. }
            | Phase::Back { .. }
            | Phase::Idle { .. }
            | Phase::New => {}
        }
        choices
    }

    /// The button of a tab's panel that stops the document's refresh; only a script in the document can.
    pub(super) fn stop_refresh(&self, tab: &WatchedTab) -> Option<ChoiceView> {
        let can = tab.only_reloads_itself() == Some(SelfReload::Refresh);
        can.then(|| self.choice(Choice::StopRefresh { tab: tab.id }, key::panel::STOP_REFRESH, Emphasis::Primary))
    }

    fn choice(&self, choice: Choice, key: Key, emphasis: Emphasis) -> ChoiceView {
        ChoiceView { choice, label: self.words.get(key).to_owned(), emphasis }
    }
}

/// Pressing it may make matters worse, so it says so and does not invite.
const RELOAD_DESPITE_LIMIT: Key = key::panel::RELOAD_DESPITE_LIMIT;

fn reload_label(watch: &Watch, hold: Option<HoldReason>, is_back: bool) -> Key {
    // Each request before the end of a rate limit makes it longer.
    let is_rate_limit = watch.diagnosis().is_some_and(|diagnosis| remedy(diagnosis) == Remedy::Doubling);
    match hold {
        Some(HoldReason::NotGet) => key::panel::RELOAD_WITHOUT_FORM,
        _ if is_back => key::panel::LOAD,
        _ if is_rate_limit => RELOAD_DESPITE_LIMIT,
        _ => key::panel::RELOAD,
    }
}

fn reload_now(tab: Option<TabId>) -> Choice {
    Choice::ReloadNow { tab }
}
