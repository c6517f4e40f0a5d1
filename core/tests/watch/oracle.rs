//! The rules that every watch must obey, checked from outside by its events and effects.

use std::collections::BTreeMap;
use std::time::Duration;

use rayback_core::diagnosis::{Diagnosis, Kind};
use rayback_core::history::Reason;
use rayback_core::outside::trace::Trace;
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::{PageUrl, Query};
use rayback_core::watch::{
    Choice, Effect, Event, Failure, HoldReason, Isolation, Method, Phase, ProbeOutcome, ProbeTarget, Sighting, TabId,
    TabNumbers, UnsavedInput, Watch,
};

use crate::script::Act;
use crate::world::{World, minutes, seconds};

/// A world that checks the watch's effects against the rules.
pub(crate) struct Oracle {
    world: World,
    /// The sum of the clock's advances. Steps back don't count.
    elapsed: Duration,
    seen: Timestamp,
    browser_alarm: Option<Timestamp>,
    alarm_lost: bool,
    tabs: BTreeMap<TabId, Failure>,
    /// When the user stopped it.
    stopped: Option<Duration>,
    /// No automatic attempt before this.
    floor: Duration,
    attempts: Vec<Duration>,
    probe: Option<(u32, Duration)>,
    last_probe: u32,
    /// Redirected probes in a row since the user or a page last did anything about it.
    redirects: u32,
    /// Whether the user last asked for a reload that waits for the floor.
    reloads_at_floor: bool,
    /// Whether the host turned out not to be on Cloudflare.
    is_contradicted: bool,
    /// The number of attempts and recoveries ordered, so that a test can check that something was tested.
    pub(crate) ordered: usize,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        let world = World::new();
        Self {
            elapsed: Duration::ZERO,
            seen: world.now,
            world,
            browser_alarm: None,
            alarm_lost: false,
            tabs: BTreeMap::new(),
            stopped: None,
            floor: Duration::ZERO,
            attempts: Vec::new(),
            probe: None,
            last_probe: 0,
            redirects: 0,
            reloads_at_floor: false,
            is_contradicted: false,
            ordered: 0,
        }
    }

    /// A world in which this watch was restored from storage.
    pub(crate) fn of(watch: Watch) -> Self {
        let mut oracle = Self::new();
        oracle.world.watch = watch;
        oracle
    }

    /// Performs an act and checks the watch's effects.
    pub(crate) fn act(&mut self, act: Act) {
        if let Some(event) = self.event(act) {
            self.send(event);
        }
    }

    /// Applies an act to the world and returns the resulting event, if any.
    fn event(&mut self, act: Act) -> Option<Event> {
        Some(match act {
            Act::Pass(time) => {
                self.world.pass(time);
                return None;
            }
            Act::SetBack(time) => {
                self.world.now = self.world.now.before(time);
                return None;
            }
            Act::RingOnTime { late } => {
                self.world.now = self.world.now.max(self.world.watch.alarm_at()?).after(late);
                Event::Alarm
            }
            Act::Ring => Event::Alarm,
            Act::LoseAlarm(tabs) => {
                self.alarm_lost = true;
                Event::Started { tabs }
            }
            Act::Start(tabs) => Event::Started { tabs },
            Act::Fail(failure) => Event::Failed(failure),
            Act::Load(tab) => Event::Loaded { tab },
            Act::StillLoading(tab) => Event::Loading { tab },
            Act::Leave(tab) => Event::Left { tab },
            Act::NetworkError(tab) => Event::Unreachable { tab },
            Act::EndProbe { ago, outcome } => Event::ProbeEnded { probe: self.last_probe.saturating_sub(ago), outcome },
            Act::Look(tab, visibility) => Event::Visibility { tab, visibility },
            Act::GoOffline => Event::Offline,
            Act::GoOnline => Event::Online,
            Act::Trace(trace) => Event::Traced { trace },
            Act::OpenIncident => Event::IncidentOpen,
            Act::EndIncident => Event::IncidentOver,
            Act::Press(choice) => {
                if choice == Choice::TrustOrigin {
                    self.world.settings.trusted_origins.insert("https://shop.example".to_owned());
                }
                Event::Pressed(choice)
            }
            Act::Set(settings) => {
                self.world.settings = *settings;
                Event::SettingsChanged
            }
        })
    }

    /// Performs an act on an arbitrary watch and checks only that it doesn't panic.
    pub(crate) fn endure(&mut self, act: Act) {
        if let Some(event) = self.event(act) {
            let _ = self.world.send(event);
        }
    }

    fn send(&mut self, event: Event) {
        self.elapsed += self.world.now.since(self.seen);
        self.seen = self.world.now;
        self.hear(&event);
        let before = self.world.watch.clone();
        let effects = self.world.send(event.clone());
        let again = before.step(&self.world.settings, self.world.now, event);
        assert_eq!(again, (self.world.watch.clone(), effects.clone()), "the same inputs gave different outputs");
        match again.0.phase() {
            Phase::Stopped { .. } => assert!(self.stopped.is_some(), "only the user may stop a watch"),
            // A watch without tabs may forget Stop after a day.
            Phase::Back { .. } | Phase::Idle { .. } if again.0.tabs().is_empty() => {
                self.stopped = self.stopped.filter(|at| self.elapsed.saturating_sub(*at) < minutes(24 * 60));
            }
            _ => {}
        }
        for effect in &effects {
            self.judge(effect);
        }
        if effects.contains(&Effect::Forget) {
            self.world.watch = Watch::new(self.world.watch.origin().clone(), 7);
            self.browser_alarm = None;
            self.last_probe = 0;
            self.stopped = None;
            self.is_contradicted = false;
        } else if !self.alarm_lost {
            assert!(self.world.watch.alarm_at().is_some(), "a live watch needs an alarm");
            assert_eq!(self.browser_alarm, self.world.watch.alarm_at(), "the browser's alarm differs from the watch's");
        }
    }

    /// Records the event's meaning before the watch gets it.
    fn hear(&mut self, event: &Event) {
        if matches!(event, Event::Failed(_) | Event::Loaded { .. } | Event::Pressed(_)) {
            self.redirects = 0;
        }
        match event {
            Event::Alarm => self.browser_alarm = None,
            Event::Started { tabs } => {
                if self.alarm_lost {
                    self.browser_alarm = None;
                    self.alarm_lost = false;
                }
                if matches!(tabs, TabNumbers::Renewed { .. }) {
                    self.tabs.clear();
                }
            }
            Event::Failed(failure) => {
                let refused_beside_others =
                    is_refusal(&failure.diagnosis) && self.tabs.values().any(|tab| !is_refusal(&tab.diagnosis));
                if failure.sighting == Sighting::Fresh && !refused_beside_others {
                    self.answered(&failure.diagnosis);
                }
                let mut failure = (**failure).clone();
                // A document that was already open can't report its request method, so the known method still applies.
                let known = self.tabs.get(&failure.tab).filter(|known| known.url == failure.url);
                if let (Method::Unknown, Sighting::Repeated, Some(known)) = (failure.method, failure.sighting, known) {
                    failure.method = known.method;
                }
                self.tabs.insert(failure.tab, failure);
            }
            Event::Loaded { tab } | Event::Left { tab } | Event::Pressed(Choice::Leave { tab }) => {
                self.tabs.remove(tab);
            }
            Event::ProbeEnded { probe, outcome } => {
                let current =
                    matches!(*self.world.watch.phase(), Phase::Probing { probe: current, .. } if current == *probe);
                if let ProbeOutcome::Failing { diagnosis } = outcome
                    && current
                    && !is_refusal(diagnosis)
                    && self.on_time()
                {
                    self.answered(diagnosis);
                }
                if current {
                    self.redirects = if *outcome == ProbeOutcome::Redirected { self.redirects + 1 } else { 0 };
                }
                if self.probe.is_some_and(|(number, _)| number == *probe) {
                    self.probe = None;
                }
            }
            Event::Pressed(Choice::Stop) if *self.world.watch.phase() != Phase::New => {
                self.stopped = self.stopped.or(Some(self.elapsed));
            }
            Event::Traced { trace } => {
                let is_known = self.world.watch.trace().is_some();
                if *trace != Trace::NoAnswer || !is_known {
                    self.is_contradicted = *trace == Trace::NotEdge;
                }
            }
            Event::Pressed(Choice::Resume) => self.stopped = None,
            Event::Pressed(Choice::ReloadNow { .. }) => self.reloads_at_floor = false,
            Event::Pressed(Choice::ReloadAtFloor { tab }) => {
                let is_busy = matches!(self.world.watch.phase(), Phase::Probing { .. } | Phase::Navigating { .. });
                self.reloads_at_floor |= self.tabs.contains_key(tab) && !is_busy;
            }
            _ => {}
        }
    }

    /// Whether the watch will treat the event as on time, and not as the first after a sleep.
    fn on_time(&self) -> bool {
        self.world.watch.alarm_at().is_some_and(|at| self.world.now.since(at) <= seconds(90))
    }

    fn answered(&mut self, diagnosis: &Diagnosis) {
        self.floor = self.floor.max(self.elapsed + floor(&self.world.settings, diagnosis));
    }

    fn judge(&mut self, effect: &Effect) {
        match effect {
            Effect::SetAlarm { at } => self.browser_alarm = Some(*at),
            Effect::Probe { probe, target, .. } => {
                assert!(self.probe.is_none_or(|(_, until)| self.elapsed >= until), "two probes in flight");
                assert!(*probe > self.last_probe, "a probe's number is used twice");
                self.last_probe = *probe;
                self.probe = Some((*probe, self.elapsed + seconds(25)));
                assert!(self.redirects < 3, "a probe after three redirects");
                self.judge_probe(target);
                self.judge_attempt();
            }
            Effect::Navigate { tab, url, .. } => {
                let Phase::Navigating { reason, .. } = *self.world.watch.phase() else {
                    panic!("a navigation without its phase")
                };
                if reason == Reason::User {
                    assert!(!self.reloads_at_floor || self.elapsed >= self.floor, "a page's reload before the floor");
                } else {
                    self.judge_navigation(*tab, url);
                    if reason == Reason::Recovery {
                        self.ordered += 1;
                        assert!(self.stopped.is_none(), "a request after Stop");
                    } else {
                        self.judge_attempt();
                    }
                }
            }
            _ => {}
        }
    }

    fn judge_attempt(&mut self) {
        self.ordered += 1;
        assert!(!self.is_contradicted, "an attempt for an imitation");
        assert!(self.stopped.is_none(), "a request after Stop");
        assert!(self.elapsed >= self.floor, "{:?} before the floor", self.floor.saturating_sub(self.elapsed));
        self.attempts.retain(|at| *at + minutes(60) > self.elapsed);
        self.attempts.push(self.elapsed);
        assert!(self.attempts.len() <= 20, "over the hourly budget");
    }

    fn judge_probe(&self, target: &ProbeTarget) {
        let shared = || self.tabs.values().filter(|tab| tab.isolation == Isolation::Shared);
        assert!(shared().next().is_some(), "a probe for isolated tabs");
        if let ProbeTarget::Page(url) = target {
            assert_eq!(url.query(), Query::Absent, "an address with a query is probed");
            assert!(
                shared().any(|tab| tab.url == *url && self.may_repeat(tab)),
                "a probe of a page that no tab requested by GET"
            );
        }
    }

    fn judge_navigation(&self, tab: TabId, url: &PageUrl) {
        let shown = self.tabs.get(&tab).expect("a tab without a failing document is navigated");
        assert_eq!(shown.url, *url, "a tab is navigated to another address");
        assert!(self.may_repeat(shown), "the result of a non-GET request is requested again");
        assert_eq!(shown.unsaved_input, UnsavedInput::None, "unsaved input is lost");
        assert_ne!(url.query(), Query::OneTime, "a one-time link is used");
        assert!(!is_refusal(&shown.diagnosis), "a refusal is requested again");
    }

    fn may_repeat(&self, tab: &Failure) -> bool {
        match tab.method {
            Method::Get => true,
            Method::Unknown => self.world.settings.trusted_origins.contains("https://shop.example"),
            Method::Other => false,
        }
    }

    /// Checks that a page that fails now gets an attempt, whatever happened before.
    pub(crate) fn must_continue(mut self) {
        self.send(Event::Online);
        self.send(Event::IncidentOver);
        self.send(Event::Traced { trace: Trace::Edge { data_centre: None } });
        self.send(Event::Pressed(Choice::Resume));
        self.send(Event::Pressed(Choice::BringBack));
        let page = || Event::Failed(Box::new(crate::world::failure(9, 522)));
        self.send(page());
        let before = self.ordered;
        for _ in 0..40 {
            if self.ordered > before {
                return;
            }
            self.act(Act::RingOnTime { late: Duration::ZERO });
            if matches!(self.world.watch.phase(), Phase::Manual { why: HoldReason::DayOver, .. }) {
                // The host's day has just ended; the user reloads the page.
                self.send(page());
            }
        }
        panic!("no attempt: {:?}", self.world.watch.phase());
    }
}

/// Whether the watch must never retry this automatically. Of the scripts' codes, only 1020.
fn is_refusal(diagnosis: &Diagnosis) -> bool {
    diagnosis.kind == Kind::Challenge || diagnosis.code.is_some_and(|code| code.number() == 1020)
}

/// The floor after a response, implemented independently: the response's own wait, the user's floor for the code,
/// Cloudflare's table, or the general floor in the settings. No response can ask for less than the user's floor, no 5xx
/// for less than the table.
fn floor(settings: &Settings, diagnosis: &Diagnosis) -> Duration {
    let code = diagnosis.code.map_or(0, rayback_core::code::Code::number);
    let table = match code {
        502 | 520 => Some(60),
        522 | 524 | 1033 => Some(120),
        1015 => Some(30),
        _ => None,
    };
    let chosen = settings.code_floors_s.get(&code).copied().map(u64::from);
    let known = chosen.or(table);
    let least = if (500..600).contains(&code) { known } else { chosen }.unwrap_or(0);
    let floor = diagnosis.retry_after.map(|wait| wait.as_secs().max(least)).or(known);
    seconds(floor.unwrap_or(settings.floor_s.into()).min(24 * 60 * 60).max(u64::from(settings.floor_s.min(30))))
}
