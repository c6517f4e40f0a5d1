//! When each site failed.

use core::time::Duration;
use std::collections::BTreeMap;

use super::{Blame, HistoryView, count};
use crate::explain::duration;
use crate::history::Outage;
use crate::order;
use crate::time::{Timestamp, millis};
use crate::url::Origin;
use crate::view::Phrase;
use crate::words::{Words, key};

/// When each site failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineView {
    /// The heading.
    pub title: String,
    /// When the timeline begins.
    pub start: Phrase,
    /// When it ends.
    pub end: Phrase,
    /// The kinds of bars that there are: each with its label.
    pub legend: Vec<(Blame, String)>,
    /// One row per site, at most [`HistoryView::MOST_SITES`], the one that failed longest first.
    pub sites: Vec<SiteView>,
    /// How many sites aren't in it; `None` if all are.
    pub others: Option<String>,
}

/// A site in the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteView {
    /// The host.
    pub host: String,
    /// The row in one sentence.
    pub text: String,
    /// The outages, oldest first: whose fault, then start and length in thousandths of the timeline. Each is at least
    /// [`SiteView::SHORTEST`] long, so that it can be seen. One that the bar before it covers, with the same fault, is
    /// left out.
    pub bars: Vec<(Blame, u64, u64)>,
}

impl SiteView {
    /// The shortest bar, in thousandths of the timeline.
    pub const SHORTEST: u64 = 4;
}

pub(super) fn timeline(shown: &[&Outage], now: Timestamp, words: &Words) -> Option<TimelineView> {
    let start = shown.iter().map(|outage| outage.start).min()?;
    let whole = now.since(start).as_millis().max(1);
    let share = |length: Duration| u64::try_from(length.as_millis().min(whole) * 1_000 / whole).unwrap_or(1_000);
    let mut sites: BTreeMap<&Origin, Vec<&Outage>> = BTreeMap::new();
    for outage in shown.iter().rev() {
        sites.entry(&outage.origin).or_default().push(outage);
    }
    let failing = |outages: &[&Outage]| -> Duration { outages.iter().map(|outage| outage.lasted()).sum() };
    let sites = order::by_number(sites, |(_, outages)| -millis(failing(outages)));
    let others = sites.len().saturating_sub(HistoryView::MOST_SITES);
    let site = |(origin, outages): (&Origin, Vec<&Outage>)| {
        let mut bars: Vec<(Blame, u64, u64)> = Vec::new();
        for outage in &outages {
            let length = share(outage.lasted()).max(SiteView::SHORTEST);
            let bar = (Blame::of(outage.suspect), share(outage.start.since(start)).min(1_000 - length), length);
            if bars.last().is_none_or(|last| last.0 != bar.0 || last.1 + last.2 < bar.1 + bar.2) {
                bars.push(bar);
            }
        }
        let (n, total) = (count(outages.len()), &duration(failing(&outages), words));
        SiteView { host: origin.without_https().to_owned(), text: words.format(key::history::Row { n, total }), bars }
    };
    let sites: Vec<_> = sites.into_iter().take(HistoryView::MOST_SITES).map(site).collect();
    let is_there = |blame: &Blame| sites.iter().flat_map(|site| &site.bars).any(|bar| bar.0 == *blame);
    let legend = Blame::ALL.into_iter().filter(is_there).map(|blame| (blame, words.get(blame.key()).to_owned()));
    Some(TimelineView {
        title: words.get(key::history::TIMELINE).to_owned(),
        start: Phrase::at("{time}", start),
        end: Phrase::at("{time}", now),
        legend: legend.collect(),
        sites,
        others: (others > 0).then(|| words.format(key::history::OtherSites { n: count(others) })),
    })
}
