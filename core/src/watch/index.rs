//! An index of the watches: the little that's needed to find the ones an event concerns without reading them all.
//!
//! A hostile site can make as many watches as it has names. So no event reads or writes more than the index and the watches
//! that are due, one alarm serves them all, and the watches that no tab needs are few.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Phase, TabId, Watch};
use crate::order;
use crate::time::Timestamp;

/// What's needed of each watch, by the watch's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Index(BTreeMap<String, Entry>);

/// What's needed of one watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// When the watch must be stepped.
    due: Timestamp,
    /// When it was last stepped.
    seen: Timestamp,
    /// The tabs it holds.
    tabs: Vec<TabId>,
    /// Whether nothing but a floor and a budget is lost if it's dropped.
    is_idle: bool,
    /// What its host is counted under; see [`domain`].
    domain: String,
}

impl Index {
    /// How many due watches are stepped at once; each may send a request. Own.
    pub const MOST_AT_ONCE: usize = 10;
    /// How many watches without a tab are kept, and how many of one registrable domain. Own.
    pub const MOST_IDLE: usize = 64;
    /// See [`Self::MOST_IDLE`].
    pub const MOST_IDLE_OF_DOMAIN: usize = 8;

    /// Notes a watch's state after a step. One that needs no alarm is left out.
    pub fn put(&mut self, key: &str, watch: &Watch, now: Timestamp) {
        let Some(due) = watch.alarm_at() else {
            self.remove(key);
            return;
        };
        let is_idle = watch.tabs().is_empty() && !matches!(watch.phase(), Phase::Stopped { .. });
        let tabs = watch.tabs().iter().map(|tab| tab.id).collect();
        let entry = Entry { due, seen: now, tabs, is_idle, domain: domain(watch.origin().host()) };
        self.0.insert(key.to_owned(), entry);
    }

    /// Removes a watch.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Puts a watch off whose step failed, so that it isn't stepped again at once.
    pub fn postpone(&mut self, key: &str, until: Timestamp) {
        if let Some(entry) = self.0.get_mut(key) {
            entry.due = entry.due.max(until);
        }
    }

    /// Brings a watch forward whose new state couldn't be stored: its old one may be due earlier.
    pub fn advance(&mut self, key: &str, at: Timestamp) {
        if let Some(entry) = self.0.get_mut(key) {
            entry.due = entry.due.min(at);
        }
    }

    /// Every name.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// When the first watch is due; `None` if there's none.
    #[must_use]
    pub fn earliest(&self) -> Option<Timestamp> {
        self.0.values().map(|entry| entry.due).min()
    }

    /// The watches that are due, those due longest first, at most [`Self::MOST_AT_ONCE`].
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<String> {
        let due = self.0.iter().filter(|(_, entry)| entry.due <= now);
        order::by_number(due, |(_, entry)| entry.due.unix_millis())
            .into_iter()
            .take(Self::MOST_AT_ONCE)
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// The watches that hold a tab.
    #[must_use]
    pub fn holding(&self, tab: TabId) -> Vec<String> {
        self.0.iter().filter(|(_, entry)| entry.tabs.contains(&tab)).map(|(key, _)| key.clone()).collect()
    }

    /// The watches without a tab that are too many, the oldest first.
    #[must_use]
    pub fn surplus(&self) -> Vec<String> {
        let mut newest_first = self.idle();
        newest_first.reverse();
        let mut of_domain: BTreeMap<&str, usize> = BTreeMap::new();
        let mut kept = 0;
        let mut surplus = Vec::new();
        for (key, entry) in newest_first {
            let of_domain = of_domain.entry(&entry.domain).or_default();
            if kept < Self::MOST_IDLE && *of_domain < Self::MOST_IDLE_OF_DOMAIN {
                kept += 1;
                *of_domain += 1;
            } else {
                surplus.push(key.to_owned());
            }
        }
        surplus.reverse();
        surplus
    }

    /// The older half of the watches without a tab, for when the store is full.
    #[must_use]
    pub fn droppable(&self) -> Vec<String> {
        let idle = self.idle();
        let half = idle.len().div_ceil(2);
        idle.into_iter().take(half).map(|(key, _)| key.to_owned()).collect()
    }

    /// The watches without a tab, the oldest first.
    fn idle(&self) -> Vec<(&str, &Entry)> {
        let idle = self.0.iter().filter(|(_, entry)| entry.is_idle).map(|(key, entry)| (key.as_str(), entry));
        order::by_number(idle, |(_, entry)| entry.seen.unix_millis())
    }
}

/// What a host is counted under: its last two labels, or the whole of an address.
///
/// Without a list of public suffixes, sites under `co.uk` are counted together; that costs them a floor in a flood and
/// otherwise nothing.
fn domain(host: &str) -> String {
    let is_address = host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let from = if is_address { None } else { host.rmatch_indices('.').nth(1).map(|(at, _)| at + 1) };
    host.get(from.unwrap_or(0)..).unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::diagnosis::Diagnosis;
    use crate::settings::Settings;
    use crate::url::PageUrl;
    use crate::watch::{Choice, Event, Failure, Isolation, Method, Report, UnsavedInput, Visibility};

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn failing(host: &str, tab: TabId) -> Watch {
        let url = PageUrl::parse(&format!("https://{host}/")).unwrap();
        let failure = Failure {
            tab,
            url: url.clone(),
            method: Method::Get,
            diagnosis: Diagnosis::of_code("522".parse().unwrap()),
            visibility: Visibility::Visible,
            unsaved_input: UnsavedInput::None,
            isolation: Isolation::Shared,
            report: Report::Fresh,
        };
        let watch = Watch::new(url.origin().clone(), 7);
        watch.step(&Settings::default(), NOW, Event::Failed(Box::new(failure))).0
    }

    fn left(host: &str) -> Watch {
        failing(host, TabId(1)).step(&Settings::default(), NOW, Event::Left { tab: TabId(1) }).0
    }

    fn later(millis: u64) -> Timestamp {
        NOW.after(Duration::from_millis(millis))
    }

    #[test]
    fn hopping_through_subdomains_keeps_few_watches_and_nobody_elses_is_dropped() {
        let mut index = Index::default();
        index.put("victim", &left("www.victim.example"), NOW);
        for hop in 0..5000 {
            index.put(&format!("hop{hop}"), &left(&format!("h{hop}.evil.example")), later(hop));
            for surplus in index.surplus() {
                index.remove(&surplus);
            }
            assert!(index.keys().count() <= 1 + Index::MOST_IDLE_OF_DOMAIN);
        }
        assert!(index.keys().any(|key| key == "victim"));
        assert!(index.keys().any(|key| key == "hop4999"), "the newest is kept");
    }

    #[test]
    fn watches_without_a_tab_are_bounded_whatever_their_domains_and_those_with_a_tab_are_kept() {
        let mut index = Index::default();
        index.put("tab", &failing("shop.example", TabId(1)), NOW);
        let stop = Event::Pressed(Choice::Stop);
        index.put("stopped", &left("stopped.example").step(&Settings::default(), NOW, stop).0, NOW);
        for number in 0..500 {
            index.put(&format!("idle{number}"), &left(&format!("s{number}.example")), later(number));
        }
        // Distinct domains: `s0.example`, `s1.example` and so on are each a registrable domain.
        let surplus = index.surplus();
        assert_eq!(surplus.len(), 500 - Index::MOST_IDLE);
        assert_eq!(surplus.first().map(String::as_str), Some("idle0"), "the oldest goes first");
        assert!(!surplus.iter().any(|key| key == "tab" || key == "stopped"));
        assert!(index.droppable().len() == 250);
    }

    #[test]
    fn due_watches_come_in_order_and_a_few_at_a_time() {
        let mut index = Index::default();
        for number in 0..25 {
            index.put(&format!("{number}"), &failing(&format!("s{number}.example"), TabId(number)), NOW);
        }
        let due = index.earliest().expect("a watch");
        assert!(index.due(due.before(Duration::from_millis(1))).is_empty());
        let late = due.after(Duration::from_hours(1));
        assert_eq!(index.due(late).len(), Index::MOST_AT_ONCE);
        for key in index.due(late) {
            index.postpone(&key, late.after(Duration::from_mins(1)));
        }
        assert_eq!(index.due(late).len(), Index::MOST_AT_ONCE);
        assert_eq!(index.holding(TabId(3)), ["3"]);
    }

    #[test]
    fn a_host_counts_under_its_last_two_labels() {
        for (host, counted) in [
            ("a.b.evil.example", "evil.example"),
            ("evil.example", "evil.example"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(domain(host), counted);
        }
    }
}
