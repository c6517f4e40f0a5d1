//! The combined results of many browsers in one or more outages.

use crate::client::{OriginState, Outcome};
use crate::outage::arrivals;
use crate::policy::Maker;
use crate::time::{HOUR, LATENCY, Millis, SECOND};

/// The delay recorded if the page never comes back automatically.
pub(crate) const NEVER: Millis = 24 * HOUR;

/// The combined results of some browsers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// The requests while the origin was failing.
    pub(crate) requests_while_down: u64,
    /// The time from the recovery to the page, one entry per browser.
    pub(crate) delays: Vec<Millis>,
    /// The times of requests after the recovery, counted from it.
    pub(crate) after_recovery: Vec<Millis>,
}

impl Tally {
    /// Simulates the browsers with these numbers during one outage of an origin that can handle any load once it's back.
    pub(crate) fn run(maker: &Maker, browsers: std::ops::Range<u64>, outage: Millis) -> Self {
        let mut tally = Self::default();
        for number in browsers {
            let mut browser = maker.browser(number, arrivals(outage));
            let while_down = browser.wait_for(outage);
            tally.requests += while_down;
            tally.requests_while_down += while_down;
            let mut delay = NEVER;
            while let Some(due) = browser.due() {
                tally.requests += 1;
                tally.after_recovery.push(due - outage);
                if browser.complete(OriginState::Working) == Outcome::PageIsBack {
                    delay = due + LATENCY - outage;
                    break;
                }
            }
            tally.delays.push(delay);
        }
        tally
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.requests_while_down += other.requests_while_down;
        self.delays.extend(other.delays);
        self.after_recovery.extend(other.after_recovery);
    }

    /// The delay that this share of browsers doesn't exceed.
    pub(crate) fn delay(&mut self, share: f64) -> Millis {
        let Some(last) = self.delays.len().checked_sub(1) else { return 0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            clippy::as_conversions,
            reason = "a share of a length"
        )]
        let nth = (last as f64 * share).round() as usize;
        *self.delays.select_nth_unstable(nth.min(last)).1
    }

    /// The busiest second over the mean second, from the recovery until 95 % of the browsers are back.
    pub(crate) fn peak_over_mean(&mut self) -> f64 {
        let end = self.delay(0.95).max(1);
        let seconds = usize::try_from(end / SECOND + 1).unwrap_or(usize::MAX);
        let mut bins = vec![0_u32; seconds];
        for at in self.after_recovery.iter().filter(|at| **at <= end) {
            if let Some(bin) = usize::try_from(at / SECOND).ok().and_then(|second| bins.get_mut(second)) {
                *bin += 1;
            }
        }
        let total: u32 = bins.iter().sum();
        let peak = bins.iter().max().copied().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a number of seconds")]
        let mean = f64::from(total) / seconds as f64;
        f64::from(peak) / mean
    }
}
