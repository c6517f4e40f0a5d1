//! An origin of finite capacity: it comes back, and falls over again when everyone asks at once.

use crate::client::{Answer, Outcome};
use crate::outage::arrivals;
use crate::policy::Maker;
use crate::time::{HOUR, Millis, SECOND};

/// The browsers that wait for it; the capacity goes with the number, so more would change nothing but the noise.
const BROWSERS: u32 = 20_000;
/// Visitors come in ten minutes as many as wait here, and it can serve three times that rate. An assumption.
const CAPACITY_PER_S: u32 = BROWSERS / 600 * 3;
/// Overloaded, it fails for this long. An assumption: the time of a restart.
const RESTART: Millis = 60 * SECOND;
/// If it is not back by then, it is not coming back under this load.
const PATIENCE: Millis = 6 * HOUR;

/// What became of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comeback {
    /// From the first recovery until 95 % of the browsers had their page, in seconds; `None` if that never came.
    pub(crate) all_back_s: Option<i64>,
    /// How often it fell over again.
    pub(crate) relapses: u32,
}

/// Runs a crowd through one outage.
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
        // A request may be followed by another in the same second.
        while let Some(number) = seconds.get_mut(second).and_then(Vec::pop) {
            let Some(browser) = browsers.get_mut(number) else { continue };
            let answer = if now < down_until {
                Answer::Failing
            } else if served < CAPACITY_PER_S {
                served += 1;
                Answer::Working
            } else {
                comeback.relapses += 1;
                down_until = now + RESTART;
                Answer::Failing
            };
            match browser.answer(answer) {
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
