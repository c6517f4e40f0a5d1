//! Outages counted: by code, by data centre, and by the time to recovery.

use core::time::Duration;
use std::collections::BTreeMap;

use super::{city, count};
use crate::history::Outage;
use crate::order;
use crate::words::{Words, key};

/// Numbers drawn as bars, one per line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotView {
    /// The heading.
    pub title: String,
    /// The bars.
    pub bars: Vec<BarView>,
}

/// A number drawn as a bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarView {
    /// What's counted.
    pub label: String,
    /// The number, written out.
    pub number: String,
    /// The bar's length, in thousandths of the longest; 0 for none.
    pub length: u64,
}

/// The most bars of a plot.
const MOST_BARS: usize = 6;

/// The upper bounds of the groups by time to recovery.
const WITHIN: [Duration; 4] =
    [Duration::from_mins(5), Duration::from_mins(15), Duration::from_hours(1), Duration::from_hours(6)];

pub(super) fn plots(shown: &[&Outage], words: &Words) -> Vec<PlotView> {
    if shown.is_empty() {
        return Vec::new();
    }
    let get = |key| words.get(key).to_owned();
    let mut codes: BTreeMap<_, u64> = BTreeMap::new();
    let mut centres: BTreeMap<_, u64> = BTreeMap::new();
    for outage in shown {
        for code in &outage.codes {
            *codes.entry(Some(*code)).or_default() += 1;
        }
        if outage.codes.is_empty() {
            *codes.entry(None).or_default() += 1;
        }
        *centres.entry(outage.data_centre).or_default() += 1;
    }
    let codes = codes
        .into_iter()
        .map(|(code, number)| (code.map_or_else(|| get(key::history::NO_CODE), |code| code.to_string()), number));
    let centres = centres
        .into_iter()
        .map(|(iata, number)| (iata.map_or_else(|| get(key::history::UNKNOWN), |it| city(it, words)), number));
    vec![
        PlotView { title: get(key::history::BY_CODE), bars: most(codes, words) },
        PlotView { title: get(key::history::BY_CENTRE), bars: most(centres, words) },
        PlotView { title: get(key::history::TO_RECOVERY), bars: bars(to_recovery(shown, words), words) },
    ]
}

/// The number of outages for each time to recovery, shortest first; last, those whose recovery wasn't seen.
fn to_recovery(shown: &[&Outage], words: &Words) -> Vec<(String, u64)> {
    use key::history::within;
    let labels =
        [within::FIVE_MINUTES, within::QUARTER, within::HOUR, within::SIX_HOURS, within::LONGER, within::NOT_SEEN];
    let mut numbers = [0; 6];
    for outage in shown {
        let at = match outage.end {
            Some(_) => WITHIN.iter().take_while(|end| outage.lasted() >= **end).count(),
            None => WITHIN.len() + 1,
        };
        if let Some(number) = numbers.get_mut(at) {
            *number += 1;
        }
    }
    labels.into_iter().map(|label| words.get(label).to_owned()).zip(numbers).collect()
}

/// The bars of the largest numbers. Equal numbers keep their order.
fn most(numbers: impl Iterator<Item = (String, u64)>, words: &Words) -> Vec<BarView> {
    let mut numbers = order::by_number(numbers, |(_, number)| -i64::try_from(*number).unwrap_or(i64::MAX));
    let others = numbers.len().saturating_sub(MOST_BARS);
    numbers.truncate(MOST_BARS);
    let mut bars = bars(numbers, words);
    if others > 0 {
        let label = words.format(key::history::Others { n: count(others) });
        bars.push(BarView { label, number: String::new(), length: 0 });
    }
    bars
}

fn bars(numbers: Vec<(String, u64)>, words: &Words) -> Vec<BarView> {
    let longest = numbers.iter().map(|(_, number)| *number).max().unwrap_or_default().max(1);
    let bar = |(label, number)| BarView { label, number: words.number(number), length: number * 1_000 / longest };
    numbers.into_iter().map(bar).collect()
}
