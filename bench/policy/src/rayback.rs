//! A browser with Rayback: the very step function, driven by simulated time.

use std::sync::Arc;

use rayback_core::diagnosis::Diagnosis;
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{
    Effect, Event, Failure, Isolation, Method, Phase, ProbeOutcome, Report, TabId, UnsavedInput, Visibility, Watch,
};

use crate::client::{Answer, Client, Outcome};
use crate::time::{LATENCY, Millis};

/// Far from zero, as real clocks are.
const EPOCH: Millis = 1_800_000_000_000;
const TAB: TabId = TabId(1);
/// The commonest of the codes that mean an outage. Its floor of 120 s is the longest there is.
const CODE: &str = "522";

fn failing() -> Diagnosis {
    Diagnosis::of_code(CODE.parse().expect("a number"))
}

/// One browser with one failing tab.
pub(crate) struct Rayback {
    settings: Arc<Settings>,
    watch: Option<Watch>,
    visibility: Visibility,
    next: Option<Request>,
}

#[derive(Clone, Copy)]
struct Request {
    at: Millis,
    kind: RequestKind,
}

#[derive(Clone, Copy)]
enum RequestKind {
    Probe(u32),
    Navigation,
}

impl Rayback {
    pub(crate) fn new(
        settings: Arc<Settings>,
        url: &PageUrl,
        arrival: Millis,
        seed: u64,
        visibility: Visibility,
    ) -> Self {
        let watch = Some(Watch::new(url.origin().clone(), seed));
        let mut browser = Self { settings, watch, visibility, next: None };
        browser.tell(arrival, failed(url.clone(), visibility));
        browser.ring_until_request();
        browser
    }

    fn tell(&mut self, at: Millis, event: Event) {
        // A panic in between ends the whole run, so nobody sees the gap.
        let Some(watch) = self.watch.take() else { return };
        let (watch, effects) = watch.step(&self.settings, moment(at), event);
        self.watch = Some(watch);
        for effect in effects {
            match effect {
                Effect::Probe { probe, .. } => self.next = Some(Request { at, kind: RequestKind::Probe(probe) }),
                Effect::Navigate { delay, .. } => {
                    let delay = Millis::try_from(delay.as_millis()).unwrap_or(Millis::MAX);
                    self.next = Some(Request { at: at + delay, kind: RequestKind::Navigation });
                }
                _ => {}
            }
        }
    }

    /// Rings the alarm until a request goes out; the watch that gives up for the day asks only its tabs, every hour.
    fn ring_until_request(&mut self) {
        while self.next.is_none() {
            let Some(watch) = self.watch.as_ref().filter(|watch| !matches!(watch.phase(), Phase::Manual { .. })) else {
                return;
            };
            let Some(at) = watch.alarm_at() else { return };
            self.tell(at.unix_millis() - EPOCH, Event::Alarm);
        }
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
            (RequestKind::Navigation, Answer::Failing) => {
                let url = self.watch.as_ref().and_then(|watch| watch.tabs().first()).map(|tab| tab.url.clone());
                if let Some(url) = url {
                    self.tell(at, failed(url, self.visibility));
                }
            }
            (RequestKind::Probe(probe), Answer::Working) => {
                self.tell(at, Event::ProbeEnded { probe, outcome: ProbeOutcome::Recovered });
            }
            (RequestKind::Probe(probe), Answer::Failing) => {
                let outcome = ProbeOutcome::Failing { diagnosis: Box::new(failing()) };
                self.tell(at, Event::ProbeEnded { probe, outcome });
            }
        }
        self.ring_until_request();
        Outcome::StillWaiting
    }
}

fn moment(at: Millis) -> Timestamp {
    Timestamp::from_unix_millis(EPOCH + at)
}

fn failed(url: PageUrl, visibility: Visibility) -> Event {
    Event::Failed(Box::new(Failure {
        tab: TAB,
        url,
        method: Method::Get,
        diagnosis: failing(),
        visibility,
        unsaved_input: UnsavedInput::None,
        isolation: Isolation::Shared,
        report: Report::Fresh,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, MINUTE, SECOND};

    #[test]
    fn a_browser_waits_out_the_outage_and_gets_its_page_by_one_navigation_or_after_a_probe_if_somebody_looks() {
        let url = PageUrl::parse("https://shop.example/").unwrap();
        for (visibility, requests) in [(Visibility::Hidden, 1), (Visibility::Visible, 2)] {
            let mut browser = Rayback::new(Arc::default(), &url, 0, 7, visibility);
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
        let url = PageUrl::parse("https://shop.example/").unwrap();
        let mut browser = Rayback::new(Arc::default(), &url, 0, 7, Visibility::Hidden);
        browser.wait_for(48 * HOUR);
        assert_eq!(browser.due(), None);
    }
}
