//! One page watched by a program: visited on the schedule while it fails, and at a steady pace while it works.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::diagnosis::Diagnosis;
use crate::retry::schedule::{Attempted, Blocked, Schedule};
use crate::retry::{Attention, GaveUp, policy, uniform};
use crate::settings::Settings;
use crate::time::Timestamp;

/// A page watched by a program, which visits it when it's [due](Monitor::next) and reports what it [saw](Monitor::visited).
///
/// It can be stored between any two calls and continues from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitor {
    schedule: Schedule,
    health: Health,
    /// When the page was last visited; `None` before the first visit.
    visited_at: Option<Timestamp>,
    /// The number of visits; jitter depends on it.
    visits: u32,
    seed: u64,
}

/// Whether the page works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Unknown: it wasn't visited yet, or there was never an answer that shows it.
    #[default]
    Unknown,
    /// It works.
    Up,
    /// It fails.
    Down,
}

/// What a visit saw.
#[derive(Clone, Debug, PartialEq)]
pub enum Visit {
    /// The page works.
    Works,
    /// It fails with this answer.
    Fails(Diagnosis),
    /// This program was challenged or blocked, which shows nothing about other visitors.
    Barred,
    /// No answer.
    Unanswered,
}

impl Monitor {
    /// Creates the monitor of a page that wasn't visited yet. `seed` spreads the visits of many programs: draw it at random,
    /// once.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { schedule: Schedule::new(seed), health: Health::Unknown, visited_at: None, visits: 0, seed }
    }

    /// Records a visit; returns whether that changed the page's health.
    pub fn visited(&mut self, settings: &Settings, now: Timestamp, visit: Visit) -> bool {
        self.visited_at = Some(now);
        self.visits = self.visits.saturating_add(1);
        let before = self.health;
        let is_attempt = before == Health::Down;
        if is_attempt {
            self.schedule.requested(now);
        }
        match visit {
            Visit::Works if is_attempt => self.schedule.attempt_succeeded(now),
            Visit::Works => self.schedule.recovered(now),
            Visit::Fails(answer) if is_attempt => {
                self.schedule.attempt_failed(settings, now, Attempted::Answered(answer));
                return false;
            }
            Visit::Fails(answer) => {
                self.schedule.failed(settings, now, answer);
                self.health = Health::Down;
                return true;
            }
            Visit::Barred | Visit::Unanswered if is_attempt => {
                let result = if visit == Visit::Barred { Attempted::Barred } else { Attempted::Unanswered };
                self.schedule.attempt_failed(settings, now, result);
                return false;
            }
            Visit::Barred | Visit::Unanswered => return false,
        }
        self.health = Health::Up;
        before != Health::Up
    }

    /// Returns when to visit the page next: now if it wasn't visited yet, on the schedule while it fails, otherwise every
    /// `every`, at least [`Settings::LEAST_WAIT_S`] and up to a tenth later.
    ///
    /// Once the schedule's attempts are over, the page is visited every [`policy::CHECK_DOWN_EVERY`].
    ///
    /// # Errors
    ///
    /// If a rule refuses the visits: they'd be refused each time.
    pub fn next(&mut self, settings: &Settings, every: Duration, now: Timestamp) -> Result<Timestamp, GaveUp> {
        let Some(visited_at) = self.visited_at else { return Ok(now) };
        if self.health != Health::Down {
            let every = every.max(Duration::from_secs(Settings::LEAST_WAIT_S.into()));
            return Ok(visited_at.after(every + uniform(self.seed, self.visits, every / 10)).max(now));
        }
        let seldom = visited_at.after(policy::CHECK_DOWN_EVERY).max(now);
        let at = match self.schedule.next(settings, now, Attention::OutOfView) {
            Ok(due) => due.at,
            Err(GaveUp::Refused) => return Err(GaveUp::Refused),
            Err(GaveUp::AttemptsUsed | GaveUp::DayOver) => seldom.max(self.schedule.not_before()),
        };
        Ok(match self.schedule.blocked(at) {
            Some(Blocked::Until(later)) => later,
            Some(Blocked::DayOver) | None => at,
        })
    }

    /// Whether the page works.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health
    }

    /// The failing answer, while the page fails.
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.schedule.diagnosis().filter(|_| self.health == Health::Down)
    }

    /// When the page began to fail; `None` while it doesn't.
    #[must_use]
    pub fn failing_since(&self) -> Option<Timestamp> {
        self.schedule.since().filter(|_| self.health == Health::Down)
    }

    /// The number of attempts in this failure.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.schedule.attempts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);
    const EVERY: Duration = Duration::from_mins(1);

    fn fails(code: &str) -> Visit {
        Visit::Fails(Diagnosis::of_code(code.parse().unwrap()))
    }

    /// Visits whenever it's due; returns the waits between visits, in seconds.
    fn waits(monitor: &mut Monitor, visits: impl IntoIterator<Item = Visit>) -> Vec<u64> {
        let settings = Settings::default();
        let mut now = START;
        let mut waits = Vec::new();
        for visit in visits {
            let due = monitor.next(&settings, EVERY, now).unwrap();
            waits.push(due.since(now).as_secs());
            now = due;
            monitor.visited(&settings, now, visit);
            // As after a kill: what's stored is all there is.
            *monitor = serde_json::from_str(&serde_json::to_string(monitor).unwrap()).unwrap();
        }
        waits
    }

    #[test]
    fn a_working_page_is_visited_at_a_steady_pace() {
        let waits = waits(&mut Monitor::new(7), vec![Visit::Works; 20]);
        assert_eq!(waits[0], 0);
        assert!(waits[1..].iter().all(|wait| (60..=66).contains(wait)), "{waits:?}");
        assert!(waits[1..].iter().any(|wait| *wait != waits[1]), "no jitter: {waits:?}");
    }

    #[test]
    fn a_522_is_never_asked_again_within_two_minutes_and_ever_less_often() {
        let waits = waits(&mut Monitor::new(7), vec![fails("522"); 12]);
        assert!(waits[1..].iter().all(|wait| *wait >= 120), "{waits:?}");
        assert!(waits.last() > waits.get(1), "{waits:?}");
    }

    #[test]
    fn health_changes_once_per_outage() {
        let settings = Settings::default();
        let mut monitor = Monitor::new(7);
        let mut changes = Vec::new();
        for (minute, visit) in
            [Visit::Barred, Visit::Works, fails("522"), Visit::Unanswered, fails("521"), Visit::Works, Visit::Works]
                .into_iter()
                .enumerate()
        {
            let now = START.after(Duration::from_mins(5 * u64::try_from(minute).unwrap()));
            changes.push((monitor.visited(&settings, now, visit), monitor.health()));
        }
        let (up, down) = (Health::Up, Health::Down);
        assert_eq!(
            changes,
            [(false, Health::Unknown), (true, up), (true, down), (false, down), (false, down), (true, up), (false, up)]
        );
        assert_eq!((monitor.diagnosis(), monitor.failing_since()), (None, None));
    }

    #[test]
    fn a_page_that_keeps_failing_is_visited_every_half_hour_after_its_attempts() {
        let waits = waits(&mut Monitor::new(7), vec![fails("526"); 8]);
        assert!(waits[3..].iter().all(|wait| *wait >= 1_800), "{waits:?}");
    }

    #[test]
    fn a_page_that_a_rule_refuses_isnt_visited_again() {
        let settings = Settings::default();
        let mut monitor = Monitor::new(7);
        monitor.visited(&settings, START, fails("1020"));
        assert_eq!(monitor.next(&settings, EVERY, START), Err(GaveUp::Refused));
    }
}
