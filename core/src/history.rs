//! The history of attempts and their results.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::time::Timestamp;

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
    /// A redirect that wasn't followed: something answers, and nobody knows what.
    Redirected,
    /// No answer.
    NoAnswer,
}

/// The longest gap between attempts of the same failure: 2 hours. The slowest checks are an hour apart.
const APART: Duration = Duration::from_hours(2);

/// One failure of a site, as far as its attempts show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When the first attempt failed.
    pub start: Timestamp,
    /// When an attempt found the site working; `None` if that wasn't seen.
    pub end: Option<Timestamp>,
    /// When an attempt last showed whether the site works.
    pub last: Timestamp,
    /// The codes shown, each once, in order of number.
    pub codes: Vec<Code>,
    /// The number of attempts.
    pub attempts: u32,
}

impl Outage {
    /// How long it lasted at least: to its end, or to the last attempt if its end wasn't seen.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        self.end.unwrap_or(self.last).since(self.start)
    }

    fn add(&mut self, code: Option<Code>) {
        if let Some(code) = code
            && let Err(at) = self.codes.binary_search(&code)
        {
            self.codes.insert(at, code);
        }
    }
}

/// Returns the outages that a site's attempts were made in, oldest first. The attempts must be for one site, oldest first.
///
/// An outage ends with the attempt that finds the site working, or two hours after its last attempt. An attempt that finds
/// the site working belongs to no outage if none is under way.
#[must_use]
pub fn outages(attempts: &[Attempt]) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for attempt in attempts {
        let open = outages.last_mut().filter(|it| it.end.is_none() && attempt.at.since(it.last) <= APART);
        let (code, is_failure) = match attempt.result {
            AttemptResult::Failing { code } => (code, true),
            AttemptResult::NoAnswer => (None, true),
            // Neither proves that the failure continues nor that it's over.
            AttemptResult::Barred | AttemptResult::Redirected | AttemptResult::Recovered => (None, false),
        };
        match open {
            Some(outage) => {
                let shows_something = is_failure || attempt.result == AttemptResult::Recovered;
                outage.last = if shows_something { attempt.at } else { outage.last };
                outage.attempts = outage.attempts.saturating_add(1);
                outage.add(code);
                if attempt.result == AttemptResult::Recovered {
                    outage.end = Some(attempt.at);
                }
            }
            None if is_failure => outages.push(Outage {
                start: attempt.at,
                end: None,
                last: attempt.at,
                codes: Vec::from_iter(code),
                attempts: 1,
            }),
            None => {}
        }
    }
    outages
}

/// Returns the minimum duration of each past failure: from the first failed attempt to the one that found the site
/// working again.
///
/// A failure whose end wasn't observed isn't counted, nor is the current one. The attempts must be for one site, oldest
/// first.
#[must_use]
pub fn outage_durations(attempts: &[Attempt]) -> Vec<Duration> {
    outages(attempts).iter().filter(|outage| outage.end.is_some()).map(Outage::lasted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64, result: AttemptResult) -> Attempt {
        Attempt { at: Timestamp::from_unix_millis(minute * 60_000), by: By::Probe, reason: Reason::Schedule, result }
    }

    const FAILING: AttemptResult = AttemptResult::Failing { code: None };

    #[test]
    fn a_failure_lasts_from_its_first_failed_attempt_to_its_recovery() {
        let attempts = [
            at(0, FAILING),
            at(5, AttemptResult::NoAnswer),
            at(9, AttemptResult::Barred),
            at(12, AttemptResult::Recovered),
            at(500, FAILING),
            at(502, AttemptResult::Recovered),
        ];
        assert_eq!(outage_durations(&attempts), [Duration::from_mins(12), Duration::from_mins(2)]);
    }

    #[test]
    fn an_outage_has_every_code_and_attempt_until_the_site_works() {
        let failing = |code: &str| AttemptResult::Failing { code: code.parse().ok() };
        let attempts = [
            at(0, AttemptResult::Recovered),
            at(1, failing("522")),
            at(3, failing("521")),
            at(5, AttemptResult::Barred),
            at(9, failing("522")),
            at(15, AttemptResult::Recovered),
            at(16, AttemptResult::Redirected),
            at(400, AttemptResult::NoAnswer),
        ];
        let outages = outages(&attempts);
        let codes: Vec<u16> = outages[0].codes.iter().map(|code| code.number()).collect();
        assert_eq!((codes, outages[0].attempts, outages[0].lasted()), (vec![521, 522], 5, Duration::from_mins(14)));
        assert_eq!((outages.len(), outages[1].end, outages[1].attempts), (2, None, 1));
    }

    #[test]
    fn a_failure_with_an_unobserved_end_isnt_counted() {
        let attempts = [at(0, FAILING), at(1_000, FAILING), at(1_010, AttemptResult::Recovered), at(2_000, FAILING)];
        assert_eq!(outage_durations(&attempts), [Duration::from_mins(10)]);
        assert!(outage_durations(&[at(0, AttemptResult::Recovered)]).is_empty());
    }
}
