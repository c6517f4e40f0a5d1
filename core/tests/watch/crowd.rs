//! Many watches under one index and one alarm, as the worker runs them.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Event, Failure, Index, Phase, ProbeOutcome, Progress, Visibility, Watch};

use crate::world::{START, error, failure, is_request, seconds};

/// One failing page.
#[derive(Clone, Debug)]
struct Page {
    domain: u8,
    visibility: Visibility,
    /// When it fails.
    at: Duration,
    /// How long its site takes to answer an attempt; `None` if it never does.
    latency: Option<Duration>,
}

fn pages() -> impl Strategy<Value = Vec<Page>> {
    let latency =
        prop_oneof![2 => (0_u64..20_000).prop_map(|millis| Some(Duration::from_millis(millis))), 1 => Just(None)];
    let page = (0_u8..8, any::<bool>(), 0_u64..300_000, latency).prop_map(|(domain, visible, at, latency)| Page {
        domain,
        visibility: if visible { Visibility::Visible } else { Visibility::Hidden },
        at: Duration::from_millis(at),
        latency,
    });
    proptest::collection::vec(page, 1..60)
}

/// A ring of the alarm.
#[derive(Clone, Copy, Debug)]
struct Ring {
    /// How late it rings.
    late: Duration,
    /// How long each step takes.
    step_takes: Duration,
    /// After how many steps the worker is stopped.
    cut_after: usize,
}

fn ring() -> impl Strategy<Value = Ring> {
    (0_u64..400, 0_u64..5_000, 1_usize..60).prop_map(|(late, step_takes, cut_after)| Ring {
        late: seconds(late),
        step_takes: Duration::from_millis(step_takes),
        cut_after,
    })
}

/// Every page's watch, the index, and what the sites will answer.
struct Crowd {
    settings: Settings,
    now: Timestamp,
    pages: Vec<Page>,
    watches: BTreeMap<String, Watch>,
    index: Index,
    /// The answers to come, by watch.
    answers: BTreeMap<String, Timestamp>,
    /// How many steps of others came before each watch since its attempt was due.
    passed_over: BTreeMap<String, usize>,
    attempts: usize,
}

impl Crowd {
    fn new(pages: Vec<Page>) -> Self {
        Self {
            settings: Settings::default(),
            now: START,
            watches: BTreeMap::new(),
            index: Index::default(),
            answers: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            attempts: 0,
            pages,
        }
    }

    fn number(key: &str) -> usize {
        key.parse().expect("a watch is named by the number of its page")
    }

    fn failed(&self, number: usize) -> Event {
        let page = &self.pages[number];
        let url = PageUrl::parse(&format!("https://h{number}.site{}.example/", page.domain)).unwrap();
        let tab = i32::try_from(number).unwrap();
        Event::Failed(Box::new(Failure { url, visibility: page.visibility, ..failure(tab, 522) }))
    }

    fn step(&mut self, key: &str, event: Event) {
        let number = Self::number(key);
        let origin = PageUrl::parse(&format!("https://h{number}.site{}.example/", self.pages[number].domain)).unwrap();
        let watch = self.watches.remove(key).unwrap_or_else(|| Watch::new(origin.origin().clone(), 7));
        let (watch, effects) = watch.step(&self.settings, self.now, event);
        self.index.put(key, &watch, self.now);
        self.watches.insert(key.to_owned(), watch);
        if effects.iter().any(is_request) {
            self.attempts += 1;
            self.passed_over.remove(key);
            self.answers.remove(key);
            if let Some(latency) = self.pages[number].latency {
                self.answers.insert(key.to_owned(), self.now.after(latency));
            }
        }
        self.check();
    }

    /// The site answers an attempt, and still fails.
    fn answer(&mut self, key: &str) {
        self.answers.remove(key);
        let event = match *self.watches[key].phase() {
            Phase::Probing { probe, .. } => {
                Event::ProbeEnded { probe, outcome: ProbeOutcome::Failing { diagnosis: Box::new(error(522)) } }
            }
            Phase::Navigating { .. } => self.failed(Self::number(key)),
            _ => return,
        };
        self.step(key, event);
    }

    /// Steps what's due until nothing is, or until the worker is stopped, as one ring of the alarm does.
    fn ring(&mut self, Ring { step_takes, cut_after, .. }: Ring) {
        for _ in 0..cut_after {
            let Some(key) = self.index.due(self.now).into_iter().next() else { return };
            self.now = self.now.after(step_takes);
            for (other, watch) in &self.watches {
                if *other != key && is_overdue(watch, self.now) {
                    let passed = self.passed_over.entry(other.clone()).or_default();
                    *passed += 1;
                    assert!(*passed <= 40 * self.pages.len(), "a watch that's due gets no attempt");
                }
            }
            self.step(&key, Event::Alarm);
        }
    }

    fn check(&self) {
        let is_busy = |watch: &&Watch| match watch.phase() {
            Phase::Probing { .. } => true,
            Phase::Navigating { progress, .. } => *progress == Progress::Loading { extensions: 0 },
            _ => false,
        };
        let busy = self.watches.values().filter(is_busy).count();
        assert!(busy <= Index::MOST_AT_ONCE, "{busy} attempts are in progress");
        let alarms = |watches: Vec<&Watch>| watches.iter().filter_map(|watch| watch.alarm_at()).min();
        let first = if busy < Index::MOST_AT_ONCE {
            alarms(self.watches.values().collect())
        } else {
            alarms(self.watches.values().filter(is_busy).collect())
        };
        assert_eq!(self.index.earliest(), first, "the alarm isn't that of the first watch to step");
    }

    /// What happens next: a page fails, a site answers, or the alarm rings, perhaps late.
    fn next(&mut self, ring: Ring) {
        let page = (0..self.pages.len()).find(|number| !self.watches.contains_key(&number.to_string()));
        let fails = page.map(|number| (START.after(self.pages[number].at), number.to_string()));
        let answer = self.answers.iter().map(|(key, at)| (*at, key.clone())).min();
        let alarm = self.index.earliest().map(|at| at.after(ring.late));
        match (fails, answer) {
            (Some((at, key)), _) if alarm.is_none_or(|alarm| at <= alarm) => {
                self.now = self.now.max(at);
                self.step(&key, self.failed(Self::number(&key)));
            }
            (_, Some((at, key))) if alarm.is_none_or(|alarm| at <= alarm) => {
                self.now = self.now.max(at);
                self.answer(&key);
            }
            _ => {
                self.now = self.now.max(alarm.expect("a watch needs an alarm"));
                self.ring(ring);
            }
        }
    }
}

/// Whether an attempt is due.
fn is_overdue(watch: &Watch, now: Timestamp) -> bool {
    matches!(watch.phase(), Phase::Waiting { at, .. } if *at <= now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// However many watches there are, however late each alarm rings, and wherever the worker is stopped.
    #[test]
    fn every_watch_that_is_due_gets_its_attempt(pages in pages(), rings in proptest::collection::vec(ring(), 8)) {
        let mut crowd = Crowd::new(pages);
        for turn in 0..400 {
            crowd.next(rings[turn % rings.len()]);
        }
        prop_assert!(crowd.attempts >= crowd.pages.len(), "{} attempts", crowd.attempts);
    }
}
