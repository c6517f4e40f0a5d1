//! The policies of other tools and of users: reload after waits of fixed lengths.

use rayback_core::retry::uniform;

use crate::client::{Client, OriginState, Outcome};
use crate::time::{LATENCY, MINUTE, Millis, SECOND};

/// A sequence of waits, each counted from the failing response; the last one repeats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ladder {
    pub(crate) waits: &'static [Millis],
    pub(crate) spread: Spread,
}

/// The random variation of the waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// None, as in programs.
    None,
    /// From half to one and a half times the wait, as with people.
    Half,
}

/// Chromium's reload of its own network-error pages. Source: Chromium, `net_error_auto_reloader.cc`.
pub(crate) const CHROMIUM: Ladder = Ladder {
    waits: &[SECOND, 5 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE],
    spread: Spread::None,
};
/// Reload extensions with a common setting.
pub(crate) const EVERY_3_S: Ladder = Ladder { waits: &[3 * SECOND], spread: Spread::None };
/// Reload extensions with a polite setting.
pub(crate) const EVERY_30_S: Ladder = Ladder { waits: &[30 * SECOND], spread: Spread::None };
/// Textbook exponential backoff: 60 s, doubled each time, up to 20 minutes.
pub(crate) const DOUBLING: Ladder =
    Ladder { waits: &[MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 20 * MINUTE], spread: Spread::None };
/// 1, 5 and 15 minutes, then every 15.
pub(crate) const PLAIN_1_5_15: Ladder = Ladder { waits: &[MINUTE, 5 * MINUTE, 15 * MINUTE], spread: Spread::None };
/// A client that follows `retry_after`: 120 s for a 522.
pub(crate) const RETRY_AFTER: Ladder = Ladder { waits: &[120 * SECOND], spread: Spread::None };
/// A user: six quick reloads, ten more every half minute, then one every ten minutes. An assumption.
pub(crate) const USER: Ladder = Ladder {
    waits: &[
        5 * SECOND,
        5 * SECOND,
        5 * SECOND,
        5 * SECOND,
        5 * SECOND,
        5 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        30 * SECOND,
        10 * MINUTE,
    ],
    spread: Spread::Half,
};

/// One browser that reloads after the waits of a ladder.
pub(crate) struct Peer {
    ladder: Ladder,
    seed: u64,
    tries: u32,
    due: Option<Millis>,
}

impl Peer {
    pub(crate) fn new(ladder: Ladder, arrival: Millis, seed: u64) -> Self {
        let mut peer = Self { ladder, seed, tries: 0, due: Some(arrival) };
        peer.due = Some(arrival + peer.wait());
        peer
    }

    fn wait(&self) -> Millis {
        let nth = usize::try_from(self.tries).unwrap_or(usize::MAX);
        let wait = self.ladder.waits.get(nth).or(self.ladder.waits.last()).copied().unwrap_or(MINUTE);
        match self.ladder.spread {
            Spread::None => wait,
            Spread::Half => {
                let most = std::time::Duration::from_millis(wait.unsigned_abs());
                let chance = Millis::try_from(uniform(self.seed, self.tries, most).as_millis()).unwrap_or(0);
                wait / 2 + chance
            }
        }
    }
}

impl Client for Peer {
    fn due(&self) -> Option<Millis> {
        self.due
    }

    fn complete(&mut self, origin: OriginState) -> Outcome {
        match origin {
            OriginState::Working => {
                self.due = None;
                Outcome::PageIsBack
            }
            OriginState::Failing => {
                self.tries += 1;
                let wait = self.wait();
                self.due = self.due.map(|due| due + LATENCY + wait);
                Outcome::StillWaiting
            }
        }
    }

    /// Uses a closed form for a fixed interval.
    fn wait_for(&mut self, recovery: Millis) -> u64 {
        let mut requests = 0;
        while let Some(due) = self.due.filter(|due| *due < recovery) {
            if let ([wait], Spread::None) = (self.ladder.waits, self.ladder.spread) {
                let cycle = wait + LATENCY;
                let cycles = (recovery - due + cycle - 1) / cycle;
                self.due = Some(due + cycles * cycle);
                return cycles.unsigned_abs();
            }
            self.complete(OriginState::Failing);
            requests += 1;
        }
        requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps through every request, for any ladder.
    struct Stepwise(Peer);

    impl Client for Stepwise {
        fn due(&self) -> Option<Millis> {
            self.0.due()
        }

        fn complete(&mut self, origin: OriginState) -> Outcome {
            self.0.complete(origin)
        }
    }

    #[test]
    fn the_closed_form_of_a_fixed_interval_equals_stepping() {
        for recovery in [0, 1, 29_999, 30_000, 30_001, 60_500, 3_600_000] {
            let mut closed = Peer::new(EVERY_30_S, 17, 1);
            let mut stepped = Stepwise(Peer::new(EVERY_30_S, 17, 1));
            assert_eq!(closed.wait_for(recovery), stepped.wait_for(recovery), "{recovery}");
            assert_eq!(closed.due(), stepped.due(), "{recovery}");
        }
    }
}
