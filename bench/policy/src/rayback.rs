//! A browser with Rayback: core's own schedule, driven by simulated time.

use std::sync::Arc;

use rayback_core::diagnosis::Diagnosis;
use rayback_core::retry::Attention;
use rayback_core::retry::schedule::{Attempted, Blocked, Schedule};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;

use crate::client::{Answer, Client, Outcome};
use crate::time::{LATENCY, Millis};

/// Far from zero, as real clocks are.
const EPOCH: Millis = 1_800_000_000_000;
/// The commonest of the codes that mean an outage. Its floor of 120 s is the longest there is.
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

/// How an attempt is made: a page in view is left alone until a probe has found the site back.
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

    /// Plans the next request; none once the schedule has given up.
    fn plan(&mut self, now: Millis) {
        let Ok(due) = self.schedule.next(&self.settings, moment(now), self.attention) else { return };
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
            Attention::Looking => RequestKind::Probe,
            Attention::Away => RequestKind::Navigation,
        };
        self.next = Some(Request { at: at.unix_millis() - EPOCH, kind });
    }
}

impl Client for Rayback {
    fn due(&self) -> Option<Millis> {
        self.next.map(|request| request.at)
    }

    fn answer(&mut self, answer: Answer) -> Outcome {
        let Some(Request { at, kind }) = self.next.take() else { return Outcome::StillWaiting };
        let at = at + LATENCY;
        match (kind, answer) {
            (RequestKind::Navigation, Answer::Working) => return Outcome::PageIsBack,
            (RequestKind::Probe, Answer::Working) => {
                // The page follows at once: a navigation that is no attempt of the schedule's.
                self.schedule.attempt_succeeded(moment(at));
                self.next = Some(Request { at, kind: RequestKind::Navigation });
            }
            (RequestKind::Probe | RequestKind::Navigation, Answer::Failing) => {
                let result = Attempted::Answered(failing());
                self.schedule.attempt_failed(&self.settings, moment(at), result);
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
    fn a_browser_gets_its_page_by_one_navigation_or_after_a_probe_if_it_is_in_view() {
        for (attention, requests) in [(Attention::Away, 1), (Attention::Looking, 2)] {
            let mut browser = Rayback::new(Arc::default(), 0, 7, attention);
            assert!(browser.due().unwrap() >= 120 * SECOND);
            browser.wait_for(10 * MINUTE);
            for _ in 1..requests {
                assert_eq!(browser.answer(Answer::Working), Outcome::StillWaiting);
            }
            assert_eq!(browser.answer(Answer::Working), Outcome::PageIsBack);
        }
    }

    #[test]
    fn a_browser_gives_up_after_a_day() {
        let mut browser = Rayback::new(Arc::default(), 0, 7, Attention::Away);
        browser.wait_for(48 * HOUR);
        assert_eq!(browser.due(), None);
    }
}
