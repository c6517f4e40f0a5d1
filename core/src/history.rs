//! The history: each failure of a site as an outage, and what was tried meanwhile.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::data_centre::Iata;
use crate::fault::Suspect;
use crate::retry::policy;
use crate::time::Timestamp;
use crate::url::Origin;

/// One attempt to bring a page back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// How it was made.
    pub by: By,
    /// Why it was made.
    pub reason: Reason,
    /// Its result.
    pub result: AttemptResult,
}

/// How an attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// By a probe, without touching any tab.
    Probe,
    /// By navigating a tab.
    Navigation,
}

/// Why an attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was due.
    Schedule,
    /// The user asked.
    User,
    /// The user came back to the tab.
    Seen,
    /// The browser came online or woke up.
    Online,
    /// Cloudflare's incident ended.
    IncidentOver,
    /// Another page of the site had loaded.
    LoadedElsewhere,
    /// An attempt had found the site working again.
    Recovery,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptResult {
    /// The failed leg works again.
    Recovered,
    /// Still failing, with this code if one was shown.
    Failing {
        /// The code.
        code: Option<Code>,
    },
    /// A challenge or block, which proves nothing.
    Barred,
    /// A redirect that wasn't followed: something answers, but it isn't known what.
    Redirected,
    /// No answer.
    NoAnswer,
}

/// The attempts of one failure: the latest [`Attempts::MOST`], and the number of earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempts {
    latest: Vec<Attempt>,
    left_out: u32,
}

impl Attempts {
    /// The most attempts to keep.
    pub const MOST: usize = 30;

    /// Adds the latest attempt.
    pub fn push(&mut self, attempt: Attempt) {
        self.latest.push(attempt);
        if self.latest.len() > Self::MOST {
            self.latest.remove(0);
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// The latest attempts, oldest first.
    #[must_use]
    pub fn latest(&self) -> &[Attempt] {
        &self.latest
    }

    /// The number of earlier attempts, which weren't kept.
    #[must_use]
    pub fn left_out(&self) -> u32 {
        self.left_out
    }
}

/// What a watch adds to the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// The site started to fail.
    Failed,
    /// An attempt.
    Attempt(Attempt),
    /// The site works again.
    Recovered,
}

/// The facts about a failing site when an entry is added to its history.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The site.
    pub origin: &'a Origin,
    /// The code of the latest failing answer.
    pub code: Option<Code>,
    /// The data centre that served it.
    pub data_centre: Option<Iata>,
    /// The party at fault.
    pub suspect: Suspect,
}

/// One failure of a site, as this browser saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outage {
    /// The site.
    pub origin: Origin,
    /// When it was first seen failing.
    pub start: Timestamp,
    /// When it was first seen working again; `None` if it wasn't.
    pub end: Option<Timestamp>,
    /// When it was last seen failing, or working again.
    pub last: Timestamp,
    /// The codes shown, each once, in order of number.
    pub codes: Vec<Code>,
    /// The data centre of the latest failing answer, if known; otherwise the last one known.
    pub data_centre: Option<Iata>,
    /// The number of attempts until it worked.
    pub attempts: u32,
    /// The party at fault in the latest verdict that blames anyone.
    pub suspect: Suspect,
}

/// The identity of an outage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageId {
    /// The site.
    pub origin: Origin,
    /// When it began.
    pub start: Timestamp,
}

/// The longest gap between two signs of the same outage: 2 hours. The slowest checks are an hour apart.
const LONGEST_GAP: Duration = Duration::from_hours(2);

impl Outage {
    /// Its identity.
    #[must_use]
    pub fn id(&self) -> OutageId {
        OutageId { origin: self.origin.clone(), start: self.start }
    }

    /// How long it lasted at least: until its end, or until it was last seen.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        self.end.unwrap_or(self.last).since(self.start)
    }

    /// Whether it may still be going on.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.end.is_none() && now.since(self.last) <= LONGEST_GAP
    }

    /// The outage that an entry begins or changes; `None` if it belongs to none. `known` is the site's latest outage.
    ///
    /// An outage ends when the site works. It goes on if the site fails again within [`policy::HEALTHY_AFTER`]: one good
    /// answer in a flapping outage isn't recovery. Two hours after its last sign it's over, though its end wasn't seen.
    #[must_use]
    pub fn after(known: Option<&Self>, facts: &Facts<'_>, entry: &Entry, now: Timestamp) -> Option<Self> {
        let open = known.filter(|it| it.is_open(now));
        let flapping = || known.filter(|it| it.end.is_some_and(|end| now.since(end) <= policy::HEALTHY_AFTER));
        let code = match entry {
            Entry::Failed => Some(facts.code),
            Entry::Attempt(Attempt { result: AttemptResult::Failing { code }, .. }) => Some(*code),
            Entry::Attempt(Attempt { result: AttemptResult::NoAnswer, .. }) => Some(None),
            Entry::Attempt(_) | Entry::Recovered => None,
        };
        let mut outage = match code {
            Some(_) => open.or_else(flapping).cloned().unwrap_or_else(|| Self::new(facts, now)),
            None => open.cloned()?,
        };
        if let Entry::Attempt(_) = entry {
            outage.attempts = outage.attempts.saturating_add(1);
        }
        if let Some(code) = code {
            outage.end = None;
            outage.last = now;
            if let Some(code) = code
                && let Err(place) = outage.codes.binary_search(&code)
            {
                outage.codes.insert(place, code);
            }
        }
        outage.data_centre = facts.data_centre.or(outage.data_centre);
        outage.suspect = Some(facts.suspect).filter(|it| *it != Suspect::Nobody).unwrap_or(outage.suspect);
        if matches!(entry, Entry::Recovered | Entry::Attempt(Attempt { result: AttemptResult::Recovered, .. })) {
            outage.end = Some(now);
            outage.last = now;
        }
        Some(outage)
    }

    fn new(facts: &Facts<'_>, now: Timestamp) -> Self {
        Self {
            origin: facts.origin.clone(),
            start: now,
            end: None,
            last: now,
            codes: Vec::new(),
            data_centre: None,
            attempts: 0,
            suspect: Suspect::Nobody,
        }
    }
}

/// How long each outage lasted, without those whose end wasn't seen.
#[must_use]
pub fn outage_durations<'a>(outages: impl IntoIterator<Item = &'a Outage>) -> Vec<Duration> {
    outages.into_iter().filter(|outage| outage.end.is_some()).map(Outage::lasted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILING: AttemptResult = AttemptResult::Failing { code: None };

    fn at(minute: u64) -> Timestamp {
        Timestamp::default().after(Duration::from_mins(minute))
    }

    fn attempt(minute: u64, result: AttemptResult) -> (u64, Entry) {
        (minute, Entry::Attempt(Attempt { at: at(minute), by: By::Probe, reason: Reason::Schedule, result }))
    }

    /// The outages after these entries.
    fn outages(entries: &[(u64, Entry)]) -> Vec<Outage> {
        let origin = Origin::try_from("https://shop.example".to_owned()).unwrap();
        let facts = Facts {
            origin: &origin,
            code: "522".parse().ok(),
            data_centre: Iata::parse("FRA"),
            suspect: Suspect::Origin,
        };
        let mut outages: Vec<Outage> = Vec::new();
        for (minute, entry) in entries {
            let Some(next) = Outage::after(outages.last(), &facts, entry, at(*minute)) else { continue };
            if outages.last().is_some_and(|known| known.start == next.start) {
                outages.pop();
            }
            outages.push(next);
        }
        outages
    }

    #[test]
    fn an_outage_has_everything_from_the_failure_to_the_recovery() {
        let failing = |code: &str| AttemptResult::Failing { code: code.parse().ok() };
        let outages = outages(&[
            (0, Entry::Recovered),
            (1, Entry::Failed),
            attempt(3, failing("521")),
            attempt(5, AttemptResult::Barred),
            attempt(9, AttemptResult::NoAnswer),
            attempt(15, AttemptResult::Recovered),
            (15, Entry::Recovered),
            attempt(16, AttemptResult::Redirected),
        ]);
        let [outage] = outages.as_slice() else { panic!("{outages:?}") };
        let codes: Vec<u16> = outage.codes.iter().map(|code| code.number()).collect();
        assert_eq!((codes, outage.attempts, outage.lasted()), (vec![521, 522], 4, Duration::from_mins(14)));
        assert_eq!((outage.data_centre, outage.suspect), (Iata::parse("FRA"), Suspect::Origin));
    }

    #[test]
    fn a_failure_within_a_quarter_of_an_hour_of_recovery_continues_the_outage() {
        let entries = [(0, Entry::Failed), (10, Entry::Recovered), (20, Entry::Failed), (30, Entry::Recovered)];
        assert_eq!(outage_durations(&outages(&entries)), [Duration::from_mins(30)]);
        let entries = [(0, Entry::Failed), (10, Entry::Recovered), (26, Entry::Failed)];
        let found = outages(&entries);
        assert_eq!((found.len(), outage_durations(&found)), (2, vec![Duration::from_mins(10)]));
    }

    #[test]
    fn a_failure_with_an_unobserved_end_isnt_counted_as_an_outage() {
        let entries = [(0, Entry::Failed), (1_000, Entry::Failed), attempt(1_010, AttemptResult::Recovered)];
        let found = outages(&entries);
        assert_eq!((found.len(), outage_durations(&found)), (2, vec![Duration::from_mins(10)]));
        assert!(found.iter().all(|outage| !outage.is_open(at(2_000))));
    }

    #[test]
    fn a_verdict_that_blames_nobody_keeps_the_one_before() {
        let known = outages(&[(0, Entry::Failed)]).remove(0);
        let origin = known.origin.clone();
        let facts = Facts { origin: &origin, code: None, data_centre: None, suspect: Suspect::Nobody };
        let next = Outage::after(Some(&known), &facts, &attempt(5, FAILING).1, at(5)).unwrap();
        assert_eq!((next.suspect, next.data_centre, next.codes), (known.suspect, known.data_centre, known.codes));
    }

    #[test]
    fn the_latest_attempts_are_kept_and_the_others_counted() {
        let mut attempts = Attempts::default();
        for minute in 0..33 {
            attempts.push(Attempt { at: at(minute), by: By::Probe, reason: Reason::Schedule, result: FAILING });
        }
        assert_eq!((attempts.latest().len(), attempts.latest()[0].at, attempts.left_out()), (30, at(3), 3));
    }
}
