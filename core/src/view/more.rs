//! The end of the panel's details: the evidence, the questions to outside services, and the report.

use core::net::IpAddr;
use core::time::Duration;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Found, Phrase, Tone, ViewContext};
use crate::fault::Verdict;
use crate::outside::dns::{LookupOutcome, Placement};
use crate::outside::ranges::Ranges;
use crate::outside::second_look::{Seen, Summary};
use crate::outside::services::Service;
use crate::report::{Account, report};
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::watch::{TabId, Watch, WatchedTab};
use crate::words::{Key, key};

/// What the panel has at the end of its details: links to the extension's own page, and what can be copied.
///
/// The page can find every text of the panel, and it may trick the user into pressing anything. So questions are asked in the
/// extension's own page, and what the page doesn't know is shown only there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowsView {
    /// The heading.
    pub label: String,
    /// The label of the link to all the evidence.
    pub evidence: String,
    /// The questions that can be asked.
    pub questions: Vec<String>,
    /// Copies the report for the site's support: the label, and the label once it's done.
    pub report: (String, String),
    /// Copies the page for a report that it was misread: the label, and the label once it's done.
    pub misread: (String, String),
}

/// What the extension's own page has about a failing page, beyond its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MoreView {
    /// The heading of the evidence.
    pub evidence_label: String,
    /// The evidence for and against the verdict, the strongest first.
    pub evidence: Vec<ClueView>,
    /// What can be asked elsewhere.
    pub questions: Vec<QuestionView>,
    /// Copies the report for the site's support: the label, and the label once it's done. The text is made on demand:
    /// [`ViewContext::report`].
    pub report: (String, String),
    /// The label of the box that is ticked for a report with the visitor's own address, which is made when it is asked for.
    pub report_address: String,
    /// Copies the page for a report that it was misread: the label, and the label once it is done. The text itself is made
    /// when it is asked for.
    pub misread: (String, String),
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClueView {
    /// What is known.
    pub text: String,
    /// Where it comes from, and when.
    pub source: Phrase,
}

/// Something that can be asked elsewhere, when the user clicks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Whether the site answers from other continents.
    SecondLook,
    /// Whether there is an archived copy of the page.
    ArchivedCopy,
    /// Whether the site has a status page of its own.
    OwnStatusPage,
    /// What public DNS says about the site's name.
    Addresses,
}

/// One question, with its answer once there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionView {
    /// Which.
    pub question: Question,
    /// The question.
    pub label: String,
    /// Who is asked, and what is sent.
    pub says: String,
    /// The button that asks; `None` while waiting for the answer.
    pub button: Option<String>,
    /// Its progress, or what was found.
    pub text: Option<Phrase>,
    /// What was found.
    pub list: Vec<String>,
    /// What each place saw, with the mood that colours it.
    pub places: Vec<(Tone, String)>,
    /// Where to go.
    pub link: Option<LinkView>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Its label.
    pub label: Phrase,
    /// The address: https, or one of the extension's own pages.
    pub url: String,
}

impl Question {
    /// Every question, in the order in which they are offered.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The questions that the user's switches leave: at least one service of each may be asked.
    pub fn allowed(settings: &Settings) -> impl Iterator<Item = Self> {
        let is_allowed = |question: &Self| question.services().iter().any(|service| service.is_allowed(settings));
        Self::ALL.iter().copied().filter(is_allowed)
    }

    /// Who is asked.
    #[must_use]
    pub const fn services(self) -> &'static [Service] {
        match self {
            Self::SecondLook => &[Service::Globalping],
            Self::ArchivedCopy => &[Service::Archive],
            Self::OwnStatusPage => &[Service::OwnStatusPage],
            Self::Addresses => &[Service::CloudflareDns, Service::GoogleDns],
        }
    }

    /// The question and its button.
    const fn keys(self) -> (Key, Key) {
        use key::more::{addresses, archived_copy, own_status_page, second_look};
        match self {
            Self::SecondLook => (second_look::LABEL, second_look::ASK),
            Self::ArchivedCopy => (archived_copy::LABEL, archived_copy::ASK),
            Self::OwnStatusPage => (own_status_page::LABEL, own_status_page::ASK),
            Self::Addresses => (addresses::LABEL, addresses::ASK),
        }
    }
}

impl ViewContext<'_> {
    pub(super) fn rows(&self) -> RowsView {
        let say = |key: Key| self.words.get(key).to_owned();
        RowsView {
            label: say(key::more::LABEL),
            evidence: say(key::more::ALL_EVIDENCE),
            questions: Question::allowed(self.settings).map(|question| say(question.keys().0)).collect(),
            report: (say(key::more::REPORT), say(key::panel::COPIED)),
            misread: (say(key::more::MISREAD), say(key::panel::COPIED)),
        }
    }

    /// The evidence of a verdict in words.
    pub(super) fn evidence(&self, verdict: &Verdict) -> Vec<ClueView> {
        let clues = verdict.describe(self.words).evidence.into_iter().map(|clue| ClueView {
            text: clue.text,
            source: match clue.at {
                Some(at) => Phrase::at(self.words.format(key::more::SourceAt { source: &clue.source }), at),
                None => Phrase::plain(clue.source),
            },
        });
        clues.collect()
    }

    pub(super) fn more(&self, verdict: &Verdict) -> MoreView {
        let say = |key: Key| self.words.get(key).to_owned();
        MoreView {
            evidence_label: say(key::more::EVIDENCE),
            evidence: self.evidence(verdict),
            questions: Question::allowed(self.settings).map(|question| self.question(question)).collect(),
            report: (say(key::more::REPORT), say(key::panel::COPIED)),
            report_address: say(key::more::REPORT_ADDRESS),
            misread: (say(key::more::MISREAD), say(key::panel::COPIED)),
        }
    }

    fn question(&self, question: Question) -> QuestionView {
        let (label, ask) = question.keys();
        let findings = &self.world.findings;
        let view = QuestionView {
            question,
            label: self.words.get(label).to_owned(),
            says: self.words.get(self.says(question)).to_owned(),
            button: Some(self.words.get(ask).to_owned()),
            text: None,
            list: Vec::new(),
            places: Vec::new(),
            link: None,
        };
        match question {
            Question::SecondLook => self.answered(view, &findings.second_look, |view, look, at| {
                let key = match look.summary() {
                    Summary::FailsEverywhere => key::more::second_look::FAILS_EVERYWHERE,
                    Summary::WorksElsewhere => key::more::second_look::WORKS_ELSEWHERE,
                    Summary::Mixed => key::more::second_look::MIXED,
                    Summary::Unclear => key::more::second_look::UNCLEAR,
                };
                let tones = look.views.iter().map(|view| match view.seen {
                    Seen::Works { .. } => Tone::Back,
                    Seen::Fails { .. } => Tone::Warning,
                    Seen::EdgeOnly { .. } | Seen::NoAnswer | Seen::ProbeGone => Tone::Quiet,
                });
                let places = tones.zip(look.lines(self.words)).collect();
                QuestionView { text: Some(Phrase::at(self.words.get(key), at)), places, ..view }
            }),
            Question::ArchivedCopy => self.answered(view, &findings.archived_copy, |view, copy, at| match copy {
                None => {
                    QuestionView { text: Some(Phrase::at(self.words.get(key::more::archived_copy::NONE), at)), ..view }
                }
                Some(copy) => {
                    use key::more::archived_copy::{OPEN, OPEN_UNDATED};
                    let label = copy.at.map_or_else(
                        || Phrase::plain(self.words.get(OPEN_UNDATED)),
                        |made| Phrase::at(self.words.get(OPEN), made),
                    );
                    QuestionView { link: Some(LinkView { label, url: copy.url.clone() }), ..view }
                }
            }),
            Question::OwnStatusPage => self.answered(view, &findings.own_status_page, |view, url, at| match url {
                None => QuestionView {
                    text: Some(Phrase::at(self.words.get(key::more::own_status_page::NONE), at)),
                    ..view
                },
                Some(url) => {
                    QuestionView { link: Some(LinkView { label: Phrase::plain(url), url: url.clone() }), ..view }
                }
            }),
            Question::Addresses => self.answered(view, &findings.addresses, |view, lookup, at| {
                let key = match (lookup.outcome, lookup.placement(&Ranges::embedded())) {
                    (LookupOutcome::NoSuchName, _) => key::more::addresses::NO_SUCH_NAME,
                    (LookupOutcome::ServerFailure | LookupOutcome::Other, _) => key::more::addresses::SERVER_FAILURE,
                    (LookupOutcome::Exists, Placement::NoAddress) => key::more::addresses::NO_ADDRESS,
                    (LookupOutcome::Exists, Placement::Cloudflare) => key::more::addresses::CLOUDFLARE,
                    (LookupOutcome::Exists, Placement::Elsewhere) => key::more::addresses::ELSEWHERE,
                    (LookupOutcome::Exists, Placement::Mixed) => key::more::addresses::MIXED,
                };
                let list = lookup.addresses.iter().map(ToString::to_string).collect();
                QuestionView { text: Some(Phrase::at(self.words.get(key), at)), list, ..view }
            }),
        }
    }

    /// The sentence that says who is asked, and what; only services that the user allows are asked.
    fn says(&self, question: Question) -> Key {
        use key::more::{addresses, archived_copy, own_status_page, second_look};
        let is_allowed = |service: Service| service.is_allowed(self.settings);
        match question {
            Question::SecondLook => second_look::SAYS,
            Question::ArchivedCopy => archived_copy::SAYS,
            Question::OwnStatusPage => own_status_page::SAYS,
            Question::Addresses if !is_allowed(Service::GoogleDns) => addresses::SAYS_CLOUDFLARE,
            Question::Addresses if !is_allowed(Service::CloudflareDns) => addresses::SAYS_GOOGLE,
            Question::Addresses => addresses::SAYS,
        }
    }

    /// The view of a question in its current state.
    fn answered<T>(
        &self,
        view: QuestionView,
        found: &Found<T>,
        tell: impl FnOnce(QuestionView, &T, Timestamp) -> QuestionView,
    ) -> QuestionView {
        match found {
            Found::NotAsked => view,
            Found::Asking => {
                QuestionView { button: None, text: Some(Phrase::plain(self.words.get(key::more::ASKING))), ..view }
            }
            Found::Answer { found, at } => tell(view, found, *at),
            Found::Limited { until: Some(until), .. } => {
                // Browsers show times without seconds, so a time in the minute shown may be too early.
                let minute = until.after(Duration::from_secs(59));
                QuestionView { text: Some(Phrase::at(self.words.get(key::more::LIMITED_UNTIL), minute)), ..view }
            }
            Found::Limited { at, until: None } => {
                QuestionView { text: Some(Phrase::at(self.words.get(key::more::LIMITED), *at)), ..view }
            }
            Found::Unknown { at } => {
                QuestionView { text: Some(Phrase::at(self.words.get(key::more::UNKNOWN), *at)), ..view }
            }
        }
    }

    /// The report for the site's support. `None` if the watch doesn't hold the tab.
    #[must_use]
    pub fn report(&self, watch: &Watch, tab: TabId) -> Option<String> {
        let tab = watch.tabs().iter().find(|watched| watched.id == tab)?;
        Some(self.account(watch, tab, &self.verdict(watch, tab), None))
    }

    /// The report with the visitor's own address, which they ticked; an address that couldn't be found is shown as
    /// unknown. `None` if the watch doesn't hold the tab.
    #[must_use]
    pub fn report_with_address(&self, watch: &Watch, tab: TabId, address: Option<IpAddr>) -> Option<String> {
        let tab = watch.tab(tab)?;
        let address =
            address.map_or_else(|| self.words.get(key::report::UNKNOWN).to_owned(), |address| address.to_string());
        Some(self.account(watch, tab, &self.verdict(watch, tab), Some(&address)))
    }

    fn account(&self, watch: &Watch, tab: &WatchedTab, verdict: &Verdict, visitor_address: Option<&str>) -> String {
        let account = Account {
            url: &tab.url,
            diagnosis: &self.confirmed(watch, &tab.diagnosis),
            seen_at: tab.seen_at,
            utc_offset_minutes: self.world.utc_offset_minutes,
            attempts: watch.recent_attempts(),
            trace: watch.trace().map(|trace| trace.value),
            status_page: self.world.status_page.as_ref(),
            second_look: self.world.findings.second_look.answer(),
            verdict: Some(verdict),
            visitor_address,
        };
        report(&account, self.words).markdown()
    }
}
