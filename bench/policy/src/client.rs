//! A browser that waits for the origin, whatever its policy.

use crate::time::Millis;

/// One browser with one failing tab.
pub(crate) trait Client {
    /// When its next request goes out; `None` if it has given up, or its page is back.
    fn due(&self) -> Option<Millis>;

    /// Answers the request that is due, at the moment it was due plus the latency.
    fn answer(&mut self, answer: Answer) -> Outcome;

    /// Lets it go on against a failing origin until its next request is due at `recovery` or later; returns how many
    /// requests that took.
    fn wait_for(&mut self, recovery: Millis) -> u64 {
        let mut requests = 0;
        while self.due().is_some_and(|due| due < recovery) {
            self.answer(Answer::Failing);
            requests += 1;
        }
        requests
    }
}

/// What the origin says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Failing,
    Working,
}

/// What the answer was to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    StillWaiting,
    PageIsBack,
}
