//! A fake browser for one watch: stores and restores the watch, and returns its effects.

use std::time::Duration;

use rayback_core::diagnosis::{Diagnosis, Evidence, Kind, Place};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{
    Choice, Effect, Event, Failure, Notice, Phase, ProbeOutcome, ProbeTarget, TabId, Visibility, Watch,
};

/// An arbitrary time, far from zero.
pub(crate) const START: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

pub(crate) fn error(code: u16) -> Diagnosis {
    Diagnosis::of_code(code.to_string().parse().unwrap())
}

/// The same page with a tag that makes the browser load it again.
pub(crate) fn reloading(mut diagnosis: Diagnosis) -> Diagnosis {
    diagnosis.evidence.push(Evidence { marker: "reloads-itself".into(), found: String::new(), place: Place::Body });
    diagnosis
}

pub(crate) fn challenge() -> Diagnosis {
    Diagnosis { kind: Kind::Challenge, code: None, ..error(403) }
}

/// A hidden tab that requested `https://shop.example/page<tab>` by GET and got this code.
pub(crate) fn failure(tab: i32, code: u16) -> Failure {
    let url = PageUrl::parse(&format!("https://shop.example/page{tab}")).unwrap();
    Failure { visibility: Visibility::Hidden, ..Failure::new(TabId(tab), url, error(code)) }
}

/// [`failure`] in a visible tab.
pub(crate) fn failure_in_view(tab: i32, code: u16) -> Failure {
    Failure { visibility: Visibility::Visible, ..failure(tab, code) }
}

/// A watch with its settings and a clock. It's stored and restored between events.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    pub(crate) watch: Watch,
}

impl World {
    pub(crate) fn new() -> Self {
        let origin = PageUrl::parse("https://shop.example/").unwrap().origin().clone();
        Self { settings: Settings::default(), now: START, watch: Watch::new(origin, 7) }
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        let origin = PageUrl::parse("https://shop.example/").unwrap().origin().clone();
        Self { watch: Watch::new(origin, seed), ..Self::new() }
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self { settings, ..Self::new() }
    }

    pub(crate) fn send(&mut self, event: Event) -> Vec<Effect> {
        let watch = Watch::restore(&self.watch.store()).expect("stored state can be restored");
        assert_eq!(watch, self.watch, "the restored watch differs from the stored one");
        let (watch, effects) = watch.step(&self.settings, self.now, event);
        self.watch = watch;
        effects
    }

    pub(crate) fn fail(&mut self, failure: Failure) -> Vec<Effect> {
        self.send(Event::Failed(Box::new(failure)))
    }

    pub(crate) fn press(&mut self, choice: Choice) -> Vec<Effect> {
        self.send(Event::Pressed(choice))
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now.after(time);
    }

    /// Lets time pass until the alarm and fires it.
    pub(crate) fn ring(&mut self) -> Vec<Effect> {
        self.now = self.watch.alarm_at().expect("a live watch has an alarm").max(self.now);
        self.send(Event::Alarm)
    }

    /// Fires alarms until one results in a request, and returns its effects.
    pub(crate) fn ring_until_request(&mut self) -> Vec<Effect> {
        for _ in 0..100 {
            let effects = self.ring();
            if effects.iter().any(is_request) {
                return effects;
            }
        }
        panic!("no request in a hundred alarms: {:?}", self.watch.phase());
    }

    /// Ends the probe in flight.
    pub(crate) fn answer(&mut self, outcome: ProbeOutcome) -> Vec<Effect> {
        let Phase::Probing { probe, .. } = *self.watch.phase() else { panic!("no probe: {:?}", self.watch.phase()) };
        self.send(Event::ProbeEnded { probe, outcome })
    }

    /// Ends the first probe, in any phase.
    pub(crate) fn answer_late(&mut self, outcome: ProbeOutcome) -> Vec<Effect> {
        self.send(Event::ProbeEnded { probe: 1, outcome })
    }

    /// Ends the current probe or navigation with this code's failure.
    pub(crate) fn still(&mut self, code: u16) -> Vec<Effect> {
        match *self.watch.phase() {
            Phase::Navigating { tab, .. } => self.fail(failure(tab.0, code)),
            _ => self.answer(ProbeOutcome::Failing { diagnosis: Box::new(error(code)) }),
        }
    }

    /// Fires alarms and fails each attempt for this long.
    pub(crate) fn keep_failing(&mut self, code: u16, time: Duration) {
        let end = self.now.after(time);
        while self.now < end {
            self.ring();
            self.still(code);
        }
    }

    /// The remaining wait.
    pub(crate) fn wait(&self) -> Duration {
        match *self.watch.phase() {
            Phase::Waiting { at, .. } => at.since(self.now),
            ref phase => panic!("not waiting: {phase:?}"),
        }
    }
}

pub(crate) fn is_request(effect: &Effect) -> bool {
    matches!(effect, Effect::Probe { .. } | Effect::Navigate { .. })
}

pub(crate) fn probed(effects: &[Effect]) -> Option<ProbeTarget> {
    effects.iter().find_map(|effect| match effect {
        Effect::Probe { target, .. } => Some(target.clone()),
        _ => None,
    })
}

pub(crate) fn navigated(effects: &[Effect]) -> Option<TabId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Navigate { tab, .. } => Some(*tab),
        _ => None,
    })
}

pub(crate) fn noticed(effects: &[Effect]) -> Option<Notice> {
    effects.iter().find_map(|effect| match effect {
        Effect::Notify { notice, .. } => Some(*notice),
        _ => None,
    })
}
