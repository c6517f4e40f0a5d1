//! A browser that waits for the origin under some policy.

use crate::time::Millis;

/// One browser with one failing tab.
pub(crate) trait Client {
    /// The time of its next request; `None` if it has given up or its page is back.
    fn due(&self) -> Option<Millis>;

    /// Completes the due request, at its due time plus the latency.
    fn complete(&mut self, origin: OriginState) -> Outcome;

    /// Runs it against a failing origin until its next request is due at `recovery` or later, and returns the number of
    /// requests made.
    fn wait_for(&mut self, recovery: Millis) -> u64 {
        let mut requests = 0;
        while self.due().is_some_and(|due| due < recovery) {
            self.complete(OriginState::Failing);
            requests += 1;
        }
        requests
    }
}

/// The state of the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginState {
    Failing,
    Working,
}

/// The result of a request for the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    StillWaiting,
    PageIsBack,
}
