//! A browser with Rayback: core's own schedule in simulated time.

use std::sync::Arc;

use rayback_core::diagnosis::Diagnosis;
use rayback_core::retry::Attention;
use rayback_core::retry::schedule::{Blocked, Schedule};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;

use crate::client::{Client, OriginState, Outcome};
use crate::time::{LATENCY, Millis};

/// The simulation's start, far from zero like a real clock.
const EPOCH: Millis = 1_800_000_000_000;
/// The most common code in an outage. Its floor of 120 s is the longest of all codes.
const CODE: &str = "522";

#[expect(clippy::expect_used, reason = "the code is a constant")]
pub(crate) fn failing_with(code: &str) -> Diagnosis {
    Diagnosis::of_code(code.parse().expect("a number"))
}

fn failing() -> Diagnosis {
    failing_with(CODE)
}

/// One browser with one failing page.
pub(crate) struct Rayback {
    settings: Arc<Settings>,
    schedule: Schedule,
    attention: Attention,
    next: Option<Request>,
}

#[derive(Clone, Copy)]
struct Request {
    at: Millis,
    kind: RequestKind,
}

/// The kind of an attempt. A visible page is left alone until a probe finds that the site is back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RequestKind {
    Probe,
    Navigation,
}

impl Rayback {
    pub(crate) fn new(settings: Arc<Settings>, arrival: Millis, seed: u64, attention: Attention) -> Self {
        let mut browser = Self { settings, schedule: Schedule::new(seed), attention, next: None };
        browser.schedule.failed(&browser.settings, moment(arrival), failing());
        browser.plan(arrival);
        browser
    }

    /// Schedules the next request; none once the schedule has given up.
    fn plan(&mut self, now: Millis) {
        let Ok(due) = self.schedule.next_for(&self.settings, moment(now), self.attention) else { return };
        let mut at = due.at;
        loop {
            match self.schedule.blocked(at) {
                Some(Blocked::Until(later)) => at = later,
                Some(Blocked::DayOver) => return,
                None => break,
            }
        }
        self.schedule.requested(at);
        let kind = match self.attention {
            Attention::InView => RequestKind::Probe,
            Attention::OutOfView => RequestKind::Navigation,
        };
        self.next = Some(Request { at: at.unix_millis() - EPOCH, kind });
    }
}

impl Client for Rayback {
    fn due(&self) -> Option<Millis> {
        self.next.map(|request| request.at)
    }

    fn complete(&mut self, origin: OriginState) -> Outcome {
        let Some(Request { at, kind }) = self.next.take() else { return Outcome::StillWaiting };
        let at = at + LATENCY;
        match (kind, origin) {
            (RequestKind::Navigation, OriginState::Working) => return Outcome::PageIsBack,
            (RequestKind::Probe, OriginState::Working) => {
                // The page is loaded immediately, by a navigation that isn't one of the schedule's attempts.
                self.schedule.attempt_succeeded(moment(at));
                self.next = Some(Request { at, kind: RequestKind::Navigation });
            }
            (RequestKind::Probe | RequestKind::Navigation, OriginState::Failing) => {
                self.schedule.attempt_failed(&self.settings, moment(at), failing());
                self.plan(at);
            }
        }
        Outcome::StillWaiting
    }
}

fn moment(at: Millis) -> Timestamp {
    Timestamp::from_unix_millis(EPOCH + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE, SECOND};

    #[test]
    fn a_hidden_page_recovers_by_a_navigation_and_a_visible_one_after_a_probe() {
        for (attention, requests) in [(Attention::OutOfView, 1), (Attention::InView, 2)] {
            let mut browser = Rayback::new(Arc::default(), 0, 7, attention);
            assert!(browser.due().unwrap() >= 120 * SECOND);
            browser.wait_for(10 * MINUTE);
            for _ in 1..requests {
                assert_eq!(browser.complete(OriginState::Working), Outcome::StillWaiting);
            }
            assert_eq!(browser.complete(OriginState::Working), Outcome::PageIsBack);
        }
    }

    #[test]
    fn a_browser_gives_up_after_a_day() {
        let mut browser = Rayback::new(Arc::default(), 0, 7, Attention::OutOfView);
        browser.wait_for(48 * HOUR);
        assert_eq!(browser.due(), None);
    }
}
