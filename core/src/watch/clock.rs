//! Handles clock jumps and sleep.

use core::time::Duration;

use super::{Effect, InFlightProbe, Phase, Progress, Turn, Watch};
use crate::history::Reason;
use crate::retry::policy::{self, Trigger};
use crate::time::Timestamp;

/// Returns how far ahead a watch's times can be: the longest floor with its jitter.
fn farthest_ahead() -> Duration {
    policy::LONGEST_FLOOR + policy::jitter_of(policy::LONGEST_FLOOR)
}

impl Watch {
    /// Reads the clock. If it was set back, all of the watch's times move back with it; and a time from a damaged store
    /// is limited to what could have been planned.
    pub(super) fn read_clock(&mut self, now: Timestamp) {
        let back = self.seen.since(now);
        self.seen = now;
        let farthest = now.after(farthest_ahead());
        for moment in self.moments_ahead() {
            *moment = moment.before(back).min(farthest);
        }
        for moment in self.past_times() {
            *moment = moment.before(back).min(now);
        }
    }

    /// Detects an alarm so late that the machine must have been asleep. Whatever was due is made due shortly, and the
    /// time asleep doesn't count.
    ///
    /// A watch that was just resumed isn't postponed again: a worker with too much to do is late every time, and would never
    /// make an attempt. Nor is a reload that the user asked for.
    pub(super) fn wake_if_late(&mut self, turn: &mut Turn<'_>) {
        let slept = |due: Timestamp| turn.now.since(due) > policy::ASLEEP_AFTER;
        match self.phase {
            Phase::Waiting { at, reason: Reason::Online | Reason::User, .. } if slept(at) => self.discount(turn, at),
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

    /// Excludes the time since `from` from the failure's duration.
    pub(super) fn discount(&mut self, turn: &Turn<'_>, from: Timestamp) {
        self.schedule.discount(from, turn.now);
    }

    /// Times that are planned.
    fn moments_ahead(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let flight = self.in_flight.as_mut().map(|InFlightProbe { deadline, .. }| deadline);
        self.phase.moments().chain(flight).chain([self.schedule.planned()])
    }

    /// Times of past events.
    fn past_times(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        self.schedule
            .past()
            .chain(&mut self.stopped)
            .chain(self.tabs.iter_mut().map(|tab| &mut tab.seen_at))
            .chain(self.trace.as_mut().map(|trace| &mut trace.seen_at))
            .chain(&mut self.trace_requested)
    }
}
