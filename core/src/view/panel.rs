//! The panel in a failing page.

use core::time::Duration;
use std::borrow::Cow;

use serde::Serialize;

use super::case::{Case, Danger};
use super::{ChoiceView, ClueView, GlanceView, MoreView, Phrase, RowsView, StateView, ViewContext};
use crate::catalog::{self, Delivery};
use crate::diagnosis::Kind;
use crate::explain::{Audience, Explanation, explain, how_long};
use crate::fault::{self, Clue, Suspect, Verdict, judge};
use crate::outside::status_page::StatusText;
use crate::settings::PanelSize;
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
    pub size: PanelSize,
    /// The origin it's about: a view that comes late mustn't be drawn into another site's page.
    pub origin: String,
    /// The host of the page.
    pub host: String,
    /// What's seen first. Its buttons do no more than stop, go on or load this tab, because a page may trick the user into
    /// pressing them.
    pub glance: GlanceView,
    /// Everything else.
    pub details: DetailsView,
    /// The label of a button that copies, once the browser has refused to.
    pub refused: String,
    /// The texts of the panel's own controls.
    pub labels: PanelLabels,
}

/// What the panel has one click deeper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DetailsView {
    /// The label that opens it.
    pub label: String,
    /// The name of the failure; empty where the page itself is the danger.
    pub name: String,
    /// The name's language, where it isn't that of the texts: a code keeps the English name that Cloudflare's page shows.
    pub name_language: Option<&'static str>,
    /// What happened, in a sentence; empty likewise.
    pub cause: String,
    /// The heading of the evidence.
    pub evidence_label: String,
    /// The evidence that the page knows too, or could.
    pub evidence: Vec<ClueView>,
    /// The facts, the most important first.
    pub facts: Vec<FactView>,
    /// The labels of the choices that are offered in the extension's own page.
    pub offers: Vec<String>,
    /// The label of the button that hides the panel on this site; `None` where the page itself is the danger, and in private
    /// windows, about which nothing is stored.
    pub hide: Option<String>,
    /// What most people don't need; `None` where the page itself is the danger.
    pub more: Option<RowsView>,
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
    /// A note, such as how certain or how old it is.
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
        let case = self.case(watch, Some(tab))?;
        case.state()?;
        let verdict = self.verdict(watch, tab);
        let glance = case.glance(&verdict);
        let danger = case.danger();
        let say = |key: Key| self.words.get(key).to_owned();
        Some(PanelView {
            language: self.words.language().to_owned(),
            direction: self.words.direction(),
            size: match (diagnosis.kind, self.settings.panel_size(watch.origin())) {
                _ if danger.is_some() => PanelSize::Full,
                (_, Some(chosen)) => chosen,
                (Kind::Challenge, None) if !diagnosis.is_stuck_challenge() => PanelSize::Small,
                (Kind::WaitingRoom, None) => PanelSize::Small,
                (_, None) => PanelSize::Full,
            },
            origin: watch.origin().as_str().to_owned(),
            host: tab.url.host().to_owned(),
            details: self.details(&case, &verdict, watch, tab),
            refused: say(key::more::REPORT_REFUSED),
            labels: PanelLabels {
                region: say(if danger.is_some() { key::panel::WARNING_REGION } else { key::panel::REGION }),
                collapse: say(key::panel::COLLAPSE),
                expand: say(key::panel::EXPAND),
                close: say(if danger.is_some() { key::panel::DISMISS } else { key::panel::CLOSE }),
            },
            glance,
        })
    }

    fn details(&self, case: &Case<'_>, verdict: &Verdict, watch: &Watch, tab: &WatchedTab) -> DetailsView {
        let explanation = explain(&tab.diagnosis, self.words, Audience::Visitor);
        let (label, is_danger) = match case.danger() {
            None => (key::glance::details::LABEL, false),
            Some(Danger::Imitation) => (key::glance::details::IMITATION, true),
            Some(Danger::Warning) => (key::glance::details::WARNING, true),
        };
        let offers = case
            .choices()
            .into_iter()
            .filter(|view| !matches!(view.choice, Choice::ReloadNow { .. } | Choice::Stop | Choice::Resume));
        let mut evidence = verdict.clone();
        // Other tabs and the user's own questions aren't the page's business.
        evidence.evidence.retain(|found| found.clue.is_open_to_the_page());
        DetailsView {
            label: self.words.get(label).to_owned(),
            name: if is_danger { String::new() } else { explanation.name.clone() },
            name_language: tab
                .diagnosis
                .code
                .and_then(catalog::entry)
                .map(|_| ENGLISH.tag)
                .filter(|tag| *tag != self.words.language()),
            cause: if is_danger { String::new() } else { explanation.cause.clone() },
            evidence_label: self.words.get(key::more::EVIDENCE).to_owned(),
            evidence: self.evidence(&evidence),
            // Earlier outages are this browser's history, which isn't the page's business.
            facts: self.facts(case, &explanation, verdict, watch, tab, &[]),
            offers: offers.map(|view| view.label).collect(),
            hide: (!is_danger && !case.is_private).then(|| self.words.get(key::panel::HIDE).to_owned()),
            more: (!is_danger).then(|| self.rows()),
        }
    }

    /// The extension's own page about a tab; `None` if the watch doesn't hold the tab or has nothing to show.
    #[must_use]
    pub fn host_page(&self, watch: &Watch, tab: TabId) -> Option<HostPageView> {
        let tab = watch.tab(tab)?;
        let case = self.case(watch, Some(tab))?;
        let explanation = explain(&tab.diagnosis, self.words, Audience::Visitor);
        let verdict = self.verdict(watch, tab);
        Some(HostPageView {
            host: tab.url.host().to_owned(),
            headline: self.headline(&tab.diagnosis),
            cause: explanation.cause.clone(),
            state: case.state()?,
            attempt: self.attempt(watch),
            choices: case.choices(),
            facts: self.facts(&case, &explanation, &verdict, watch, tab, &self.world.past_outages),
            more: self.more(&verdict),
            report: self.report(watch, tab.id)?,
        })
    }

    /// The panel of a tab whose watch couldn't be stored: nothing will be checked.
    #[must_use]
    pub fn panel_unwatched(&self, watch: &Watch, tab: TabId) -> Option<PanelView> {
        let panel = self.panel(watch, tab)?;
        let state = self.case(watch, watch.tab(tab))?.not_stored();
        let glance = GlanceView { state: Some(state), choices: Vec::new(), ..panel.glance };
        let details = DetailsView { offers: Vec::new(), ..panel.details };
        Some(PanelView { glance, details, ..panel })
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
        case: &Case<'_>,
        explanation: &Explanation,
        verdict: &Verdict,
        watch: &Watch,
        tab: &WatchedTab,
        past_outages: &[Duration],
    ) -> Vec<FactView> {
        let mut facts = Vec::new();
        let danger = case.danger();
        if danger.is_none() && !case.is_asking() {
            facts.push(self.fault(verdict, watch));
        }
        if tab.method == Method::Other {
            // Until the edge answers, the page may be an imitation that received the form.
            let form = if case.is_confirmed() || danger.is_some() {
                &explanation.lost_form
            } else {
                self.words.get(key::received::form(Delivery::Perhaps))
            };
            facts.push(self.fact(key::label::FORM, Phrase::plain(form)));
        }
        if let Some(danger) = danger {
            let advice = match danger {
                Danger::Imitation => key::panel::IMITATION_DO,
                Danger::Warning => key::panel::WARNING_DO,
            };
            facts.push(self.fact(key::label::DO, Phrase::plain(self.words.get(advice))));
            return facts;
        }
        // Advice about the site, and how long its failure may last, doesn't matter until the device is back online.
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
        facts.push(self.status(verdict, watch, tab));
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
        let verdict = verdict.describe(self.words);
        // A site that's back waits for the user's click; it can be reached again.
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
        let trace = watch.trace();
        let status_page = world.status_page.as_ref();
        let second_look = world.findings.second_look.answer();
        let dns = world.findings.addresses.answer();
        // A verdict changes with the evidence, never with the clock alone.
        let seen = [
            Some(tab.seen_at),
            watch.offline_since(),
            status_page.map(|reading| reading.at),
            trace.map(|trace| trace.seen_at),
            second_look.map(|(_, at)| at),
            dns.map(|(_, at)| at),
            world.failures.iter().map(|failure| failure.at).max(),
        ];
        let now = seen.into_iter().flatten().max().unwrap_or(self.now).min(self.now);
        judge(&fault::Situation {
            connection: world.connection,
            offline_since: watch.offline_since(),
            status_page: status_page.map(Cow::Borrowed),
            others: &world.failures,
            trace,
            second_look: second_look.map(|(look, at)| (Cow::Borrowed(look), at)),
            dns: dns.map(|(lookup, at)| (Cow::Borrowed(lookup), at)),
            now,
            since: watch.since().unwrap_or(tab.seen_at),
            ..fault::Situation::of_page(tab.url.host(), &self.confirmed(watch, &tab.diagnosis), tab.seen_at)
        })
    }

    fn status(&self, verdict: &Verdict, watch: &Watch, tab: &WatchedTab) -> FactView {
        let trace = watch.trace().map(|trace| trace.value);
        let diagnosis = self.confirmed(watch, &tab.diagnosis);
        let status = StatusText::new(self.world.status_page.as_ref(), &diagnosis, trace, self.words);
        // On the worst days the first incident named a different service from the one that failed.
        let is_counted =
            |it: &&fault::DatedClue| it.clue == Clue::FreshIncident && verdict.suspect == Suspect::Cloudflare;
        let fresh = verdict.evidence.iter().find(is_counted);
        let fresh = fresh.map(|it| self.words.format(key::clue::FreshIncident { detail: &it.detail }));
        let text = self.words.join([fresh.unwrap_or(status.text), status.update.unwrap_or_default()]);
        let mut fact = self.fact(key::panel::STATUS, Phrase::plain(text));
        fact.note = status.at.map(|at| Phrase::at(self.words.get(key::panel::AS_OF), at));
        fact
    }

    fn fact(&self, label: Key, text: Phrase) -> FactView {
        FactView { label: self.words.get(label).to_owned(), text: Some(text), ..FactView::default() }
    }
}
