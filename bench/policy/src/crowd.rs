//! An origin of limited capacity, which fails again after its recovery if too many browsers request it at once.

use crate::client::{OriginState, Outcome};
use crate::outage::arrivals;
use crate::policy::Maker;
use crate::time::{HOUR, Millis, SECOND};

/// The number of waiting browsers. The capacity is proportional to it, so more browsers would only reduce the noise.
const BROWSERS: u32 = 20_000;
/// The requests per second that it can serve. An assumption: three times the normal rate, at which as many visitors as wait
/// here arrive within ten minutes.
const CAPACITY_PER_S: u32 = BROWSERS / 600 * 3;
/// How long it fails when overloaded. An assumption: the time of a restart.
const RESTART: Millis = 60 * SECOND;
/// If it hasn't recovered by then, it won't under this load.
const PATIENCE: Millis = 6 * HOUR;

/// The outcome.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comeback {
    /// The time from the first recovery until 95 % of the browsers had their page, in seconds; `None` if they never did.
    pub(crate) all_back_s: Option<i64>,
    /// How often it failed again.
    pub(crate) relapses: u32,
}

/// Simulates a crowd during one outage.
pub(crate) fn run(maker: &Maker, outage: Millis) -> Comeback {
    let mut browsers: Vec<_> = (0..u64::from(BROWSERS)).map(|number| maker.browser(number, arrivals(outage))).collect();
    let first = outage / SECOND;
    let last = (outage + PATIENCE) / SECOND;
    let mut seconds: Vec<Vec<usize>> = vec![Vec::new(); usize::try_from(last - first).unwrap_or(0)];
    let slot = |due: Millis| usize::try_from((due / SECOND - first).max(0)).unwrap_or(usize::MAX);
    for (number, browser) in browsers.iter_mut().enumerate() {
        browser.wait_for(outage);
        if let Some(second) = browser.due().and_then(|due| seconds.get_mut(slot(due))) {
            second.push(number);
        }
    }
    let mut comeback = Comeback { all_back_s: None, relapses: 0 };
    let (mut back, mut down_until) = (0_u32, outage);
    let mut second = 0;
    while second < seconds.len() {
        let now = (first + i64::try_from(second).unwrap_or(0)) * SECOND;
        let mut served = 0;
        // A browser may make another request in the same second.
        while let Some(number) = seconds.get_mut(second).and_then(Vec::pop) {
            let Some(browser) = browsers.get_mut(number) else { continue };
            let origin = if now < down_until {
                OriginState::Failing
            } else if served < CAPACITY_PER_S {
                served += 1;
                OriginState::Working
            } else {
                comeback.relapses += 1;
                down_until = now + RESTART;
                OriginState::Failing
            };
            match browser.complete(origin) {
                Outcome::PageIsBack => back += 1,
                Outcome::StillWaiting => {
                    if let Some(next) = browser.due().and_then(|due| seconds.get_mut(slot(due).max(second))) {
                        next.push(number);
                    }
                }
            }
        }
        if back >= BROWSERS / 20 * 19 {
            comeback.all_back_s = Some((now - outage) / SECOND);
            break;
        }
        second += 1;
    }
    comeback
}
