//! The history page: outages of every site.

use core::time::Duration;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Phrase;
use crate::explain::duration;
use crate::history::{Attempt, Outage, outages};
use crate::time::Timestamp;
use crate::url::Origin;
use crate::words::{Words, key};

/// The history page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView {
    /// The heading.
    pub title: String,
    /// What the page shows and keeps.
    pub note: String,
    /// The label of the field that filters by site.
    pub filter: String,
    /// Numbers about what's shown: each with its label.
    pub figures: Vec<FigureView>,
    /// The timeline, the site with the most time failing first; `None` if nothing is shown.
    pub timeline: Option<TimelineView>,
    /// The headings of the table's columns.
    pub head: Vec<String>,
    /// The outages, newest first.
    pub rows: Vec<OutageView>,
    /// The sentence in the table's place if nothing is shown.
    pub empty: Option<String>,
    /// The sentence that older outages aren't listed, if there are more than [`HistoryView::MOST_ROWS`].
    pub more: Option<String>,
    /// The buttons' labels: export as CSV, export as JSON, delete what's shown.
    pub labels: HistoryLabels,
}

/// The labels of the history page's buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryLabels {
    /// Export as CSV.
    pub csv: String,
    /// Export as JSON.
    pub json: String,
    /// Delete the shown sites' history.
    pub delete: String,
}

/// A number with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureView {
    /// The label.
    pub label: String,
    /// The number, written out.
    pub value: String,
}

/// When each site failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineView {
    /// The heading.
    pub title: String,
    /// When the timeline begins.
    pub start: Phrase,
    /// When it ends.
    pub end: Phrase,
    /// One row per site, at most [`HistoryView::MOST_SITES`].
    pub sites: Vec<SiteView>,
}

/// A site in the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteView {
    /// The host.
    pub host: String,
    /// The row in one sentence, for screen readers.
    pub text: String,
    /// The outages as a beginning and a length, in thousandths of the timeline; each at least 4 long, so that it can be seen.
    pub bars: Vec<(u16, u16)>,
}

/// An outage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutageView {
    /// The host.
    pub host: String,
    /// When it began.
    pub start: Phrase,
    /// How long it lasted, as far as is known.
    pub lasted: String,
    /// The codes shown.
    pub codes: String,
    /// The number of checks.
    pub checks: String,
}

/// The attempts of every site, oldest first.
pub type Past = BTreeMap<Origin, Vec<Attempt>>;

impl HistoryView {
    /// The most outages to list.
    pub const MOST_ROWS: usize = 200;
    /// The most sites in the timeline.
    pub const MOST_SITES: usize = 8;
    /// The shortest bar, in thousandths of the timeline.
    const SHORTEST_BAR: u16 = 4;

    /// The page for the sites whose host contains `filter`, in upper or lower case.
    #[must_use]
    pub fn new(past: &Past, filter: &str, now: Timestamp, words: &Words) -> Self {
        use key::history as text;
        let get = |key| words.get(key).to_owned();
        let shown = shown(past, filter);
        let mut all: Vec<(&Origin, &Outage)> =
            shown.iter().flat_map(|(origin, outages)| outages.iter().map(move |it| (*origin, it))).collect();
        all.sort_by_key(|(_, outage)| core::cmp::Reverse(outage.start));
        let mut ended: Vec<Duration> =
            all.iter().filter(|(_, it)| it.end.is_some()).map(|(_, outage)| outage.lasted()).collect();
        ended.sort_unstable();
        let length = |length: Option<&Duration>| length.map_or_else(|| get(text::UNKNOWN), |it| duration(*it, words));
        let figures = vec![
            FigureView { label: get(text::INCIDENTS), value: all.len().to_string() },
            FigureView {
                label: get(text::SITES),
                value: shown.iter().filter(|it| !it.1.is_empty()).count().to_string(),
            },
            FigureView { label: get(text::TYPICAL), value: length(ended.get(ended.len().saturating_sub(1) / 2)) },
            FigureView { label: get(text::LONGEST), value: length(ended.last()) },
        ];
        let rows = all.iter().take(Self::MOST_ROWS).map(|(origin, outage)| row(origin, outage, words)).collect();
        let hidden = all.len().saturating_sub(Self::MOST_ROWS);
        Self {
            title: get(text::TITLE),
            note: get(text::NOTE),
            filter: get(text::FILTER),
            figures,
            timeline: timeline(&shown, now, words),
            head: [text::SITE, text::START, text::LASTED, text::CODES, text::CHECKS].map(get).to_vec(),
            rows,
            empty: all.is_empty().then(|| get(if filter.trim().is_empty() { text::EMPTY } else { text::NO_MATCH })),
            more: (hidden > 0).then(|| words.format(text::More { n: u64::try_from(hidden).unwrap_or(u64::MAX) })),
            labels: HistoryLabels { csv: get(text::CSV), json: get(text::JSON), delete: get(text::DELETE) },
        }
    }
}

/// The outages of the sites whose host contains the filter.
fn shown<'a>(past: &'a Past, filter: &str) -> Vec<(&'a Origin, Vec<Outage>)> {
    sites(past, filter).map(|(origin, attempts)| (origin, outages(attempts))).collect()
}

/// The sites whose host contains the filter, in upper or lower case.
pub fn sites<'a>(past: &'a Past, filter: &str) -> impl Iterator<Item = (&'a Origin, &'a Vec<Attempt>)> {
    let filter = filter.trim().to_lowercase();
    past.iter().filter(move |(origin, _)| origin.as_str().contains(&filter))
}

pub(super) fn row(origin: &Origin, outage: &Outage, words: &Words) -> OutageView {
    let codes: Vec<_> = outage.codes.iter().map(ToString::to_string).collect();
    let lasted = duration(outage.lasted(), words);
    OutageView {
        host: host(origin),
        start: Phrase::at("{time}", outage.start),
        lasted: match outage.end {
            Some(_) => lasted,
            None if outage.lasted().is_zero() => words.get(key::history::UNKNOWN).to_owned(),
            None => words.format(key::history::AtLeast { lasted: &lasted }),
        },
        codes: words.list(codes),
        checks: outage.attempts.to_string(),
    }
}

/// The origin without its scheme if that's `https`.
fn host(origin: &Origin) -> String {
    origin.as_str().strip_prefix("https://").unwrap_or(origin.as_str()).to_owned()
}

fn timeline(shown: &[(&Origin, Vec<Outage>)], now: Timestamp, words: &Words) -> Option<TimelineView> {
    let start = shown.iter().flat_map(|(_, outages)| outages).map(|outage| outage.start).min()?;
    let whole = now.since(start).as_millis().max(1);
    let share = |length: Duration| u16::try_from(length.as_millis().min(whole) * 1_000 / whole).unwrap_or(1_000);
    let mut sites: Vec<_> = shown.iter().filter(|(_, outages)| !outages.is_empty()).collect();
    let failing = |outages: &[Outage]| -> Duration { outages.iter().map(Outage::lasted).sum() };
    sites.sort_by_key(|(_, outages)| core::cmp::Reverse(failing(outages)));
    let site = |(origin, outages): &(&Origin, Vec<Outage>)| SiteView {
        host: host(origin),
        text: words.format(key::history::Row {
            n: u64::try_from(outages.len()).unwrap_or(u64::MAX),
            host: &host(origin),
            total: &duration(failing(outages), words),
        }),
        bars: outages
            .iter()
            .map(|outage| {
                let length = share(outage.lasted()).max(HistoryView::SHORTEST_BAR);
                (share(outage.start.since(start)).min(1_000 - length), length)
            })
            .collect(),
    };
    Some(TimelineView {
        title: words.get(key::history::TIMELINE).to_owned(),
        start: Phrase::at("{time}", start),
        end: Phrase::at("{time}", now),
        sites: sites.into_iter().take(HistoryView::MOST_SITES).map(site).collect(),
    })
}

/// An outage for other programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportedOutage {
    /// The site's origin.
    pub site: String,
    /// When it began, in RFC 3339.
    pub start: String,
    /// When it ended, in RFC 3339; `null` if that wasn't seen.
    pub end: Option<String>,
    /// How long it lasted at least, in seconds.
    pub seconds: u64,
    /// The codes shown.
    pub codes: Vec<u16>,
    /// The number of checks.
    pub checks: u32,
}

/// The outages of the sites whose host contains `filter`, by site and time.
#[must_use]
pub fn export(past: &Past, filter: &str) -> Vec<ExportedOutage> {
    let exported = |origin: &Origin, outage: Outage| ExportedOutage {
        site: origin.as_str().to_owned(),
        start: outage.start.to_string(),
        end: outage.end.map(|end| end.to_string()),
        seconds: outage.lasted().as_secs(),
        codes: outage.codes.iter().map(|code| code.number()).collect(),
        checks: outage.attempts,
    };
    let all = shown(past, filter).into_iter();
    all.flat_map(|(origin, outages)| outages.into_iter().map(move |outage| exported(origin, outage))).collect()
}

/// The same as CSV with a head. Only the site may need its quotation marks, and no origin contains one.
#[must_use]
pub fn export_csv(past: &Past, filter: &str) -> String {
    let mut csv = "site,start,end,seconds,codes,checks\r\n".to_owned();
    for ExportedOutage { site, start, end, seconds, codes, checks } in export(past, filter) {
        let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
        let line = [
            format!("\"{site}\""),
            start,
            end.unwrap_or_default(),
            seconds.to_string(),
            codes.join(" "),
            checks.to_string(),
        ];
        csv += &(line.join(",") + "\r\n");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{AttemptResult, By, Reason};

    fn past() -> Past {
        let at = |minute: i64, result| Attempt {
            at: Timestamp::from_unix_millis(1_790_000_000_000 + minute * 60_000),
            by: By::Probe,
            reason: Reason::Schedule,
            result,
        };
        let failing = |code: &str| AttemptResult::Failing { code: code.parse().ok() };
        let origin = |text: &str| Origin::try_from(text.to_owned()).unwrap();
        Past::from([
            (
                origin("https://shop.example"),
                vec![at(0, failing("522")), at(10, AttemptResult::Recovered), at(600, failing("521"))],
            ),
            (origin("http://blog.example:8080"), vec![at(5, failing("1020")), at(65, AttemptResult::Recovered)]),
        ])
    }

    fn view(filter: &str) -> HistoryView {
        let now = Timestamp::from_unix_millis(1_790_000_000_000 + 1_000 * 60_000);
        HistoryView::new(&past(), filter, now, &Words::english().unwrap())
    }

    #[test]
    fn incidents_are_listed_newest_first_with_their_figures() {
        let view = view("");
        let hosts: Vec<_> =
            view.rows.iter().map(|row| (row.host.as_str(), row.codes.as_str(), row.lasted.as_str())).collect();
        assert_eq!(
            hosts,
            [
                ("shop.example", "521", "unknown"),
                ("http://blog.example:8080", "1020", "60 minutes"),
                ("shop.example", "522", "10 minutes")
            ]
        );
        let values: Vec<_> = view.figures.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values, ["3", "2", "10 minutes", "60 minutes"]);
        assert_eq!((view.empty, view.more), (None, None));
    }

    #[test]
    fn bars_stay_within_the_timeline_and_can_be_seen() {
        let timeline = view("").timeline.unwrap();
        assert_eq!(timeline.sites[0].host, "http://blog.example:8080");
        for (start, length) in timeline.sites.iter().flat_map(|site| &site.bars) {
            assert!(*length >= 4 && start + length <= 1_000, "{start} {length}");
        }
    }

    #[test]
    fn the_filter_ignores_case_and_says_if_nothing_matches() {
        assert_eq!(view(" SHOP").rows.len(), 2);
        let none = view("nowhere");
        assert!(none.rows.is_empty() && none.timeline.is_none() && none.empty.is_some());
    }

    #[test]
    fn an_export_has_what_is_shown() {
        assert_eq!(
            export_csv(&past(), "blog"),
            "site,start,end,seconds,codes,checks\r\n\"http://blog.example:8080\",2026-09-21T14:18:20Z,2026-09-21T15:18:20Z,3600,1020,2\r\n"
        );
        assert_eq!(export(&past(), "").len(), 3);
    }
}
