//! The index of the watches: what's needed to choose the watches that an event concerns without reading them all.
//!
//! A hostile site can make as many watches as it has names. With the index no event reads or writes more than the index and
//! the watches that are due, one alarm serves all watches, and few watches are kept that no tab needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Phase, Progress, TabId, Watch};
use crate::order;
use crate::time::Timestamp;

/// An entry for each watch, in order of the watches' names. A list of pairs is less code than a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Index(Vec<(String, Entry)>);

/// What the index knows of one watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// When the watch must be stepped.
    due: Timestamp,
    /// When it was last stepped.
    seen: Timestamp,
    /// The tabs it holds.
    tabs: Vec<TabId>,
    /// Whether dropping it loses nothing but a floor and a budget.
    is_idle: bool,
    /// Whether its attempt is in progress.
    is_busy: bool,
    /// The domain that its host counts under; see [`domain`].
    domain: String,
}

impl Index {
    /// The maximum number of attempts in progress at the same time. Own.
    pub const MOST_AT_ONCE: usize = 10;
    /// The maximum number of watches without a tab. Own.
    pub const MOST_IDLE: usize = 64;
    /// The maximum number of watches without a tab of one domain. Own.
    pub const MOST_IDLE_OF_DOMAIN: i64 = 8;

    /// Adds or updates a watch after a step. A watch that needs no alarm is left out, and one that was stepped before the
    /// clock was set back is due.
    pub fn put(&mut self, key: &str, watch: &Watch, now: Timestamp) {
        let Some(due) = watch.alarm_at() else {
            self.remove(key);
            return;
        };
        let entry = Entry {
            due: if watch.seen > now { due.min(now) } else { due },
            seen: now,
            tabs: watch.tabs().iter().map(|tab| tab.id).collect(),
            is_idle: watch.tabs().is_empty() && !matches!(watch.phase(), Phase::Stopped { .. }),
            is_busy: is_busy(watch.phase()),
            domain: domain(watch.origin().host()),
        };
        self.remove(key);
        let (Ok(at) | Err(at)) = self.position(key);
        self.0.insert(at, (key.to_owned(), entry));
    }

    /// Reads the clock. If it was set back, every watch that was stepped before is due once: its step moves its times back.
    pub fn read_clock(&mut self, now: Timestamp) {
        for (_, entry) in self.0.iter_mut().filter(|(_, entry)| entry.seen > now) {
            entry.due = entry.due.min(now);
            entry.seen = now;
        }
    }

    /// Removes a watch.
    pub fn remove(&mut self, key: &str) {
        if let Ok(at) = self.position(key) {
            self.0.remove(at);
        }
    }

    /// Postpones a watch whose step failed, if it's due, so that it isn't stepped again immediately.
    pub fn postpone(&mut self, key: &str, now: Timestamp, until: Timestamp) {
        if let Some(entry) = self.entry(key).filter(|entry| entry.due <= now) {
            entry.due = until;
            entry.is_busy = false;
        }
    }

    /// Brings a watch forward whose new state couldn't be stored: its old one may be due earlier.
    pub fn advance(&mut self, key: &str, at: Timestamp) {
        if let Some(entry) = self.entry(key) {
            entry.due = entry.due.min(at);
        }
    }

    /// The names of all watches.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// When a watch must be stepped; `None` if the index doesn't have it.
    #[must_use]
    pub fn due_at(&self, key: &str) -> Option<Timestamp> {
        self.0.get(self.position(key).ok()?).map(|(_, entry)| entry.due)
    }

    /// When the next watch must be stepped; `None` if there's none. While as many attempts are in progress as may be, the
    /// others wait for the end of one.
    #[must_use]
    pub fn earliest(&self) -> Option<Timestamp> {
        let is_full = self.busy().count() >= Self::MOST_AT_ONCE;
        self.entries().filter(|entry| entry.is_busy || !is_full).map(|entry| entry.due).min()
    }

    /// The watches to step now, in order: those whose attempt should have ended, and as many others as may begin one.
    ///
    /// A domain with fewer attempts in progress comes first, and then the watch that's been due longest. So however many
    /// names a site has, it delays others by no more than the attempts that are in progress.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Vec<String> {
        let mut of_domain: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in self.busy() {
            *of_domain.entry(&entry.domain).or_default() += 1;
        }
        let free = Self::MOST_AT_ONCE.saturating_sub(self.busy().count());
        let due = self.0.iter().filter(|(_, entry)| entry.due <= now);
        let due = order::by_number(due, |(_, entry)| entry.due.unix_millis());
        let (overdue, waiting): (Vec<_>, Vec<_>) = due.into_iter().partition(|(_, entry)| entry.is_busy);
        let ranked = waiting.into_iter().map(|(key, entry)| {
            let rank = of_domain.entry(&entry.domain).or_default();
            *rank += 1;
            (*rank, key)
        });
        let begun = order::by_number(ranked, |(rank, _)| *rank).into_iter().take(free).map(|(_, key)| key);
        overdue.into_iter().map(|(key, _)| key).chain(begun).cloned().collect()
    }

    /// The watches that hold a tab.
    #[must_use]
    pub fn holding(&self, tab: TabId) -> Vec<String> {
        self.0.iter().filter(|(_, entry)| entry.tabs.contains(&tab)).map(|(key, _)| key.clone()).collect()
    }

    /// The watches without a tab that exceed the maximum, oldest first.
    #[must_use]
    pub fn surplus(&self) -> Vec<String> {
        let mut newest_first = self.idle();
        newest_first.reverse();
        let mut of_domain: BTreeMap<&str, i64> = BTreeMap::new();
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

    /// The older half of the watches without a tab, to make room in a full store.
    #[must_use]
    pub fn droppable(&self) -> Vec<String> {
        let idle = self.idle();
        let half = idle.len().div_ceil(2);
        idle.into_iter().take(half).map(|(key, _)| key.to_owned()).collect()
    }

    /// The watches without a tab, oldest first.
    fn idle(&self) -> Vec<(&str, &Entry)> {
        let idle = self.0.iter().filter(|(_, entry)| entry.is_idle).map(|(key, entry)| (key.as_str(), entry));
        order::by_number(idle, |(_, entry)| entry.seen.unix_millis())
    }

    /// The watches whose attempt is in progress.
    fn busy(&self) -> impl Iterator<Item = &Entry> {
        self.entries().filter(|entry| entry.is_busy)
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|(_, entry)| entry)
    }

    fn entry(&mut self, key: &str) -> Option<&mut Entry> {
        let at = self.position(key).ok()?;
        self.0.get_mut(at).map(|(_, entry)| entry)
    }

    /// The position of a watch, or where to insert it.
    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

/// Whether an attempt is in progress. A navigation that takes longer than its first deadline no longer counts, so that slow
/// pages don't keep other sites waiting.
fn is_busy(phase: &Phase) -> bool {
    match phase {
        Phase::Probing { .. } => true,
        Phase::Navigating { progress, .. } => *progress == Progress::Loading { extensions: 0 },
        _ => false,
    }
}

/// The domain that a host counts under: its last two labels, or the whole of an address.
///
/// Without a list of public suffixes, sites under `co.uk` count together. In a flood that costs them a floor, and otherwise
/// nothing.
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
    use crate::watch::{Choice, Event, Failure};

    const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

    fn failing(host: &str, tab: TabId) -> Watch {
        let url = PageUrl::parse(&format!("https://{host}/")).unwrap();
        let failure = Failure::new(tab, url.clone(), Diagnosis::of_code("522".parse().unwrap()));
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
            assert!(index.keys().count() <= 1 + usize::try_from(Index::MOST_IDLE_OF_DOMAIN).unwrap());
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

    /// A watch whose probe is in progress, since [`LATE`].
    fn probing(host: &str, tab: i32) -> Watch {
        let watch = failing(host, TabId(tab));
        watch.clone().step(&Settings::default(), watch.alarm_at().expect("an alarm"), Event::Alarm).0
    }

    /// Later than any first wait.
    const LATE: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000 + 3_600_000);

    #[test]
    fn a_few_attempts_are_in_progress_at_the_same_time_and_the_others_wait_for_their_end() {
        let mut index = Index::default();
        for number in 0..25 {
            index.put(&format!("{number}"), &failing(&format!("s{number}.example"), TabId(number)), NOW);
        }
        let earliest = index.earliest().expect("a watch");
        assert!(index.due(earliest.before(Duration::from_millis(1))).is_empty());
        assert_eq!(index.due(LATE).len(), Index::MOST_AT_ONCE);
        let begun = index.due(LATE);
        for key in &begun {
            index.put(key, &probing(&format!("s{key}.example"), key.parse().unwrap()), LATE);
        }
        let deadline = index.earliest().expect("a watch");
        assert!(index.due(deadline.before(Duration::from_millis(1))).is_empty(), "an eleventh attempt begins");
        assert!(begun.iter().any(|key| index.due_at(key) == Some(deadline)), "the end of an attempt comes next");
        let overdue = index.due(deadline);
        assert!(overdue.iter().all(|key| begun.contains(key)), "an attempt that should have ended is first");
        index.remove(&begun[0]);
        assert_eq!(index.due(deadline.before(Duration::from_millis(1))).len(), 1, "one ended, so one begins");
        assert_eq!(index.holding(TabId(24)), ["24"]);
    }

    #[test]
    fn a_site_with_many_names_does_not_come_before_another_one() {
        let mut index = Index::default();
        for number in 0..200 {
            index.put(&format!("{number:03}"), &failing(&format!("h{number}.evil.example"), TabId(number)), NOW);
        }
        index.put("victim", &failing("www.victim.example", TabId(300)), NOW);
        assert!(index.due(LATE).iter().take(2).any(|key| key == "victim"), "{:?}", index.due(LATE));
        for number in 0..9 {
            index.put(&format!("{number:03}"), &probing(&format!("h{number}.evil.example"), number), LATE);
        }
        let free = index.due(NOW.after(Duration::from_mins(1)));
        assert!(free.is_empty(), "{free:?}");
        let is_probing = |key: &String| key.parse::<u32>().is_ok_and(|number| number < 9);
        let first = index.due(LATE).into_iter().find(|key| !is_probing(key));
        assert_eq!(first.as_deref(), Some("victim"));
    }

    #[test]
    fn after_the_clock_is_set_back_every_watch_is_due_once() {
        let back = NOW.before(Duration::from_hours(365 * 24));
        let mut index = Index::default();
        index.put("probing", &probing("probing.example", 1), LATE);
        index.put("waiting", &failing("waiting.example", TabId(2)), NOW);
        index.read_clock(NOW);
        assert_eq!(index.due(NOW), ["probing"], "only one was stepped later than now");
        index.read_clock(back);
        assert_eq!((index.due(back), index.earliest()), (vec!["probing".to_owned(), "waiting".to_owned()], Some(back)));
        let until = back.after(Duration::from_mins(1));
        for key in ["probing", "waiting"] {
            index.postpone(key, back, until);
        }
        index.read_clock(back.after(Duration::from_secs(1)));
        assert_eq!(index.earliest(), Some(until), "a step that failed is tried again later");
    }

    #[test]
    fn an_index_made_after_the_clock_was_set_back_has_every_watch_due() {
        let back = NOW.before(Duration::from_hours(365 * 24));
        let mut index = Index::default();
        index.put("shop", &failing("shop.example", TabId(1)), back);
        assert_eq!(index.earliest(), Some(back));
    }

    #[test]
    fn only_a_watch_that_is_still_due_is_postponed() {
        let mut index = Index::default();
        index.put("shop", &failing("shop.example", TabId(1)), NOW);
        let due = index.due_at("shop").expect("a due time");
        index.postpone("shop", due.before(Duration::from_millis(1)), LATE);
        assert_eq!(index.due_at("shop"), Some(due), "its step was stored, and it isn't due");
        index.postpone("shop", due, LATE);
        assert_eq!(index.due_at("shop"), Some(LATE));
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
