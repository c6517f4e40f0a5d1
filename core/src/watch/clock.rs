//! Clocks that jump, and sleep.

use core::time::Duration;

use super::{Effect, InFlightProbe, Phase, Progress, Turn, Watch};
use crate::retry::policy::{self, Trigger};
use crate::time::Timestamp;

/// No moment of a watch lies further ahead than the longest floor with its jitter.
fn farthest_ahead() -> Duration {
    policy::LONGEST_FLOOR + policy::jitter_of(policy::LONGEST_FLOOR)
}

impl Watch {
    /// Reads the clock. One that was set back takes every moment of the watch along; and no moment, read from a damaged
    /// store, lies where no plan could have put it.
    pub(super) fn read_clock(&mut self, now: Timestamp) {
        let back = self.seen.since(now);
        self.seen = now;
        let farthest = now.after(farthest_ahead());
        for moment in self.moments_ahead() {
            *moment = moment.before(back).min(farthest);
        }
        for moment in self.moments_behind() {
            *moment = moment.before(back).min(now);
        }
    }

    /// Notices that the alarm is so late that the machine must have slept. What was due then is due shortly, and the time
    /// asleep does not count.
    pub(super) fn wake_if_late(&mut self, turn: &mut Turn<'_>) {
        let slept = |due: Timestamp| turn.now.since(due) > policy::ASLEEP_AFTER;
        match self.phase {
            Phase::Waiting { at, .. } | Phase::Probing { deadline: at, .. } if slept(at) => {
                self.discount(turn, at);
                self.resume_soon(turn, Trigger::Awake);
            }
            Phase::Navigating { tab, deadline, reason, .. } if slept(deadline) => {
                self.discount(turn, deadline);
                if let Some(url) = self.tab(tab).map(|tab| tab.url.clone()) {
                    turn.order(Effect::Ask { tab, url });
                }
                let deadline = turn.now.after(policy::ASK_DEADLINE);
                self.phase = Phase::Navigating { tab, deadline, reason, progress: Progress::Asked { extensions: 0 } };
            }
            _ => {}
        }
    }

    /// Leaves the time since a moment out of how long the failure has lasted.
    pub(super) fn discount(&mut self, turn: &Turn<'_>, from: Timestamp) {
        self.schedule.discount(from, turn.now);
    }

    /// Moments of plans.
    fn moments_ahead(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let flight = self.in_flight.as_mut().map(|InFlightProbe { deadline, .. }| deadline);
        self.phase.moments().chain(flight).chain([self.schedule.planned()])
    }

    /// Moments of things that happened.
    fn moments_behind(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        self.schedule
            .past()
            .chain(&mut self.stopped)
            .chain(self.tabs.iter_mut().map(|tab| &mut tab.seen_at))
            .chain(self.trace.as_mut().map(|trace| &mut trace.seen_at))
            .chain(&mut self.trace_requested)
    }
}
