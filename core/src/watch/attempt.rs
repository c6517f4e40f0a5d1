//! Plans the next attempt and makes it when it's due.

use super::reaction::read_status_page;
use super::{
    Effect, HoldReason, InFlightProbe, Isolation, LastNotice, Notice, Phase, ProbeTarget, Progress, TabId, Turn,
    Visibility, Watch, WatchedTab,
};
use crate::catalog::Remedy;
use crate::diagnosis::Diagnosis;
use crate::history::{Attempt, AttemptResult, By, Entry, Reason};
use crate::retry::policy::{self, Scope, Trigger};
use crate::retry::remedy::remedy;
use crate::retry::schedule::{Blocked, Due};
use crate::retry::{self, Attention, Pace};
use crate::settings::Settings;
use crate::url::Query;

/// A way to make an attempt.
enum Route {
    Probe(ProbeTarget),
    Navigate(TabId),
}

impl Watch {
    /// Plans the next attempt after the latest failing answer, or records the reason why there is none.
    pub(super) fn plan(&mut self, turn: &mut Turn<'_>) {
        let check_at = turn.now.after(policy::CHECK_TABS_EVERY);
        self.queue.clear();
        if let Some(since) = self.stopped {
            self.phase = Phase::Stopped { since, check_at };
            return;
        }
        if self.schedule.offline_since().is_some() {
            self.pause(turn);
            return;
        }
        self.phase = match self.next(turn) {
            Err(why) => Phase::Manual { why, check_at },
            Ok(Due { at, pace }) => {
                if pace == Pace::NotReachable && self.last_notice == LastNotice::Nothing {
                    self.last_notice = LastNotice::NotReachable;
                    let tab = self.tabs.first().map(|tab| tab.id);
                    self.notify(turn, Notice::NotReachable, tab);
                }
                Phase::Waiting { at, pace, reason: Reason::Schedule }
            }
        };
    }

    /// Asks the schedule for the next attempt.
    fn next(&mut self, turn: &Turn<'_>) -> Result<Due, HoldReason> {
        if self.is_contradicted() && self.recoverable().next().is_some() {
            return Err(HoldReason::NotCloudflare);
        }
        self.route(turn)?;
        if self.redirects >= policy::MOST_REDIRECTS {
            return Err(HoldReason::AttemptsUsed);
        }
        let looking = self.recoverable().any(|tab| tab.visibility == Visibility::Visible);
        let attention = if looking { Attention::InView } else { Attention::OutOfView };
        Ok(self.schedule.next_for(turn.settings, turn.now, attention)?)
    }

    /// Brings the planned attempt forward, to the floor at the earliest.
    pub(super) fn bring_forward(&mut self, turn: &Turn<'_>, trigger: Trigger) {
        if let Phase::Waiting { at, pace, .. } = self.phase {
            let sooner = self.schedule.brought_forward(turn.now, trigger);
            if sooner < at {
                self.phase = Phase::Waiting { at: sooner, pace, reason: reason(trigger) };
            }
        }
    }

    /// Resumes after a pause, even if something was due during it.
    pub(super) fn resume_soon(&mut self, turn: &mut Turn<'_>, trigger: Trigger) {
        self.plan(turn);
        if let Phase::Waiting { pace, .. } = self.phase {
            self.phase =
                Phase::Waiting { at: self.schedule.brought_forward(turn.now, trigger), pace, reason: reason(trigger) };
        }
    }

    /// Pauses until the connection is back.
    pub(super) fn pause(&mut self, turn: &Turn<'_>) {
        self.queue.clear();
        self.phase = Phase::Offline { since: turn.now, check_at: turn.now.after(policy::CHECK_TABS_EVERY) };
    }

    /// Carries out what's due, after any event.
    pub(super) fn act_if_due(&mut self, turn: &mut Turn<'_>) {
        if self.alarm_at().is_none_or(|at| at > turn.now) {
            return;
        }
        match self.phase.clone() {
            Phase::Waiting { pace, reason, .. } => self.attempt(turn, pace, reason),
            Phase::Probing { reason, .. } => {
                self.attempt_failed(turn, By::Probe, reason, AttemptResult::NoAnswer, None);
            }
            Phase::Navigating { tab, reason, progress: Progress::Loading { extensions }, .. } => {
                if let Some(url) = self.tab(tab).map(|tab| tab.url.clone()) {
                    turn.order(Effect::Ask { tab, url });
                }
                let deadline = turn.now.after(policy::ASK_DEADLINE);
                self.phase = Phase::Navigating { tab, deadline, reason, progress: Progress::Asked { extensions } };
            }
            Phase::Navigating { .. } => self.navigation_failed(turn, None),
            Phase::Offline { .. } | Phase::Stopped { .. } | Phase::Manual { .. } | Phase::AwaitingClick { .. } => {
                self.check_tabs(turn);
            }
            Phase::Back { .. } => {
                // Healthy for long enough: only the requests made are still remembered.
                self.schedule.forget_failure();
                self.finish(turn);
            }
            Phase::New | Phase::Idle { .. } => {}
        }
        if matches!(self.phase, Phase::Idle { until } if until <= turn.now) {
            turn.order(Effect::Forget);
        }
    }

    /// Asks every tab whether it's still there; forgets a watch that is no longer needed.
    fn check_tabs(&mut self, turn: &mut Turn<'_>) {
        let remembered = self.stopped.is_some_and(|since| turn.now.since(since) < policy::REMEMBER_STOP_FOR);
        if self.tabs.is_empty() && !remembered {
            self.stopped = None;
            self.finish(turn);
            return;
        }
        for tab in &self.tabs {
            turn.order(Effect::Ask { tab: tab.id, url: tab.url.clone() });
        }
        let next = turn.now.after(policy::CHECK_TABS_EVERY);
        if let Phase::Offline { check_at, .. }
        | Phase::Stopped { check_at, .. }
        | Phase::Manual { check_at, .. }
        | Phase::AwaitingClick { check_at } = &mut self.phase
        {
            *check_at = next;
        }
    }

    /// Makes the attempt that is due, unless something forbids it now.
    fn attempt(&mut self, turn: &mut Turn<'_>, pace: Pace, reason: Reason) {
        if self.tabs.is_empty() {
            self.finish(turn);
            return;
        }
        if reason == Reason::User {
            self.navigate_first(turn, reason);
            return;
        }
        let check_at = turn.now.after(policy::CHECK_TABS_EVERY);
        let blocked = self.schedule.blocked(turn.now);
        if blocked == Some(Blocked::DayOver) {
            self.phase = Phase::Manual { why: HoldReason::DayOver, check_at };
            return;
        }
        let in_flight = self.in_flight.map(|flight| flight.deadline).filter(|deadline| *deadline > turn.now);
        if let Some(Blocked::Until(at)) = in_flight.map(Blocked::Until).or(blocked) {
            self.phase = Phase::Waiting { at, pace, reason };
            return;
        }
        match self.route(turn) {
            Err(why) => self.phase = Phase::Manual { why, check_at },
            Ok(Route::Probe(target)) => self.probe(turn, target, reason),
            Ok(Route::Navigate(tab)) => {
                self.schedule.requested(turn.now);
                self.navigate(turn, tab, reason);
            }
        }
    }

    /// Chooses how the next attempt is made; or the reason why none can be.
    ///
    /// On the schedule, a tab out of view is navigated: that costs the site one request instead of two for a probe and
    /// a navigation, and disturbs nobody. A tab in view is left alone while the site is down, so the site is probed
    /// instead. It's also probed if the answer may contain its own wait, which only a probe can read.
    fn route(&self, turn: &Turn<'_>) -> Result<Route, HoldReason> {
        let settings = turn.settings;
        let first = self.recoverable().next().ok_or(HoldReason::Refused)?;
        let diagnosis = self.schedule.diagnosis().unwrap_or(&first.diagnosis);
        let remedy = remedy(diagnosis);
        if let Some(tab) = self.out_of_view(settings).filter(|_| remedy == Remedy::Schedule) {
            return Ok(Route::Navigate(tab.id));
        }
        let navigation = || {
            self.navigable(settings)
                .next()
                .map(|tab| Route::Navigate(tab.id))
                .ok_or_else(|| self.hold_on(settings, first))
        };
        let shared = || self.recoverable().filter(|tab| tab.isolation == Isolation::Shared);
        let is_sparing = remedy == Remedy::Sparingly;
        if is_sparing
            || self.schedule.unanswered_probes() >= policy::UNANSWERED_PROBES_BEFORE_NAVIGATION
            || shared().next().is_none()
        {
            match navigation() {
                Ok(route) => return Ok(route),
                Err(hold) if is_sparing || shared().next().is_none() => return Err(hold.unwrap_or(HoldReason::Refused)),
                Err(_) => {}
            }
        }
        if retry::scope(diagnosis) == Scope::Host {
            return Ok(Route::Probe(self.root()));
        }
        let page = shared().find(|tab| {
            tab.url.query() == Query::Absent && tab.url.is_complete() && self.method_hold(settings, tab).is_none()
        });
        match page {
            // Over https only the root is asked: a path that needs http may not exist there.
            Some(_) if self.asks_https => Ok(Route::Probe(ProbeTarget::SecureRoot)),
            Some(tab) => Ok(Route::Probe(ProbeTarget::Page(tab.url.clone()))),
            // A page that mustn't be requested itself is judged by the root, so that the user can be notified.
            None => Ok(navigation().unwrap_or(Route::Probe(self.root()))),
        }
    }

    fn root(&self) -> ProbeTarget {
        if self.asks_https { ProbeTarget::SecureRoot } else { ProbeTarget::Root }
    }

    /// Returns the tab to navigate as an attempt: one out of view, preferably one whose URL has no query.
    pub(super) fn out_of_view(&self, settings: &Settings) -> Option<&WatchedTab> {
        self.navigable(settings)
            .filter(|tab| tab.visibility == Visibility::Hidden)
            .min_by_key(|tab| tab.url.query() != Query::Absent)
    }

    fn probe(&mut self, turn: &mut Turn<'_>, target: ProbeTarget, reason: Reason) {
        let probe = self.last_probe.wrapping_add(1);
        let deadline = turn.now.after(policy::PROBE_DEADLINE);
        self.last_probe = probe;
        self.in_flight = Some(InFlightProbe { probe, deadline });
        self.schedule.requested(turn.now);
        self.phase = Phase::Probing { probe, deadline, reason };
        turn.order(Effect::Probe { probe, target, timeout: policy::PROBE_DEADLINE });
    }

    /// Counts an attempt that found the site still failing, and plans the next.
    pub(super) fn attempt_failed(
        &mut self,
        turn: &mut Turn<'_>,
        by: By,
        reason: Reason,
        result: AttemptResult,
        answer: Option<Diagnosis>,
    ) {
        self.record(turn, by, reason, result);
        self.schedule.set_unanswered_probes(match (by, result) {
            (By::Probe, AttemptResult::NoAnswer) => self.schedule.unanswered_probes().saturating_add(1),
            _ => 0,
        });
        self.failed_again(turn, answer);
        self.plan(turn);
    }

    /// Records that the site still fails.
    pub(super) fn failed_again(&mut self, turn: &mut Turn<'_>, answer: Option<Diagnosis>) {
        self.schedule.counted_under_remedy();
        // Without an answer, the last one's floor holds again.
        if let Some(answer) = answer.or_else(|| self.schedule.diagnosis().cloned()) {
            self.adopt(turn, answer);
        }
        read_status_page(turn);
    }

    /// Records an attempt in the history, and numbers the next one.
    pub(super) fn record(&mut self, turn: &mut Turn<'_>, by: By, reason: Reason, result: AttemptResult) {
        self.schedule.counted();
        let attempt = Attempt { at: turn.now, by, reason, result };
        self.recent.push(attempt.clone());
        turn.order(Effect::Record(Entry::Attempt(attempt)));
    }
}

fn reason(trigger: Trigger) -> Reason {
    match trigger {
        Trigger::Seen => Reason::Seen,
        Trigger::Online | Trigger::Awake => Reason::Online,
        Trigger::IncidentOver => Reason::IncidentOver,
        Trigger::LoadedElsewhere => Reason::LoadedElsewhere,
    }
}
