//! Reloads tabs one by one once the site is back.

use core::time::Duration;

use super::{Effect, LastNotice, Notice, Phase, Progress, TabId, Turn, Visibility, Watch};
use crate::diagnosis::Diagnosis;
use crate::history::{AttemptResult, By, Reason};
use crate::retry;
use crate::retry::Pace;
use crate::retry::policy::{self, Scope};
use crate::settings::Settings;

impl Watch {
    /// Navigates every tab that may be, those in view first: the site is back.
    pub(super) fn recover(&mut self, turn: &mut Turn<'_>) {
        self.queue = self.navigable(turn.settings).map(|tab| tab.id).collect();
        self.navigate_first(turn, Reason::Recovery);
    }

    /// Reloads a tab, or all of them, because the user asked.
    pub(super) fn reload_now(&mut self, turn: &mut Turn<'_>, tab: Option<TabId>) {
        let asked: Vec<TabId> = match tab {
            Some(tab) => self.tab(tab).map(|tab| tab.id).into_iter().collect(),
            None => self.tabs.iter().map(|tab| tab.id).collect(),
        };
        if asked.is_empty() {
            return;
        }
        match self.phase {
            Phase::Manual { .. } => self.schedule.restart(turn.now),
            Phase::Offline { since, .. } => self.discount(turn, since),
            _ => {}
        }
        self.queue = asked;
        self.navigate_first(turn, Reason::User);
    }

    /// Reloads a tab at the floor at the earliest, because the user asked in its page.
    pub(super) fn reload_at_floor(&mut self, turn: &mut Turn<'_>, tab: TabId) {
        let at = self.schedule.not_before();
        if at <= turn.now || self.tab(tab).is_none() {
            self.reload_now(turn, Some(tab));
            return;
        }
        match self.phase {
            Phase::Probing { .. } | Phase::Navigating { .. } => return, // an attempt is in progress anyway
            Phase::Offline { since, .. } => self.discount(turn, since),
            _ => {}
        }
        self.queue = vec![tab];
        self.phase = Phase::Waiting { at, pace: Pace::Schedule, reason: Reason::User };
    }

    /// Navigates one tab instead: a challenge or a block proves nothing, because a probe isn't a navigation.
    pub(super) fn probe_barred(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        let tab = self.navigable(turn.settings).next().map(|tab| tab.id);
        let allowed = self.schedule.not_before() <= turn.now && self.schedule.budget_again_at(turn.now).is_none();
        match tab {
            Some(tab) if allowed => {
                self.record(turn, By::Probe, reason, AttemptResult::Barred);
                self.schedule.requested(turn.now);
                self.navigate(turn, tab, reason);
            }
            _ => self.attempt_failed(turn, By::Probe, reason, AttemptResult::Barred, None),
        }
    }

    /// A redirect shows that something answers, and only a navigation may find out what it is.
    ///
    /// An http address is redirected by the edge alone, so the https address is asked next. Otherwise one tab out of view
    /// is navigated as this attempt; where there's none, the user is told. Nothing counts as recovered yet.
    pub(super) fn probe_redirected(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        if self.has_https_twin() && !self.asks_https {
            self.asks_https = true;
            self.attempt_failed(turn, By::Probe, reason, AttemptResult::Redirected, None);
            return;
        }
        self.redirects = self.redirects.saturating_add(1);
        let allowed = self.schedule.not_before() <= turn.now && self.schedule.budget_again_at(turn.now).is_none();
        match self.out_of_view(turn.settings).map(|tab| tab.id) {
            Some(tab) if allowed => {
                self.record(turn, By::Probe, reason, AttemptResult::Redirected);
                self.schedule.requested(turn.now);
                self.navigate(turn, tab, reason);
            }
            Some(_) => self.attempt_failed(turn, By::Probe, reason, AttemptResult::Redirected, None),
            None => {
                self.record(turn, By::Probe, reason, AttemptResult::Redirected);
                self.schedule.counted_under_remedy();
                self.await_click(turn);
            }
        }
    }

    /// Whether the host can have the same pages under https: it's http, on the usual port.
    pub(super) fn has_https_twin(&self) -> bool {
        self.origin.as_str().strip_prefix("http://").is_some_and(|authority| authority == self.origin.host())
    }

    /// Orders a navigation.
    pub(super) fn navigate(&mut self, turn: &mut Turn<'_>, tab: TabId, reason: Reason) {
        self.navigate_after(turn, tab, reason, Duration::ZERO);
    }

    fn navigate_after(&mut self, turn: &mut Turn<'_>, tab: TabId, reason: Reason, delay: Duration) {
        let Some(url) = self.tab(tab).map(|tab| tab.url.clone()) else { return };
        let deadline = turn.now.after(policy::NAVIGATION_DEADLINE + delay);
        self.phase = Phase::Navigating { tab, deadline, reason, progress: Progress::Loading { extensions: 0 } };
        turn.order(Effect::Navigate { tab, url, delay });
    }

    pub(super) fn navigate_first(&mut self, turn: &mut Turn<'_>, reason: Reason) {
        match self.take_next(turn.settings, reason) {
            Some(tab) => self.navigate(turn, tab, reason),
            None => self.finish(turn),
        }
    }

    /// Moves on to the next tab in the queue, or ends the recovery.
    pub(super) fn navigate_next(&mut self, turn: &mut Turn<'_>) {
        let Phase::Navigating { reason, .. } = self.phase else { return };
        match self.take_next(turn.settings, reason) {
            Some(tab) => {
                let delay = self.schedule.spread(self.queue.len(), policy::RECOVERY_SPREAD);
                self.navigate_after(turn, tab, reason, delay);
            }
            None => self.finish(turn),
        }
    }

    fn take_next(&mut self, settings: &Settings, reason: Reason) -> Option<TabId> {
        while !self.queue.is_empty() {
            let id = self.queue.remove(0);
            let may = |tab| reason == Reason::User || self.hold_on(settings, tab).is_none();
            if self.tab(id).is_some_and(may) {
                return Some(id);
            }
        }
        None
    }

    /// Records that a navigated tab is healthy; it has already left the watch.
    pub(super) fn navigation_succeeded(&mut self, turn: &mut Turn<'_>, tab: TabId, was: Visibility) {
        let Phase::Navigating { reason, .. } = self.phase else { return };
        self.redirects = 0;
        self.record(turn, By::Navigation, reason, AttemptResult::Recovered);
        if was == Visibility::Hidden && self.last_notice != LastNotice::Back && reason != Reason::User {
            self.last_notice = LastNotice::Back;
            self.notify(turn, Notice::PageIsBack, Some(tab));
        }
        // One tab represents all of them if it recovered automatically, or at the user's request from a failure of the
        // whole host.
        let speaks_for_all = match reason {
            Reason::Recovery => false,
            Reason::User => self.stopped.is_none() && self.schedule.scope() == Scope::Host,
            _ => true,
        };
        if speaks_for_all && self.queue.is_empty() {
            self.recover(turn);
        } else {
            self.navigate_next(turn);
        }
    }

    /// Records that a navigated tab still fails, with this answer if it got one.
    pub(super) fn navigation_failed(&mut self, turn: &mut Turn<'_>, answer: Option<Diagnosis>) {
        let Phase::Navigating { reason, .. } = self.phase else { return };
        let result = match &answer {
            Some(answer) => AttemptResult::Failing { code: retry::code(answer) },
            None => AttemptResult::NoAnswer,
        };
        match reason {
            Reason::Recovery | Reason::User => {
                self.record(turn, By::Navigation, reason, result);
                let whole_host = answer.as_ref().is_some_and(|answer| retry::scope(answer) == Scope::Host);
                self.failed_again(turn, answer);
                if whole_host {
                    // The others would only add to the load under which the host has just failed.
                    self.queue.clear();
                }
                self.navigate_next(turn);
            }
            _ => self.attempt_failed(turn, By::Navigation, reason, result, answer),
        }
    }

    /// Decides what is left to do when nothing is in progress.
    pub(super) fn finish(&mut self, turn: &mut Turn<'_>) {
        self.queue.clear();
        if self.stopped.is_some() {
            self.plan(turn);
        } else if self.tabs.is_empty() {
            self.phase = match self.schedule.healthy_since() {
                Some(since) => Phase::Back { until: since.after(policy::HEALTHY_AFTER) },
                None => Phase::Idle { until: self.schedule.remembered_until(turn.now) },
            };
        } else if self.schedule.healthy_since().is_some() && self.navigable(turn.settings).next().is_none() {
            self.await_click(turn);
        } else {
            self.plan(turn);
        }
    }

    fn await_click(&mut self, turn: &mut Turn<'_>) {
        let check_at = turn.now.after(policy::CHECK_TABS_EVERY);
        let waiting = self.recoverable().next().map(|tab| tab.id);
        let Some(tab) = waiting else {
            self.plan(turn);
            return;
        };
        self.phase = Phase::AwaitingClick { check_at };
        if self.last_notice != LastNotice::Back {
            self.last_notice = LastNotice::Back;
            self.notify(turn, Notice::SiteIsBack, Some(tab));
        }
    }
}
