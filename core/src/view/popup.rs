//! The popup: the tab in front, every other site that is watched, and Cloudflare's state.

use serde::Serialize;

use super::{ChoiceView, GlanceView, LinkView, Mark, PathView, Phrase, StateView, ViewContext};
use crate::data_centre::Iata;
use crate::outside::status_page::{CentreState, Distance};
use crate::outside::trace::Trace;
use crate::settings::PanelSize;
use crate::watch::{Choice, Phase, TabId, Watch};
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
    /// Stops or resumes every watch at once; `None` if there's nothing to stop or resume.
    pub all: Option<(Choice, String)>,
    /// The tab in front, if it's watched: what its panel says, which the page may have removed.
    pub front: Option<FrontView>,
    /// The heading of the other hosts; `None` if there is no tab in front of them.
    pub others: Option<String>,
    /// The other watched hosts, the next attempt first.
    pub hosts: Vec<HostView>,
    /// The sentence in their place if nothing is watched.
    pub empty: Option<String>,
    /// The request for access, if the user hasn't granted it.
    pub access: Option<AccessView>,
    /// How Cloudflare is; `None` if its status page wasn't read.
    pub cloudflare: Option<CloudflareView>,
    /// The link to the check of the page in front; `None` if that's watched.
    pub check: Option<LinkView>,
    /// The label of the link to the settings.
    pub settings: String,
    /// The label of the link to the history.
    pub history: String,
}

/// The tab in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FrontView {
    /// The watch's name, to be sent back with a choice.
    pub key: String,
    /// The tab.
    pub tab: TabId,
    /// What its panel says at first glance.
    pub glance: GlanceView,
    /// How often it was tried; `None` before the first attempt.
    pub attempt: Option<String>,
    /// The label of the link to the extension's own page about it.
    pub details: String,
    /// The label of the button that shows the panel again, where the user hid it.
    pub show: Option<String>,
}

/// How Cloudflare is, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloudflareView {
    /// The line.
    pub text: String,
    /// The same as a mark.
    pub mark: Mark,
    /// When its status page said so.
    pub as_of: Phrase,
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
    /// The verdict in two to four words.
    pub verdict: String,
    /// The code, as "Error 522".
    pub error: Option<String>,
    /// The way to the page, with the leg that's broken.
    pub path: Option<PathView>,
    /// What is being done.
    pub state: StateView,
    /// How often it was tried; `None` before the first attempt.
    pub attempt: Option<String>,
    /// The buttons.
    pub choices: Vec<ChoiceView>,
}

impl ViewContext<'_> {
    /// The popup, from the watches by their names and the tab in front.
    #[must_use]
    pub fn popup(&self, watches: &[(String, Watch)], front: Option<TabId>, access: Access) -> PopupView {
        let mut watches: Vec<_> = watches.iter().collect();
        watches.sort_by_key(|(_, watch)| (!matches!(watch.phase(), Phase::Waiting { .. }), watch.alarm_at()));
        let (tab, front) =
            (front, front.and_then(|tab| watches.iter().find_map(|(key, watch)| self.front(key, watch, tab))));
        let is_front = |key: &String| front.as_ref().is_some_and(|front| front.key == *key);
        let hosts: Vec<_> =
            watches.iter().filter(|(key, _)| !is_front(key)).filter_map(|(key, watch)| self.host(key, watch)).collect();
        let joins_in = |choice| watches.iter().any(|(_, watch)| watch.joins_in(choice));
        let all = [(Choice::Stop, key::popup::STOP_ALL), (Choice::Resume, key::popup::RESUME_ALL)];
        let served =
            watches.iter().filter(|(key, _)| is_front(key)).chain(&watches).find_map(|(_, watch)| centre(watch));
        let check = |tab: TabId| LinkView {
            label: Phrase::plain(self.words.get(key::popup::CHECK)),
            url: format!("page-check.html?tab={}", tab.0),
        };
        let check = tab.filter(|_| front.is_none()).map(check);
        PopupView {
            all: all
                .into_iter()
                .find(|(choice, _)| joins_in(*choice))
                .map(|(choice, key)| (choice, self.words.get(key).to_owned())),
            others: (front.is_some() && !hosts.is_empty()).then(|| self.words.get(key::popup::OTHERS).to_owned()),
            empty: (access == Access::Granted && front.is_none() && hosts.is_empty())
                .then(|| self.words.get(key::popup::EMPTY).to_owned()),
            front,
            hosts,
            access: (access == Access::Withheld).then(|| AccessView {
                text: self.words.get(key::popup::ACCESS_WITHHELD).to_owned(),
                button: self.words.get(key::popup::ASK_FOR_ACCESS).to_owned(),
            }),
            cloudflare: self.cloudflare(served),
            check,
            settings: self.words.get(key::popup::SETTINGS).to_owned(),
            history: self.words.get(key::popup::HISTORY).to_owned(),
        }
    }

    fn front(&self, key: &str, watch: &Watch, tab: TabId) -> Option<FrontView> {
        let tab = watch.tab(tab)?;
        let case = self.case(watch, Some(tab))?;
        case.state()?;
        let mut glance = case.glance(&self.verdict(watch, tab));
        // Only a script in the page can stop its refresh; and only what isn't the page may offer to leave it.
        glance.choices.retain(|view| !matches!(view.choice, Choice::StopRefresh { .. }));
        glance.choices.extend(case.choices().into_iter().filter(|view| matches!(view.choice, Choice::Leave { .. })));
        let is_hidden = self.settings.panel_size(watch.origin()) == Some(PanelSize::Hidden);
        Some(FrontView {
            key: key.to_owned(),
            tab: tab.id,
            glance,
            attempt: self.attempt(watch),
            details: self.words.get(key::glance::details::LABEL).to_owned(),
            show: is_hidden.then(|| self.words.get(key::popup::SHOW).to_owned()),
        })
    }

    fn host(&self, key: &str, watch: &Watch) -> Option<HostView> {
        // A single tab's own state is shown; of several tabs, what they have in common.
        let tab = match watch.tabs() {
            [only] => Some(only),
            _ => None,
        };
        let case = self.case(watch, tab)?;
        let glance = watch.tabs().first().map(|tab| case.glance(&self.verdict(watch, tab)));
        let (verdict, error, path) = match glance {
            Some(glance) => (glance.chip, glance.error, glance.path),
            None => (self.headline(case.diagnosis), None, None), // its tabs are closed
        };
        Some(HostView {
            key: key.to_owned(),
            host: watch.origin().host().to_owned(),
            verdict,
            error,
            path,
            state: case.state()?,
            attempt: self.attempt(watch),
            choices: case.choices(),
        })
    }

    /// How Cloudflare is, and whether that's near a visitor who's served by `at`, where that is known.
    fn cloudflare(&self, at: Option<Iata>) -> Option<CloudflareView> {
        use key::popup::cloudflare;
        let reading = self.world.status_page.as_ref()?;
        let as_of = Phrase::at(self.words.get(key::panel::AS_OF), reading.at);
        let Some(page) = &reading.page else {
            let text = self.words.get(key::status::UNKNOWN).to_owned();
            return Some(CloudflareView { text, mark: Mark::Unsure, as_of });
        };
        let city = at.and_then(|at| self.words.city(at));
        let is_offline = at.and_then(|at| page.centre(at)).is_some_and(|centre| centre.state == CentreState::Offline);
        let (text, mark) = match (page.nearest_incident(at), city) {
            (Some((incident, Distance::Here)), _) => {
                (self.words.format(cloudflare::Here { name: &incident.name }), Mark::Fail)
            }
            (_, Some(city)) if is_offline => (self.words.format(cloudflare::Offline { city }), Mark::Fail),
            (Some((incident, distance)), _) => {
                let name = incident.name.as_str();
                let text = match distance {
                    Distance::Here | Distance::Anywhere => self.words.format(cloudflare::Anywhere { name }),
                    Distance::Unknown => self.words.format(cloudflare::Somewhere { name }),
                    Distance::Elsewhere => self.words.format(cloudflare::Elsewhere { name }),
                };
                (text, Mark::Block)
            }
            (None, _) if page.incidents.is_none() => {
                (self.words.get(key::status::INCIDENTS_UNKNOWN).to_owned(), Mark::Unsure)
            }
            (None, Some(city)) => (self.words.format(cloudflare::Fine { city }), Mark::Ok),
            (None, None) => (self.words.get(cloudflare::FINE_SOMEWHERE).to_owned(), Mark::Ok),
        };
        Some(CloudflareView { text, mark, as_of })
    }
}

/// The data centre that serves the visitor, according to Cloudflare's edge for this site.
fn centre(watch: &Watch) -> Option<Iata> {
    match watch.trace()?.value {
        Trace::Edge { data_centre } => data_centre,
        Trace::NotEdge | Trace::NoAnswer => None,
    }
}
