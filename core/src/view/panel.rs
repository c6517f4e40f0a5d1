//! The panel in a failing page.

use core::time::Duration;

use serde::Serialize;

use super::{ChoiceView, MoreView, Phrase, RowsView, StateView, Tone, ViewContext};
use crate::catalog::{self, Delivery};
use crate::diagnosis::Kind;
use crate::explain::{Audience, Explanation, explain, how_long};
use crate::fault::{self, Suspect, Verdict, judge};
use crate::outside::status_page::StatusText;
use crate::watch::{Choice, Method, Phase, TabId, Watch, WatchedTab};
use crate::words::{Direction, ENGLISH, Key, key};

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PanelView {
    /// The language of the texts, as a BCP 47 tag.
    pub language: String,
    /// Which way it is written.
    pub direction: Direction,
    /// How large the panel is at first.
    pub size: Size,
    /// The origin it speaks of: a view that comes late must not be drawn into another site's page.
    pub origin: String,
    /// The host of the page.
    pub host: String,
    /// The code; `None` where the page shows none.
    pub code: Option<String>,
    /// The name of the failure.
    pub name: String,
    /// The name's language, where it isn't that of the texts: a code keeps the English name that Cloudflare's page shows.
    pub name_language: Option<&'static str>,
    /// What happened, in a sentence.
    pub cause: String,
    /// What is being done.
    pub state: StateView,
    /// How often it was tried; `None` before the first attempt.
    pub attempt: Option<String>,
    /// The buttons. They do no more than stop, go on or load this tab, because a page may trick the user into pressing them.
    pub choices: Vec<ChoiceView>,
    /// The labels of the choices that are offered in the extension's own page.
    pub offers: Vec<String>,
    /// The facts, the most important first.
    pub facts: Vec<FactView>,
    /// What most people don't need; `None` for an imitation, which isn't to be dwelt on.
    pub more: Option<RowsView>,
    /// The label of a button that copies, once the browser has refused to.
    pub refused: String,
    /// The texts of the panel's own controls.
    pub labels: PanelLabels,
}

/// The extension's own page about a failing page: what the panel has, and what the failing page must not learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPageView {
    /// The host.
    pub host: String,
    /// The code and name of the failure.
    pub headline: String,
    /// What happened, in a sentence.
    pub cause: String,
    /// What is being done.
    pub state: StateView,
    /// How often it was tried; `None` before the first attempt.
    pub attempt: Option<String>,
    /// The buttons.
    pub choices: Vec<ChoiceView>,
    /// The facts, the most important first.
    pub facts: Vec<FactView>,
    /// The evidence, the questions, and the labels of what can be copied.
    pub more: MoreView,
    /// The report for the site's support.
    pub report: String,
}

/// How large a panel is before the person folds or unfolds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// Everything is shown.
    Full,
    /// One line, for what is no failure: a check or a queue that the person only has to pass.
    Small,
}

/// One fact under its label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactView {
    /// What it is about.
    pub label: String,
    /// The fact.
    pub text: Option<Phrase>,
    /// Several, where it is a list.
    pub list: Vec<String>,
    /// What is to be known beside it: how sure it is, how old.
    pub note: Option<Phrase>,
    /// A text to be copied.
    pub copy: Option<CopyView>,
}

/// A text with a button that copies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyView {
    /// The text.
    pub text: String,
    /// The button's label.
    pub label: String,
    /// The label once it is copied.
    pub done: String,
}

/// The texts of the panel's own controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PanelLabels {
    /// The panel itself, for screen readers.
    pub region: String,
    /// Folds it to one line.
    pub collapse: String,
    /// Unfolds it.
    pub expand: String,
    /// Takes it away from this page.
    pub close: String,
}

impl ViewContext<'_> {
    /// The panel of a tab; `None` if the watch does not hold the tab or has nothing to show, or if a panel would only flicker.
    #[must_use]
    pub fn panel(&self, watch: &Watch, tab: TabId) -> Option<PanelView> {
        let tab = watch.tab(tab).filter(|tab| !tab.is_restless())?;
        let diagnosis = &tab.diagnosis;
        let explanation = explain(diagnosis, self.words, Audience::Visitor);
        let verdict = self.verdict(watch, tab);
        let (choices, offers): (Vec<_>, Vec<_>) = self
            .choices(watch, Some(tab))
            .into_iter()
            .partition(|view| matches!(view.choice, Choice::ReloadNow { .. } | Choice::Stop | Choice::Resume));
        Some(PanelView {
            language: self.words.language().to_owned(),
            direction: self.words.direction(),
            size: match diagnosis.kind {
                Kind::Challenge | Kind::WaitingRoom => Size::Small,
                Kind::Error
                | Kind::Block
                | Kind::Access
                | Kind::Warning
                | Kind::Gateway
                | Kind::PaidCrawl
                | Kind::Imitation => Size::Full,
            },
            origin: watch.origin().as_str().to_owned(),
            host: tab.url.host().to_owned(),
            code: diagnosis.code.map(|code| code.to_string()),
            name: explanation.name.clone(),
            name_language: diagnosis
                .code
                .and_then(catalog::entry)
                .map(|_| ENGLISH.tag)
                .filter(|tag| *tag != self.words.language()),
            cause: explanation.cause.clone(),
            state: self.state(watch, Some(tab))?,
            attempt: self.attempt(watch),
            choices: self.stop_refresh(tab).into_iter().chain(choices).collect(),
            offers: offers.into_iter().map(|view| view.label).collect(),
            // Earlier outages are this browser's history, which isn't the page's business.
            facts: self.facts(&explanation, &verdict, watch, tab, &[]),
            more: (!matches!(diagnosis.kind, Kind::Imitation | Kind::Warning)).then(|| self.rows()),
            refused: self.words.get(key::more::REPORT_REFUSED).to_owned(),
            labels: PanelLabels {
                region: self.words.get(key::panel::REGION).to_owned(),
                collapse: self.words.get(key::panel::COLLAPSE).to_owned(),
                expand: self.words.get(key::panel::EXPAND).to_owned(),
                close: self.words.get(key::panel::CLOSE).to_owned(),
            },
        })
    }

    /// The extension's own page about a tab; `None` if the watch doesn't hold the tab or has nothing to show.
    #[must_use]
    pub fn host_page(&self, watch: &Watch, tab: TabId) -> Option<HostPageView> {
        let tab = watch.tab(tab)?;
        let explanation = explain(&tab.diagnosis, self.words, Audience::Visitor);
        let verdict = self.verdict(watch, tab);
        Some(HostPageView {
            host: tab.url.host().to_owned(),
            headline: self.headline(&tab.diagnosis),
            cause: explanation.cause.clone(),
            state: self.state(watch, Some(tab))?,
            attempt: self.attempt(watch),
            choices: self.choices(watch, Some(tab)),
            facts: self.facts(&explanation, &verdict, watch, tab, &self.world.past_outages),
            more: self.more(&verdict),
            report: self.report(watch, tab.id)?,
        })
    }

    /// The panel of a tab whose watch couldn't be stored: nothing will be checked.
    #[must_use]
    pub fn panel_unwatched(&self, watch: &Watch, tab: TabId) -> Option<PanelView> {
        let state = self.plain(key::panel::state::UNWATCHED, Tone::Stopped);
        Some(PanelView { state, attempt: None, choices: Vec::new(), offers: Vec::new(), ..self.panel(watch, tab)? })
    }

    /// "3 attempts so far".
    pub(super) fn attempt(&self, watch: &Watch) -> Option<String> {
        match watch.attempts() {
            0 => None,
            n => Some(self.words.format(key::panel::Attempt { n: n.into() })),
        }
    }

    fn facts(
        &self,
        explanation: &Explanation,
        verdict: &Verdict,
        watch: &Watch,
        tab: &WatchedTab,
        past_outages: &[Duration],
    ) -> Vec<FactView> {
        let mut facts = Vec::new();
        if tab.diagnosis.kind == Kind::Imitation {
            facts.push(self.fact(key::label::DO, Phrase::plain(self.words.get(key::panel::IMITATION_DO))));
            return facts;
        }
        if tab.diagnosis.kind == Kind::Warning {
            facts.push(self.fact(key::label::DO, Phrase::plain(self.words.get(key::panel::WARNING_DO))));
            return facts;
        }
        facts.push(self.fault(verdict, watch));
        if tab.method == Method::Other {
            // Until the edge answers, the page may be an imitation that received the form.
            let form = if self.is_confirmed(watch) {
                &explanation.lost_form
            } else {
                self.words.get(key::received::form(Delivery::Perhaps))
            };
            facts.push(self.fact(key::label::FORM, Phrase::plain(form)));
        }
        // What was to be done about the site, and how long it lasts, is beside the point until the device is back.
        if verdict.suspect == Suspect::Offline {
            facts.push(self.fact(key::label::DO, Phrase::plain(self.words.get(key::panel::OFFLINE_DO))));
        } else if !explanation.actions.is_empty() {
            facts.push(FactView {
                label: self.words.get(key::label::DO).to_owned(),
                list: explanation.actions.iter().map(|advice| advice.text.clone()).collect(),
                ..FactView::default()
            });
        }
        if tab.diagnosis.kind == Kind::Error && verdict.suspect != Suspect::Offline {
            let long = how_long(explanation.persistence, past_outages, self.words);
            facts.push(self.fact(key::label::LONG, Phrase::plain(long)));
            facts.push(self.fact(key::label::GONE, Phrase::plain(&explanation.gone_for_good)));
        }
        facts.push(self.status(watch, tab));
        if let Some(ray) = tab.diagnosis.ray {
            facts.push(FactView {
                label: self.words.get(key::panel::RAY).to_owned(),
                copy: Some(CopyView {
                    text: ray.to_string(),
                    label: self.words.get(key::panel::COPY).to_owned(),
                    done: self.words.get(key::panel::COPIED).to_owned(),
                }),
                ..FactView::default()
            });
        }
        facts
    }

    fn fault(&self, verdict: &Verdict, watch: &Watch) -> FactView {
        let verdict = verdict.tell(self.words);
        // A site that is back waits for the person's click; that it cannot be reached was true a moment ago.
        let is_back = matches!(watch.phase(), Phase::AwaitingClick { .. } | Phase::Back { .. });
        let reach = if is_back { String::new() } else { verdict.reach };
        let text = self.words.join([verdict.sentence, reach]);
        let mut fact = self.fact(key::label::FAULT, Phrase::plain(text));
        let certainty = self.words.format(key::panel::Certainty { certainty: &verdict.certainty });
        fact.note = Some(Phrase::plain(certainty));
        fact
    }

    /// Whose fault it is, weighed from everything that is known here.
    pub(super) fn verdict(&self, watch: &Watch, tab: &WatchedTab) -> Verdict {
        let world = self.world;
        judge(&fault::Situation {
            connection: world.connection,
            offline_since: watch.offline_since(),
            status_page: world.status_page.as_ref(),
            others: &world.failures,
            trace: watch.trace(),
            second_look: world.findings.second_look.answer(),
            dns: world.findings.addresses.answer(),
            now: self.now,
            since: watch.since().unwrap_or(tab.seen_at),
            ..fault::Situation::of_page(tab.url.host(), &self.confirmed(watch, &tab.diagnosis), tab.seen_at)
        })
    }

    fn status(&self, watch: &Watch, tab: &WatchedTab) -> FactView {
        let trace = watch.trace().map(|trace| trace.value);
        let diagnosis = self.confirmed(watch, &tab.diagnosis);
        let told = StatusText::new(self.world.status_page.as_ref(), &diagnosis, trace, self.words);
        let text = self.words.join([told.text, told.update.unwrap_or_default()]);
        let mut fact = self.fact(key::panel::STATUS, Phrase::plain(text));
        fact.note = told.at.map(|at| Phrase::at(self.words.get(key::panel::AS_OF), at));
        fact
    }

    fn fact(&self, label: Key, text: Phrase) -> FactView {
        FactView { label: self.words.get(label).to_owned(), text: Some(text), ..FactView::default() }
    }
}
