//! The popup: every host that is watched.

use serde::Serialize;

use super::{ChoiceView, StateView, ViewContext};
use crate::watch::{Phase, Watch};
use crate::words::key;

/// Whether the user lets the extension see web pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It may see them.
    Granted,
    /// It may not, and can do nothing.
    Withheld,
}

/// What the popup shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PopupView {
    /// The watched hosts, the next attempt first.
    pub hosts: Vec<HostView>,
    /// What is said in their place where there are none.
    pub empty: Option<String>,
    /// What is said where access is withheld.
    pub access: Option<AccessView>,
    /// The label of the link to the settings.
    pub settings: String,
    /// The label of the link to the history.
    pub history: String,
}

/// The request for access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessView {
    /// What is wrong, and why access is needed.
    pub text: String,
    /// The button that asks for it.
    pub button: String,
}

/// One watched host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostView {
    /// The watch's name, to be sent back with a choice.
    pub key: String,
    /// The host.
    pub host: String,
    /// The code and name of the failure.
    pub headline: String,
    /// What is being done.
    pub state: StateView,
    /// How often it was tried; `None` before the first attempt.
    pub attempt: Option<String>,
    /// The buttons.
    pub choices: Vec<ChoiceView>,
}

impl ViewContext<'_> {
    /// The popup, from the watches by their names.
    #[must_use]
    pub fn popup(&self, watches: &[(String, Watch)], access: Access) -> PopupView {
        let mut watches: Vec<_> = watches.iter().collect();
        watches.sort_by_key(|(_, watch)| (!matches!(watch.phase(), Phase::Waiting { .. }), watch.alarm_at()));
        let hosts: Vec<_> = watches.into_iter().filter_map(|(key, watch)| self.host(key, watch)).collect();
        PopupView {
            empty: hosts.is_empty().then(|| self.words.get(key::popup::EMPTY).to_owned()),
            hosts,
            access: (access == Access::Withheld).then(|| AccessView {
                text: self.words.get(key::popup::ACCESS_WITHHELD).to_owned(),
                button: self.words.get(key::popup::ASK_FOR_ACCESS).to_owned(),
            }),
            settings: self.words.get(key::popup::SETTINGS).to_owned(),
            history: self.words.get(key::popup::HISTORY).to_owned(),
        }
    }

    fn host(&self, key: &str, watch: &Watch) -> Option<HostView> {
        // One tab speaks for itself, several through what they have in common.
        let tab = match watch.tabs() {
            [only] => Some(only),
            _ => None,
        };
        let diagnosis = tab.map(|tab| &tab.diagnosis).or(watch.diagnosis())?;
        Some(HostView {
            key: key.to_owned(),
            host: watch.origin().host().to_owned(),
            headline: self.headline(diagnosis),
            state: self.state(watch, tab)?,
            attempt: self.attempt(watch),
            choices: self.choices(watch, tab),
        })
    }
}
