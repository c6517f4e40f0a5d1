//! When to try one failing site again: the history of its failure, and the next attempt that follows from it.
//!
//! A [`Schedule`] knows nothing about tabs, probes or browsers, so a command, a crawler or a simulation can use it as
//! is; [`Watch`](crate::watch::Watch) combines it with the tabs that it serves. Its numbers are the rules in
//! [`policy`].

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalog::Remedy;
use crate::diagnosis::Diagnosis;
use crate::retry::policy::{self, Scope, Trigger};
use crate::retry::remedy::remedy;
use crate::retry::{self, Attention, GaveUp, IncidentState, Pace, RetryContext, Wait};
use crate::settings::Settings;
use crate::time::Timestamp;

/// The first number of the draws that aren't waits between attempts.
const OTHER_DRAWS: u32 = 1 << 31;

/// One site's failure and when to try again.
///
/// The order of calls: [`failed`](Self::failed) with the first failing answer; [`next`](Self::next) for when to try
/// again; then, at that time, [`blocked`](Self::blocked), and if nothing blocks it, [`requested`](Self::requested) and
/// the request; then [`attempt_failed`](Self::attempt_failed), [`attempt_barred`](Self::attempt_barred),
/// [`attempt_unanswered`](Self::attempt_unanswered) or [`attempt_succeeded`](Self::attempt_succeeded), and `next` again.
///
/// It has no clock: every method takes the current time. The same seed and calls give the same times.
///
/// ```
/// use core::time::Duration;
/// use rayback_core::{Diagnosis, Schedule, Settings, Timestamp};
///
/// let settings = Settings::default();
/// let start = Timestamp::from_unix_millis(1_800_000_000_000);
/// let answer = Diagnosis::of_code("522".parse().expect("a code"));
///
/// let mut schedule = Schedule::new(7);
/// schedule.failed(&settings, start, answer.clone());
/// let due = schedule.next(&settings, start).expect("a 522 may be retried");
/// assert!(due.at.since(start) >= Duration::from_secs(120), "Cloudflare asks for 120 s");
///
/// assert!(schedule.blocked(due.at).is_none());
/// schedule.requested(due.at);
/// schedule.attempt_failed(&settings, due.at, answer);
/// assert!(schedule.next(&settings, due.at).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// A random number drawn once by the shell; all jitter follows from it.
    seed: u64,
    /// When the failure was first seen; moved forward by time offline or asleep.
    since: Timestamp,
    /// When the latest failing answer came.
    answered: Timestamp,
    /// No automatic attempt is made before this.
    not_before: Timestamp,
    /// The latest failing answer.
    diagnosis: Option<Diagnosis>,
    /// The number of attempts in this failure; jitter depends on it.
    attempts: u32,
    /// The number of failed attempts under the current remedy.
    attempts_under_remedy: u32,
    /// The number of consecutive probes without an answer.
    unanswered_probes: u32,
    /// When the automatic requests of the last hour were made, oldest first.
    requests: Vec<Timestamp>,
    /// When the site was last seen to work, if it hasn't failed since.
    healthy_since: Option<Timestamp>,
    /// Whether Cloudflare has an open incident that concerns the site.
    incident: IncidentState,
    /// When the connection was lost; `None` while there is one.
    offline_since: Option<Timestamp>,
}

/// The next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When it is due; never before the floor of the latest answer.
    pub at: Timestamp,
    /// The reason for the length of the wait.
    pub pace: Pace,
}

/// The reason why an attempt that is due can't be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// A floor or the hourly budget holds until then.
    Until(Timestamp),
    /// The failure has lasted for [`policy::GIVE_UP_AFTER`]; automatic attempts are over.
    DayOver,
}

impl Blocked {
    /// When the attempt may be made; `None` if automatic attempts are over.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Until(at) => Some(at),
            Self::DayOver => None,
        }
    }
}

impl Schedule {
    /// Creates a schedule that has seen no failure. `seed` spreads the attempts of many clients: draw it at random,
    /// once.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let start = Timestamp::default();
        Self {
            seed,
            since: start,
            answered: start,
            not_before: start,
            diagnosis: None,
            attempts: 0,
            attempts_under_remedy: 0,
            unanswered_probes: 0,
            requests: Vec::new(),
            healthy_since: None,
            incident: IncidentState::None,
            offline_since: None,
        }
    }

    // Recording events.

    /// Records a failing answer. The first one begins the failure; one within [`policy::HEALTHY_AFTER`] of a recovery
    /// continues with the old backoff.
    pub fn failed(&mut self, settings: &Settings, now: Timestamp, answer: Diagnosis) {
        if self.diagnosis.is_none() {
            self.restart(now);
        }
        self.relapsed(now);
        let before = self.remedy();
        self.answered = now;
        self.not_before = self.not_before.max(now.after(retry::floor(settings, &answer)));
        self.diagnosis = Some(answer);
        if self.remedy() != before {
            self.attempts_under_remedy = 0;
        }
    }

    /// Records an attempt that got a failing answer.
    pub fn attempt_failed(&mut self, settings: &Settings, now: Timestamp, answer: Diagnosis) {
        self.unanswered_probes = 0;
        self.attempt_ended(settings, now, Some(answer));
    }

    /// Records an attempt whose answer proves nothing about the origin: a challenge or a block.
    pub fn attempt_barred(&mut self, settings: &Settings, now: Timestamp) {
        self.unanswered_probes = 0;
        self.attempt_ended(settings, now, self.diagnosis.clone());
    }

    /// Records an attempt that got no answer. The floor of the last answer holds again.
    pub fn attempt_unanswered(&mut self, settings: &Settings, now: Timestamp) {
        self.unanswered_probes = self.unanswered_probes.saturating_add(1);
        self.attempt_ended(settings, now, self.diagnosis.clone());
    }

    fn attempt_ended(&mut self, settings: &Settings, now: Timestamp, answer: Option<Diagnosis>) {
        self.counted();
        self.counted_under_remedy();
        if let Some(answer) = answer {
            self.failed(settings, now, answer);
        }
    }

    /// Records an attempt that found the site working.
    pub fn attempt_succeeded(&mut self, now: Timestamp) {
        self.counted();
        self.recovered(now);
    }

    /// Records that the site was seen to work.
    pub fn recovered(&mut self, now: Timestamp) {
        self.healthy_since = Some(now);
    }

    /// Restarts the failure now, as after the user asked again; floor and budget still hold.
    pub fn restart(&mut self, now: Timestamp) {
        self.since = now;
        self.attempts = 0;
        self.attempts_under_remedy = 0;
        self.unanswered_probes = 0;
    }

    /// Records that the connection was lost.
    pub fn went_offline(&mut self, now: Timestamp) {
        self.offline_since = self.offline_since.or(Some(now));
    }

    /// Records that the connection is back. See [`discount`](Self::discount) for the time without it.
    pub fn came_online(&mut self) {
        self.offline_since = None;
    }

    /// Records whether Cloudflare has an open incident that concerns the site; returns whether that changed.
    pub fn set_incident(&mut self, incident: IncidentState) -> bool {
        core::mem::replace(&mut self.incident, incident) != incident
    }

    /// Excludes the time from `from` to `now` from the failure's duration: the machine was offline or asleep.
    pub fn discount(&mut self, from: Timestamp, now: Timestamp) {
        self.since = self.since.after(now.since(from)).min(now);
    }

    /// Records an automatic request made now; it counts against the hourly budget.
    pub fn requested(&mut self, now: Timestamp) {
        self.requests.push(now);
    }

    // Planning.

    /// Returns the next attempt after the latest failing answer.
    ///
    /// # Errors
    ///
    /// If automatic attempts are over.
    pub fn next(&mut self, settings: &Settings, now: Timestamp) -> Result<Due, GaveUp> {
        self.next_for(settings, now, Attention::OutOfView)
    }

    /// Returns the next attempt, sooner if the user is looking at the failing page.
    ///
    /// # Errors
    ///
    /// If automatic attempts are over.
    pub fn next_for(&mut self, settings: &Settings, now: Timestamp, attention: Attention) -> Result<Due, GaveUp> {
        let diagnosis = self.diagnosis.as_ref().ok_or(GaveUp::Refused)?;
        let context = RetryContext {
            lasted: now.since(self.since),
            attempts_under_remedy: self.attempts_under_remedy,
            attempt: self.attempts,
            seed: self.seed,
            attention,
            incident: self.incident,
        };
        let Wait { floor, delay, pace } = retry::wait(settings, diagnosis, &context)?;
        self.not_before = self.not_before.max(self.answered.after(floor));
        Ok(Due { at: self.answered.after(delay).max(self.not_before).max(now), pace })
    }

    /// Returns when an attempt may be made if something brings it forward: soon, but not before the floor.
    #[must_use]
    pub fn brought_forward(&self, now: Timestamp, trigger: Trigger) -> Timestamp {
        let (least, spread) = trigger.settle();
        let draw = OTHER_DRAWS.wrapping_add(self.attempts);
        self.not_before.max(now.after(least + retry::uniform(self.seed, draw, spread)))
    }

    /// Returns the reason why an attempt can't be made now; `None` if it can.
    pub fn blocked(&mut self, now: Timestamp) -> Option<Blocked> {
        if self.is_day_over(now) {
            return Some(Blocked::DayOver);
        }
        let floor = Some(self.not_before).filter(|at| *at > now);
        floor.or_else(|| self.budget_again_at(now)).map(Blocked::Until)
    }

    // Reading the state.

    /// The latest failing answer; `None` before the first, and after [`forget_failure`](Self::forget_failure).
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }

    /// The remedy of the latest failing answer.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        self.diagnosis.as_ref().map(remedy)
    }

    /// How much of the site the latest failing answer represents.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.diagnosis.as_ref().map_or(Scope::Page, retry::scope)
    }

    /// When the failure was first seen, not counting time offline or asleep; `None` while there is no failure.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.diagnosis.as_ref().map(|_| self.since)
    }

    /// The number of attempts made in this failure.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the current wait began: with the latest failing answer or automatic request.
    #[must_use]
    pub fn waiting_since(&self) -> Timestamp {
        self.requests.last().map_or(self.answered, |request| self.answered.max(*request))
    }

    /// The number of consecutive probes without an answer.
    #[must_use]
    pub fn unanswered_probes(&self) -> u32 {
        self.unanswered_probes
    }

    /// No automatic attempt is made before this.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// When the site was last seen to work, if it hasn't failed since.
    #[must_use]
    pub fn healthy_since(&self) -> Option<Timestamp> {
        self.healthy_since
    }

    /// Whether Cloudflare has an open incident that concerns the site.
    #[must_use]
    pub fn incident(&self) -> IncidentState {
        self.incident
    }

    /// When the connection was lost; `None` while there is one as far as is known.
    #[must_use]
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.offline_since
    }

    /// The time until which past requests count against the budget or the latest floor holds; after that, the schedule
    /// can be forgotten without loss.
    #[must_use]
    pub fn remembered_until(&self, now: Timestamp) -> Timestamp {
        let budget = self.requests.last().map(|at| at.after(policy::BUDGET_WINDOW));
        budget.unwrap_or(now).max(self.not_before).max(now)
    }

    /// Ends the failure for good; only the budget and the floor remain.
    pub fn forget_failure(&mut self) {
        self.healthy_since = None;
        self.diagnosis = None;
    }

    // Needed only by the watch.

    /// Records that the site fails again. After less than [`policy::HEALTHY_AFTER`] of health the old backoff
    /// continues.
    pub(crate) fn relapsed(&mut self, now: Timestamp) {
        let healthy = self.healthy_since.take().map(|since| now.since(since));
        if healthy.is_some_and(|healthy| healthy >= policy::HEALTHY_AFTER) {
            self.restart(now);
        }
    }

    /// Counts an attempt, with any result.
    pub(crate) fn counted(&mut self) {
        self.attempts = self.attempts.wrapping_add(1) % OTHER_DRAWS;
    }

    /// Counts a failed attempt against the maximum that the remedy allows.
    pub(crate) fn counted_under_remedy(&mut self) {
        self.attempts_under_remedy = self.attempts_under_remedy.saturating_add(1);
    }

    /// Allows the remedy's attempts once more.
    pub(crate) fn allow_remedy_again(&mut self) {
        self.attempts_under_remedy = 0;
    }

    pub(crate) fn set_unanswered_probes(&mut self, number: u32) {
        self.unanswered_probes = number;
    }

    pub(crate) fn is_day_over(&self, now: Timestamp) -> bool {
        now.since(self.since) >= policy::GIVE_UP_AFTER
    }

    /// Returns when the hourly budget allows a request again; `None` if it does now.
    pub(crate) fn budget_again_at(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.requests.retain(|at| now.since(*at) < policy::BUDGET_WINDOW);
        let over = self.requests.len().checked_sub(policy::BUDGET)?;
        self.requests.get(over).map(|at| at.after(policy::BUDGET_WINDOW))
    }

    #[cfg(test)]
    pub(crate) fn requests_since(&self, start: Timestamp) -> usize {
        self.requests.iter().filter(|at| **at > start).count()
    }

    /// Returns the pause before the next of several navigations in a recovery.
    pub(crate) fn spread(&self, left: usize, most: Duration) -> Duration {
        let draw = self.attempts.wrapping_add(u32::try_from(left).unwrap_or_default());
        retry::uniform(!self.seed, draw, most)
    }

    /// The planned time.
    pub(crate) fn planned(&mut self) -> &mut Timestamp {
        &mut self.not_before
    }

    /// The times of past events.
    pub(crate) fn past(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        [&mut self.since, &mut self.answered]
            .into_iter()
            .chain(&mut self.requests)
            .chain(&mut self.healthy_since)
            .chain(&mut self.offline_since)
    }
}
