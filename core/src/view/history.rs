//! The history page: the outages of every site, filtered, counted and drawn.

mod export;
mod filter;
mod plot;
mod timeline;

use core::time::Duration;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Phrase;
use crate::data_centre;
use crate::explain::duration;
use crate::history::{Outage, OutageId, outage_durations};
use crate::order;
use crate::time::Timestamp;
use crate::url::Origin;
use crate::words::{Words, key};

pub use export::{ExportedOutage, export, export_csv};
pub use filter::{Blame, HistoryFilter, Period};
pub use plot::{BarView, PlotView};
pub use timeline::{SiteView, TimelineView};

/// The history page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryView {
    /// The heading.
    pub title: String,
    /// What the page shows, and how long it's kept.
    pub note: String,
    /// The label of the field to search in.
    pub search: String,
    /// The filter by whose fault it was: its label and options.
    pub blames: (String, Vec<OptionView<Option<Blame>>>),
    /// The filter by period: its label and options.
    pub periods: (String, Vec<OptionView<Period>>),
    /// Numbers about the outages shown.
    pub figures: Vec<FigureView>,
    /// The timeline, the site with the most time failing first; `None` if nothing is shown.
    pub timeline: Option<TimelineView>,
    /// By code, by data centre, and the time to recovery; empty if nothing is shown.
    pub plots: Vec<PlotView>,
    /// The heading of the table.
    pub table: String,
    /// The headings of the table's columns.
    pub head: Vec<String>,
    /// The outages, newest first.
    pub rows: Vec<OutageView>,
    /// How many of those shown are listed; if nothing is shown, a sentence in place of the table.
    pub count: String,
    /// The label of the button that lists more; `None` if all are listed.
    pub more: Option<String>,
    /// The labels of the buttons that save and delete; `None` if nothing is shown.
    pub labels: Option<HistoryLabels>,
    /// The question before something is deleted.
    pub question: Option<DeletionView>,
}

/// The labels of the history page's buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLabels {
    /// Save as CSV.
    pub csv: String,
    /// Save as JSON.
    pub json: String,
    /// Delete what's shown.
    pub delete: String,
}

/// An option of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView<T> {
    /// Its value.
    pub value: T,
    /// The label.
    pub label: String,
    /// Whether it's chosen.
    pub is_on: bool,
}

/// A number with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureView {
    /// The label.
    pub label: String,
    /// The number, written out.
    pub value: String,
}

/// An outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageView {
    /// Its identity.
    pub id: OutageId,
    /// The host.
    pub host: String,
    /// When it began.
    pub start: Phrase,
    /// When it ended, or that this isn't known.
    pub end: Phrase,
    /// How long it lasted, as far as is known.
    pub lasted: String,
    /// The codes shown.
    pub codes: String,
    /// Whose fault it was.
    pub blame: String,
    /// The data centre.
    pub data_centre: String,
    /// The number of checks.
    pub checks: String,
    /// The label of the button that deletes it.
    pub delete: String,
}

/// What the user wants to delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deletion {
    /// One outage.
    Outage(OutageId),
    /// Every outage of a site.
    Site(Origin),
    /// Everything that the filter shows.
    Shown,
}

/// The question before something is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionView {
    /// What the user asked to delete: an outage, whose row shows the question, or [`Deletion::Shown`].
    pub about: Deletion,
    /// The question.
    pub question: String,
    /// The buttons that delete: each label, and what it deletes.
    pub buttons: Vec<(String, Deletion)>,
    /// The label of the button that cancels.
    pub keep: String,
}

/// What the user has chosen on the page.
#[derive(Clone, Debug)]
pub struct HistoryChoice {
    /// The filter.
    pub filter: HistoryFilter,
    /// The most outages to list.
    pub rows: usize,
    /// What they've asked to delete and not yet confirmed.
    pub asked: Option<Deletion>,
}

impl Default for HistoryChoice {
    fn default() -> Self {
        Self { filter: HistoryFilter::default(), rows: HistoryView::ROWS, asked: None }
    }
}

impl HistoryView {
    /// The number of outages listed at first, and added by the button that lists more.
    pub const ROWS: usize = 50;
    /// The most sites in the timeline.
    pub const MOST_SITES: usize = 8;

    /// The page for these outages, which are kept for `days` days.
    #[must_use]
    pub fn new(outages: &[Outage], choice: &HistoryChoice, days: u32, now: Timestamp, words: &Words) -> Self {
        use key::history as text;
        let get = |key| words.get(key).to_owned();
        let shown = choice.filter.shown(outages, now, words);
        let rows: Vec<_> = shown.iter().take(choice.rows).map(|outage| row(outage, words)).collect();
        let (listed, all) = (words.number(count(rows.len())), count(shown.len()));
        Self {
            title: get(text::TITLE),
            note: match days {
                0 => get(text::NOT_KEPT),
                days => words.format(text::Note { n: days.into() }),
            },
            search: get(text::SEARCH),
            blames: (get(text::WHOSE), choice.filter.blames(words)),
            periods: (get(text::PERIOD), choice.filter.periods(words)),
            figures: if shown.is_empty() { Vec::new() } else { figures(&shown, words) },
            timeline: timeline::timeline(&shown, now, words),
            plots: plot::plots(&shown, words),
            table: get(text::TABLE),
            head: [
                text::SITE,
                text::START,
                text::END,
                text::LASTED,
                text::CODES,
                text::WHOSE,
                text::CENTRE,
                text::CHECKS,
                text::DELETE,
            ]
            .map(get)
            .to_vec(),
            count: match all {
                0 if outages.is_empty() => get(text::EMPTY),
                0 => get(text::NO_MATCH),
                n => words.format(text::Count { n, listed: &listed }),
            },
            more: (shown.len() > rows.len()).then(|| get(text::MORE)),
            labels: (!shown.is_empty()).then(|| HistoryLabels {
                csv: get(text::CSV),
                json: get(text::JSON),
                delete: get(text::DELETE_SHOWN),
            }),
            question: choice.asked.as_ref().and_then(|asked| question(outages, shown.len(), asked, words)),
            rows,
        }
    }
}

/// The outages that a deletion removes.
#[must_use]
pub fn concerned<'a>(
    outages: &'a [Outage],
    deletion: &Deletion,
    filter: &HistoryFilter,
    now: Timestamp,
    words: &Words,
) -> Vec<&'a Outage> {
    match deletion {
        Deletion::Outage(id) => outages.iter().filter(|it| it.origin == id.origin && it.start == id.start).collect(),
        Deletion::Site(origin) => outages.iter().filter(|it| it.origin == *origin).collect(),
        Deletion::Shown => filter.shown(outages, now, words),
    }
}

fn question(outages: &[Outage], shown: usize, asked: &Deletion, words: &Words) -> Option<DeletionView> {
    use key::history as text;
    if shown == 0 {
        return None;
    }
    let buttons = match asked {
        Deletion::Shown => vec![(words.format(text::DeleteNumber { n: count(shown) }), Deletion::Shown)],
        Deletion::Outage(OutageId { origin, .. }) | Deletion::Site(origin) => {
            let all = outages.iter().filter(|outage| outage.origin == *origin).count();
            let one = (words.get(text::DELETE_ONE).to_owned(), asked.clone());
            let site = words.format(text::DeleteSite { n: count(all), host: origin.without_https() });
            let site = (all > 1).then(|| (site, Deletion::Site(origin.clone())));
            [one].into_iter().chain(site).collect()
        }
    };
    let get = |key| words.get(key).to_owned();
    Some(DeletionView { about: asked.clone(), question: get(text::ASK), buttons, keep: get(text::KEEP) })
}

fn figures(shown: &[&Outage], words: &Words) -> Vec<FigureView> {
    use key::history as text;
    let sites: BTreeSet<_> = shown.iter().map(|outage| &outage.origin).collect();
    let ended = order::median_and_longest(&outage_durations(shown.iter().copied()));
    let length = |length: Option<Duration>| {
        length.map_or_else(|| words.get(text::UNKNOWN).to_owned(), |length| duration(length, words))
    };
    let figure = |label, value| FigureView { label: words.get(label).to_owned(), value };
    vec![
        figure(text::INCIDENTS, words.number(count(shown.len()))),
        figure(text::SITES, words.number(count(sites.len()))),
        figure(text::TYPICAL, length(ended.map(|(median, _)| median))),
        figure(text::LONGEST, length(ended.map(|(_, longest)| longest))),
    ]
}

pub(super) fn row(outage: &Outage, words: &Words) -> OutageView {
    let host = outage.origin.without_https();
    let codes: Vec<_> = outage.codes.iter().map(ToString::to_string).collect();
    let lasted = duration(outage.lasted(), words);
    let unknown = || words.get(key::history::UNKNOWN).to_owned();
    OutageView {
        id: outage.id(),
        start: Phrase::at("{time}", outage.start),
        end: outage.end.map_or_else(|| Phrase::plain(unknown()), |end| Phrase::at("{time}", end)),
        lasted: match outage.end {
            Some(_) => lasted,
            None if outage.lasted().is_zero() => unknown(),
            None => words.format(key::history::AtLeast { lasted: &lasted }),
        },
        codes: if codes.is_empty() { words.get(key::label::NONE).to_owned() } else { words.list(codes) },
        blame: words.get(Blame::of(outage.suspect).key()).to_owned(),
        data_centre: outage.data_centre.map_or_else(unknown, |iata| city(iata, words)),
        checks: words.number(outage.attempts.into()),
        delete: words.format(key::history::DeleteOf { host }),
        host: host.to_owned(),
    }
}

/// A data centre's city, or its code if the table doesn't list it.
fn city(iata: data_centre::Iata, words: &Words) -> String {
    words.city(iata).map_or_else(|| iata.to_string(), str::to_owned)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
