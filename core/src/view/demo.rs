//! The demonstration on the welcome page: a real watch and its panel, on a scripted failure with short waits. It sends
//! and stores nothing.

use core::time::Duration;

use super::{PanelView, ViewContext, World};
use crate::catalog;
use crate::data_centre::Iata;
use crate::diagnosis::Diagnosis;
use crate::outside::trace::Trace;
use crate::settings::{Settings, Shape, Switch};
use crate::time::Timestamp;
use crate::url::PageUrl;
use crate::watch::{Choice, Effect, Event, Failure, Phase, ProbeOutcome, TabId, Watch};
use crate::words::Words;

/// The failing site: a name that's reserved for examples.
const PAGE: &str = "https://shop.example/";
const TAB: TabId = TabId(0);

/// The waits between the checks, in seconds, in place of minutes.
const WAIT_S: u32 = 8;

/// How long a scripted answer takes.
const ANSWER: Duration = Duration::from_millis(1_500);

/// How many checks find the site failing.
const FAILING_CHECKS: u32 = 1;

/// The demonstration's current state.
#[derive(Clone, Debug)]
pub struct Demo {
    settings: Settings,
    watch: Watch,
    checks: u32,
    /// The scripted event that comes next instead of the alarm, and when.
    answer: Option<(Event, Timestamp)>,
}

impl Demo {
    /// Begins with the failure; `None` only if the page's address couldn't be parsed, which doesn't happen.
    #[must_use]
    pub fn new(now: Timestamp) -> Option<Self> {
        let url = PageUrl::parse(PAGE).ok()?;
        let settings = Settings {
            schedule: Shape::Steps,
            steps_s: vec![WAIT_S],
            floor_s: WAIT_S,
            code_floors_s: [(catalog::EXAMPLE.number(), WAIT_S)].into(),
            status_page: Switch::Off,
            ..Settings::default()
        };
        let watch = Watch::new(url.origin().clone(), 0);
        let mut demo = Self { settings, watch, checks: 0, answer: None };
        let failure = Failure::new(TAB, url, Diagnosis::of_code(catalog::EXAMPLE));
        demo.step(now, Event::Failed(Box::new(failure)));
        demo.step(now, Event::Traced { trace: Trace::Edge { data_centre: Iata::parse("FRA") } });
        Some(demo)
    }

    /// When [`Self::advance`] is due; `None` once nothing follows.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match (&self.answer, self.watch.phase()) {
            (Some((_, at)), _) | (None, Phase::Waiting { at, .. }) => Some(*at),
            (None, _) => None,
        }
    }

    /// Carries out what's due.
    pub fn advance(&mut self, now: Timestamp) {
        if self.due().is_some_and(|due| due <= now) {
            let event = self.answer.take().map_or(Event::Alarm, |(event, _)| event);
            self.step(now, event);
        }
    }

    /// Presses one of the panel's buttons.
    pub fn press(&mut self, now: Timestamp, choice: Choice) {
        self.answer = None;
        self.step(now, Event::Pressed(choice));
    }

    /// The panel; `None` once the page is back.
    #[must_use]
    pub fn panel(&self, words: &Words, now: Timestamp) -> Option<PanelView> {
        let world = World::default();
        let context = ViewContext { words, settings: &self.settings, world: &world, now };
        context.panel(&self.watch, TAB)
    }

    /// The site's name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.watch.origin().host()
    }

    /// Steps the watch, and answers its effects from the script.
    fn step(&mut self, now: Timestamp, event: Event) {
        let (watch, effects) = self.watch.clone().step(&self.settings, now, event);
        self.watch = watch;
        for effect in effects {
            let answer = match effect {
                Effect::Probe { probe, .. } => {
                    self.checks += 1;
                    let failing = (self.checks <= FAILING_CHECKS).then(|| Diagnosis::of_code(catalog::EXAMPLE));
                    Event::ProbeEnded { probe, outcome: ProbeOutcome::of(failing) }
                }
                Effect::Navigate { tab, .. } | Effect::Ask { tab, .. } => Event::Loaded { tab },
                Effect::SetAlarm { .. }
                | Effect::Leave { .. }
                | Effect::ReadStatusPage
                | Effect::Trace
                | Effect::Notify { .. }
                | Effect::Record(_)
                | Effect::Forget => continue,
            };
            self.answer = Some((answer, now.after(ANSWER)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_795_000_000_000);

    #[test]
    fn it_fails_checks_twice_and_is_back_within_a_minute() {
        let words = Words::english().unwrap();
        let mut demo = Demo::new(START).unwrap();
        let mut shown = Vec::new();
        let mut now = START;
        while let Some(due) = demo.due() {
            now = due;
            demo.advance(now);
            shown.extend(demo.panel(&words, now).map(|panel| format!("{panel:?}")));
        }
        assert!(now.since(START) < Duration::from_mins(1), "{:?}", now.since(START));
        assert_eq!((demo.checks, demo.panel(&words, now)), (2, None), "{shown:?}");
        assert!(shown.iter().any(|text| text.contains("Checking now")), "{shown:?}");
    }

    #[test]
    fn its_buttons_work() {
        let words = Words::english().unwrap();
        let mut demo = Demo::new(START).unwrap();
        demo.press(START, Choice::Stop);
        assert_eq!(demo.due(), None);
        let stopped = format!("{:?}", demo.panel(&words, START).unwrap());
        assert!(stopped.contains("Stopped"), "{stopped}");
        demo.press(START, Choice::Resume);
        assert!(demo.due().is_some());
        demo.press(START, Choice::ReloadNow { tab: Some(TAB) });
        demo.advance(START.after(ANSWER));
        assert_eq!(demo.panel(&words, START), None);
    }
}
