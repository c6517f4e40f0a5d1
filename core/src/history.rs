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

/// Returns the minimum duration of each past failure: from the first failed attempt to the one that found the site
/// working again.
///
/// A failure whose end wasn't observed isn't counted, nor is the current one. The attempts must be for one site, oldest
/// first.
#[must_use]
pub fn outages(attempts: &[Attempt]) -> Vec<Duration> {
    let mut ended = Vec::new();
    let mut under_way: Option<(Timestamp, Timestamp)> = None;
    for attempt in attempts {
        let near = under_way.filter(|(_, last)| attempt.at.since(*last) <= APART);
        under_way = match (attempt.result, near) {
            (AttemptResult::Recovered, Some((since, _))) => {
                ended.push(attempt.at.since(since));
                None
            }
            (AttemptResult::Recovered, None) => None,
            (AttemptResult::Failing { .. } | AttemptResult::NoAnswer, near) => {
                Some((near.map_or(attempt.at, |(since, _)| since), attempt.at))
            }
            // It proves neither that the failure continues nor that it's over.
            (AttemptResult::Barred | AttemptResult::Redirected, near) => near,
        };
    }
    ended
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
        assert_eq!(outages(&attempts), [Duration::from_mins(12), Duration::from_mins(2)]);
    }

    #[test]
    fn a_failure_with_an_unobserved_end_isnt_counted() {
        let attempts = [at(0, FAILING), at(1_000, FAILING), at(1_010, AttemptResult::Recovered), at(2_000, FAILING)];
        assert_eq!(outages(&attempts), [Duration::from_mins(10)]);
        assert!(outages(&[at(0, AttemptResult::Recovered)]).is_empty());
    }
}
