//! What the panel keeps behind "More": the evidence, what can be asked elsewhere, and the report.

use core::net::IpAddr;
use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Found, Phrase, ViewContext};
use crate::fault::Verdict;
use crate::outside::dns::{Outcome, Placement};
use crate::outside::ranges::Ranges;
use crate::outside::second_look::{SecondLook, Seen, Summary};
use crate::outside::services::Service;
use crate::report::{Account, Format, report};
use crate::time::Timestamp;
use crate::watch::{TabId, Watch, WatchedTab};

/// What the panel has under "More": links to the extension's own page, and what can be copied.
///
/// The page can find every text of the panel, and it may trick the user into pressing anything. So questions are asked in the
/// extension's own page, and only there stands what the page doesn't know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowsView {
    /// The label that opens it.
    pub label: String,
    /// The heading of the evidence.
    pub evidence_label: String,
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
    /// The label that opens it.
    pub label: String,
    /// The heading of the evidence.
    pub evidence_label: String,
    /// What speaks for and against the verdict, the weightiest first.
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

/// Something that can be asked elsewhere, on the person's click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Whether the site answers from other continents.
    SecondLook,
    /// Whether there is an archived copy of the page.
    ArchivedCopy,
    /// Whether the site has a status page of its own.
    OwnStatusPage,
    /// What public DNS says of the site's name.
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
    /// The button that asks; `None` while the answer is awaited.
    pub button: Option<String>,
    /// How far it is, or what was found.
    pub text: Option<Phrase>,
    /// What was found, place by place.
    pub list: Vec<String>,
    /// Where to go.
    pub link: Option<LinkView>,
}

/// A link out of the browser's own pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// What it is called.
    pub label: String,
    /// The address; https.
    pub url: String,
}

impl Question {
    /// Every question, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::SecondLook, Self::ArchivedCopy, Self::OwnStatusPage, Self::Addresses];

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

    const fn id(self) -> &'static str {
        match self {
            Self::SecondLook => "second-look",
            Self::ArchivedCopy => "archived-copy",
            Self::OwnStatusPage => "own-status-page",
            Self::Addresses => "addresses",
        }
    }
}

impl ViewContext<'_> {
    pub(super) fn rows(&self) -> RowsView {
        let say = |key: &str| self.words.find(key).unwrap_or_default().to_owned();
        RowsView {
            label: say("more.label"),
            evidence_label: say("more.evidence"),
            questions: Question::ALL.iter().map(|question| say(&format!("more.{}.label", question.id()))).collect(),
            report: (say("more.report"), say("panel.copied")),
            misread: (say("more.misread"), say("panel.copied")),
        }
    }

    pub(super) fn more(&self, verdict: &Verdict) -> MoreView {
        let say = |key: &str| self.words.find(key).unwrap_or_default().to_owned();
        let evidence = verdict.tell(self.words).evidence.into_iter().map(|clue| ClueView {
            text: clue.text,
            source: match clue.at {
                Some(at) => Phrase::at(self.words.fill("more.source-at", &[("source", &clue.source)]), at),
                None => Phrase::plain(clue.source),
            },
        });
        MoreView {
            label: say("more.label"),
            evidence_label: say("more.evidence"),
            evidence: evidence.collect(),
            questions: Question::ALL.into_iter().map(|question| self.question(question)).collect(),
            report: (say("more.report"), say("panel.copied")),
            report_address: say("more.report-address"),
            misread: (say("more.misread"), say("panel.copied")),
        }
    }

    fn question(&self, question: Question) -> QuestionView {
        let id = question.id();
        let told = |part: &str| {
            let mut parts: Vec<_> = question
                .services()
                .iter()
                .filter_map(|service| self.words.find(&format!("service.{}.{part}", service.id())))
                .collect();
            parts.dedup();
            parts.join(", ")
        };
        let says = self.words.fill("more.says", &[("whom", &told("name")), ("sent", &told("sent"))]);
        let findings = &self.world.findings;
        let view = QuestionView {
            question,
            label: self.words.find(&format!("more.{id}.label")).unwrap_or_default().to_owned(),
            says,
            button: Some(self.words.find(&format!("more.{id}.ask")).unwrap_or_default().to_owned()),
            text: None,
            list: Vec::new(),
            link: None,
        };
        match question {
            Question::SecondLook => self.answered(view, &findings.second_look, |view, look, at| {
                let key = match look.summary() {
                    Summary::FailsEverywhere => "more.second-look.fails-everywhere",
                    Summary::WorksElsewhere => "more.second-look.works-elsewhere",
                    Summary::Mixed => "more.second-look.mixed",
                    Summary::Unclear => "more.second-look.unclear",
                };
                QuestionView { text: Some(Phrase::at(self.words.say(key), at)), list: self.places(look), ..view }
            }),
            Question::ArchivedCopy => self.answered(view, &findings.archived_copy, |view, copy, at| match copy {
                None => QuestionView { text: Some(Phrase::at(self.words.say("more.archived-copy.none"), at)), ..view },
                Some(copy) => {
                    let date = copy.at.map_or_else(String::new, |made| made.to_string().chars().take(10).collect());
                    let label = self.words.fill("more.archived-copy.open", &[("date", &date)]);
                    QuestionView { link: Some(LinkView { label, url: copy.url.clone() }), ..view }
                }
            }),
            Question::OwnStatusPage => self.answered(view, &findings.own_status_page, |view, url, at| match url {
                None => {
                    QuestionView { text: Some(Phrase::at(self.words.say("more.own-status-page.none"), at)), ..view }
                }
                Some(url) => QuestionView { link: Some(LinkView { label: url.clone(), url: url.clone() }), ..view },
            }),
            Question::Addresses => self.answered(view, &findings.addresses, |view, lookup, at| {
                let key = match (lookup.outcome, lookup.placement(&Ranges::embedded())) {
                    (Outcome::NoSuchName, _) => "more.addresses.no-such-name",
                    (Outcome::ServerFailure | Outcome::Other, _) => "more.addresses.server-failure",
                    (Outcome::Exists, Placement::NoAddress) => "more.addresses.no-address",
                    (Outcome::Exists, Placement::Cloudflare) => "more.addresses.cloudflare",
                    (Outcome::Exists, Placement::Elsewhere) => "more.addresses.elsewhere",
                    (Outcome::Exists, Placement::Mixed) => "more.addresses.mixed",
                };
                let list = lookup.addresses.iter().map(ToString::to_string).collect();
                QuestionView { text: Some(Phrase::at(self.words.say(key), at)), list, ..view }
            }),
        }
    }

    /// The view of a question as far as it has come.
    fn answered<T>(
        &self,
        view: QuestionView,
        found: &Found<T>,
        tell: impl FnOnce(QuestionView, &T, Timestamp) -> QuestionView,
    ) -> QuestionView {
        match found {
            Found::NotAsked => view,
            Found::Asking => {
                QuestionView { button: None, text: Some(Phrase::plain(self.words.say("more.asking"))), ..view }
            }
            Found::Answer { found, at } => tell(view, found, *at),
            Found::Limited { until: Some(until), .. } => {
                // Browsers write the minute that has begun; to ask within it may be too early.
                let minute = until.after(Duration::from_secs(59));
                QuestionView { text: Some(Phrase::at(self.words.say("more.limited-until"), minute)), ..view }
            }
            Found::Limited { at, until: None } => {
                QuestionView { text: Some(Phrase::at(self.words.say("more.limited"), *at)), ..view }
            }
            Found::Unknown { at } => {
                QuestionView { text: Some(Phrase::at(self.words.say("more.unknown"), *at)), ..view }
            }
        }
    }

    /// One line for each place that looked.
    fn places(&self, look: &SecondLook) -> Vec<String> {
        look.views
            .iter()
            .map(|view| {
                let status;
                let (key, shown) = match view.seen {
                    Seen::Works { status: seen } => {
                        status = seen.to_string();
                        ("more.place.works", status.as_str())
                    }
                    Seen::Fails { code, status: seen } => {
                        status = code.map_or_else(|| seen.to_string(), |code| code.to_string());
                        ("more.place.fails", status.as_str())
                    }
                    Seen::EdgeOnly { status: seen } => {
                        status = seen.to_string();
                        ("more.place.edge-only", status.as_str())
                    }
                    Seen::NoAnswer => ("more.place.no-answer", ""),
                    Seen::ProbeGone => ("more.place.gone", ""),
                };
                let edge = view.data_centre.map_or_else(String::new, |edge| format!(" · {edge}"));
                let seen = self.words.fill(key, &[("status", shown)]);
                format!("{}, {}: {seen}{edge}", view.city, view.country)
            })
            .collect()
    }

    /// The report for the site's support. `None` if the watch doesn't hold the tab.
    #[must_use]
    pub fn report(&self, watch: &Watch, tab: TabId) -> Option<String> {
        let tab = watch.tabs().iter().find(|watched| watched.id == tab)?;
        Some(self.account(watch, tab, &self.verdict(watch, tab), None))
    }

    /// The report with the visitor's own address, which they ticked; one that could not be found is told as unknown. `None` if
    /// the watch does not hold the tab.
    #[must_use]
    pub fn report_with_address(&self, watch: &Watch, tab: TabId, address: Option<IpAddr>) -> Option<String> {
        let tab = watch.tab(tab)?;
        let address =
            address.map_or_else(|| self.words.say("report.unknown").to_owned(), |address| address.to_string());
        Some(self.account(watch, tab, &self.verdict(watch, tab), Some(&address)))
    }

    fn account(&self, watch: &Watch, tab: &WatchedTab, verdict: &Verdict, visitor_address: Option<&str>) -> String {
        let account = Account {
            url: &tab.url,
            diagnosis: &tab.diagnosis,
            seen_at: tab.seen_at,
            utc_offset_minutes: self.world.utc_offset_minutes,
            attempts: &self.world.attempts,
            trace: watch.trace().map(|trace| trace.value),
            status_page: self.world.status_page.as_ref(),
            second_look: self.world.findings.second_look.answer(),
            verdict: Some(verdict),
            visitor_address,
        };
        report(&account, Format::Markdown, self.words)
    }
}
