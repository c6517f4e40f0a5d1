//! One origin's failure, from the first failing page to the healthy tab.
//!
//! A [`Watch`] is a small value that is stored after every event, so the worker that carries out its effects may be stopped at
//! any time. It composes a [`Schedule`], which decides when to try again, with the tabs that it serves. The order of calls:
//!
//! 1. load the watch ([`Watch::restore`], or [`Watch::new`] if none is stored);
//! 2. [`Watch::step`] with one [`Event`];
//! 3. store the watch ([`Watch::store`]);
//! 4. carry out the effects in order;
//! 5. draw every tab in [`Watch::tabs`] and the badge from the stored watch.
//!
//! After [`Effect::Forget`], leave out 3 and 5. Private windows have their own watches, kept where nothing reaches the disk.
//!
//! Late, duplicate and spurious alarms are safe: `step` ignores them. Effects are idempotent, so repeating step 4 after a crash
//! is safe too.
//!
//! # Clocks
//!
//! Times are wall-clock times, because no other clock outlives the worker. Whatever the clock does:
//!
//! - *Set back*: every stored time moves back with it, so nothing happens sooner, and an alarm that was 5 minutes ahead still is.
//! - *Set forward, or asleep*: these can't be distinguished. An alarm more than
//!   [`ASLEEP_AFTER`](crate::retry::policy::ASLEEP_AFTER) late counts as waking: the time since it was due doesn't count as
//!   failing, and the attempt that was due is made once, a few seconds later. Time that passes on the clock counts toward
//!   floors, so setting the clock forward can bring one request forward, but never two for one jump.
//!
//! # Transitions
//!
//! For each phase and event: the phases that may follow, and the effects that may be ordered. `forgotten` is
//! [`Effect::Forget`]. [`Effect::SetAlarm`] isn't listed: it comes whenever the alarm changes or the browser may have lost it.
//! `Redirected` is an [`Event::ProbeEnded`] with a redirect. Any event that arrives when the alarm is due also does
//! what the alarm would have done. A test searches the machine's states for every transition, compares them with this
//! table, and prints the new table if they differ.
//!
//! | Phase | Events | Next phases | Effects |
//! |---|---|---|---|
//! | New | Failed | Manual, Navigating, Probing, Waiting | Navigate, Probe, ReadStatusPage, Record, Trace |
//! | New | Loaded, Left, Loading, Unreachable, Alarm, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver, Traced, Pressed, SettingsChanged | forgotten |  |
//! | Waiting | Failed | Manual, Navigating, Offline, Probing, Stopped, Waiting | Navigate, Notify, Probe, Record |
//! | Waiting | Loaded | Back, Idle, Manual, Navigating, Probing, Stopped, Waiting, forgotten | Navigate, Probe, Record |
//! | Waiting | Left | Back, Idle, Stopped, Waiting, forgotten |  |
//! | Waiting | Loading, Unreachable, ProbeEnded, Redirected, Online, Started | Waiting |  |
//! | Waiting | Alarm | Back, Idle, Manual, Navigating, Offline, Probing, Stopped, Waiting, forgotten | Navigate, Notify, Probe |
//! | Waiting | Visibility | Manual, Navigating, Probing, Waiting | Navigate, Probe |
//! | Waiting | Offline | Offline |  |
//! | Waiting | IncidentOpen, SettingsChanged | Manual, Navigating, Probing, Waiting | Navigate, Notify, Probe |
//! | Waiting | IncidentOver | Manual, Waiting | Notify |
//! | Waiting | Traced | Manual, Waiting |  |
//! | Waiting | Pressed | Back, Idle, Manual, Navigating, Probing, Stopped, Waiting, forgotten | Leave, Navigate, Notify, Probe |
//! | Probing | Failed | Probing | Record |
//! | Probing | Loaded | Back, Probing | Record |
//! | Probing | Left | Back, Idle, Probing |  |
//! | Probing | Loading, Unreachable, Visibility, Online, Started, IncidentOpen, IncidentOver, Traced, SettingsChanged | Probing |  |
//! | Probing | Alarm | Manual, Probing, Waiting | Notify, ReadStatusPage, Record |
//! | Probing | ProbeEnded | AwaitingClick, Back, Manual, Navigating, Probing, Waiting | Navigate, Notify, Probe, ReadStatusPage, Record |
//! | Probing | Redirected | AwaitingClick, Manual, Navigating, Probing, Waiting | Navigate, Notify, ReadStatusPage, Record |
//! | Probing | Offline | Offline |  |
//! | Probing | Pressed | Back, Idle, Navigating, Probing, Stopped | Leave, Navigate |
//! | Navigating | Failed | AwaitingClick, Manual, Navigating, Offline, Probing, Stopped, Waiting | Navigate, Notify, Probe, ReadStatusPage, Record |
//! | Navigating | Loaded | AwaitingClick, Back, Manual, Navigating, Offline, Probing, Stopped, Waiting | Navigate, Notify, Probe, Record |
//! | Navigating | Left | AwaitingClick, Back, Idle, Manual, Navigating, Offline, Probing, Stopped, Waiting, forgotten | Navigate, Notify, Probe |
//! | Navigating | Loading, Unreachable | Manual, Navigating, Offline, Probing, Stopped, Waiting | Navigate, Notify, Probe, ReadStatusPage, Record |
//! | Navigating | Alarm | Manual, Navigating, Offline, Stopped, Waiting | Ask, Navigate, Notify, ReadStatusPage, Record |
//! | Navigating | ProbeEnded, Redirected, Visibility, Online, IncidentOpen, IncidentOver, Traced, SettingsChanged | Navigating |  |
//! | Navigating | Offline | Offline |  |
//! | Navigating | Started | Manual, Navigating, Offline, Stopped |  |
//! | Navigating | Pressed | AwaitingClick, Back, Idle, Manual, Navigating, Offline, Probing, Stopped, Waiting, forgotten | Leave, Navigate, Notify, Probe |
//! | Offline | Failed | Offline | Record |
//! | Offline | Loaded | Back, Offline, Stopped | Record |
//! | Offline | Left | Back, Idle, Offline, Stopped, forgotten |  |
//! | Offline | Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Started, IncidentOpen, IncidentOver, Traced, SettingsChanged | Offline |  |
//! | Offline | Alarm | Back, Idle, Offline, forgotten | Ask |
//! | Offline | Online | Manual, Stopped, Waiting | Notify |
//! | Offline | Pressed | Back, Idle, Navigating, Offline, Stopped, Waiting, forgotten | Leave, Navigate |
//! | Stopped | Failed, Loaded | Stopped | Record |
//! | Stopped | Left, Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver, Traced, SettingsChanged | Stopped |  |
//! | Stopped | Alarm | Back, Stopped, forgotten | Ask |
//! | Stopped | Pressed | AwaitingClick, Back, Idle, Manual, Navigating, Offline, Probing, Stopped, Waiting, forgotten | Leave, Navigate, Notify, Probe |
//! | Manual | Failed | Manual, Navigating, Offline, Probing, Waiting | Navigate, Probe, Record |
//! | Manual | Loaded | Back, Manual | Record |
//! | Manual | Left | Back, Idle, Manual, forgotten |  |
//! | Manual | Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver | Manual |  |
//! | Manual | Alarm | Back, Idle, Manual, forgotten | Ask |
//! | Manual | Traced, SettingsChanged | Manual, Navigating, Offline, Probing, Waiting | Navigate, Notify, Probe |
//! | Manual | Pressed | Back, Idle, Manual, Navigating, Offline, Probing, Stopped, Waiting, forgotten | Leave, Navigate, Notify, Probe |
//! | AwaitingClick | Failed | AwaitingClick, Manual, Navigating, Offline, Probing, Waiting | Navigate, Notify, Probe, Record |
//! | AwaitingClick | Loaded | AwaitingClick, Back | Record |
//! | AwaitingClick | Left | AwaitingClick, Back, Idle, forgotten |  |
//! | AwaitingClick | Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver | AwaitingClick |  |
//! | AwaitingClick | Alarm | AwaitingClick, Back, forgotten | Ask |
//! | AwaitingClick | Traced, SettingsChanged | AwaitingClick, Back, Manual, Navigating, Offline, forgotten | Navigate |
//! | AwaitingClick | Pressed | AwaitingClick, Back, Idle, Manual, Navigating, Offline, Stopped, Waiting, forgotten | Leave, Navigate |
//! | Back | Failed | Manual, Navigating, Offline, Probing, Waiting | Navigate, Notify, Probe, Record |
//! | Back | Loaded, Left, Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver, Traced, SettingsChanged | Back |  |
//! | Back | Alarm | Back, Idle, forgotten |  |
//! | Back | Pressed | Back, Stopped |  |
//! | Idle | Failed | Manual, Navigating, Offline, Probing, Waiting | Navigate, Notify, Probe, ReadStatusPage, Record, Trace |
//! | Idle | Loaded, Left, Loading, Unreachable, ProbeEnded, Redirected, Visibility, Offline, Online, Started, IncidentOpen, IncidentOver, Traced, SettingsChanged | Idle |  |
//! | Idle | Alarm | Idle, forgotten |  |
//! | Idle | Pressed | Idle, Stopped |  |

mod attempt;
mod clock;
mod effect;
mod event;
mod index;
mod phase;
mod reaction;
mod recovery;
mod stored;
mod tab;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use crate::observation::document::{Sighting, TabId};
pub use crate::observation::method::Method;
pub use effect::{Effect, Notice, ProbeTarget};
pub use event::{Choice, Event, Failure, Isolation, ProbeOutcome, TabNumbers, UnsavedInput, Visibility};
pub use index::Index;
pub use phase::{Phase, Progress};
pub use stored::RestoreError;
pub use tab::{HoldReason, Navigation, Shows, WatchedTab, left_by};

use crate::diagnosis::{Diagnosis, Kind};
use crate::history::{Attempts, Entry};
use crate::outside::trace::Trace;
use crate::retry::IncidentState;
use crate::retry::policy;
use crate::retry::schedule::Schedule;
use crate::settings::{Mode, Settings};
use crate::time::{Dated, Timestamp};
use crate::url::Origin;

/// One failing origin's state and plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watch {
    version: u32,
    origin: Origin,
    /// The last clock reading.
    seen: Timestamp,
    /// The history of the failure and the plan that follows from it; knows no tabs.
    schedule: Schedule,
    tabs: Vec<WatchedTab>,
    /// Tabs still to be navigated in this recovery, in order.
    queue: Vec<TabId>,
    phase: Phase,
    /// The user's choice for this site, if it differs from the settings.
    mode: Option<Mode>,
    /// When the user stopped it.
    stopped: Option<Timestamp>,
    /// The number of the latest probe.
    last_probe: u32,
    /// The probe that may still be in flight, in any phase.
    in_flight: Option<InFlightProbe>,
    last_notice: LastNotice,
    /// The answer of the host's `/cdn-cgi/trace`.
    trace: Option<Dated<Trace>>,
    /// When the trace was last requested.
    #[serde(default)]
    trace_requested: Option<Timestamp>,
    /// What was tried in this failure.
    #[serde(default)]
    recent: Attempts,
    /// Probes in a row that were answered with a redirect.
    #[serde(default)]
    redirects: u32,
    /// Whether the host's http address was redirected, so that its https address is asked instead.
    #[serde(default)]
    asks_https: bool,
}

/// A probe that may still be in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InFlightProbe {
    probe: u32,
    deadline: Timestamp,
}

/// The last notice of this failure, so that none is repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LastNotice {
    #[default]
    Nothing,
    NotReachable,
    Back,
}

/// Whether a host's edge confirms that its failing pages can be Cloudflare's, by the host's `/cdn-cgi/trace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It has just been asked.
    Pending,
    /// The edge answered.
    Confirmed,
    /// Something else answered: the page can't be Cloudflare's.
    Contradicted,
    /// Nothing answered, perhaps because the edge itself fails; or it isn't asked, as from a private window.
    Unknown,
}

/// A step in progress: its inputs and the effects ordered so far.
struct Turn<'a> {
    settings: &'a Settings,
    now: Timestamp,
    effects: Vec<Effect>,
}

impl Turn<'_> {
    fn order(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

impl Watch {
    /// The version of the stored format; a stored watch of another version is set aside.
    pub const VERSION: u32 = 3;

    /// Creates a watch that has seen nothing yet. `seed` is a random number that the shell draws once.
    #[must_use]
    pub fn new(origin: Origin, seed: u64) -> Self {
        Self {
            version: Self::VERSION,
            origin,
            seen: Timestamp::default(),
            schedule: Schedule::new(seed),
            tabs: Vec::new(),
            queue: Vec::new(),
            phase: Phase::New,
            mode: None,
            stopped: None,
            last_probe: 0,
            in_flight: None,
            last_notice: LastNotice::Nothing,
            trace: None,
            trace_requested: None,
            recent: Attempts::default(),
            redirects: 0,
            asks_https: false,
        }
    }

    /// Advances by one event. The same watch, settings, time and event give the same result.
    #[must_use]
    pub fn step(mut self, settings: &Settings, now: Timestamp, event: Event) -> (Self, Vec<Effect>) {
        let mut turn = Turn { settings, now, effects: Vec::new() };
        let alarm = self.alarm_at();
        let was_failing = self.is_failing();
        self.read_clock(now);
        // After these events the browser may have lost its alarm although the watch's hasn't changed.
        let alarm_is_gone = matches!(event, Event::Alarm | Event::Started { .. });
        self.wake_if_late(&mut turn);
        self.react(&mut turn, event);
        self.act_if_due(&mut turn);
        match (was_failing, self.is_failing()) {
            (false, true) => turn.order(Effect::Record(Entry::Failed)),
            (true, false) => turn.order(Effect::Record(Entry::Recovered)),
            _ => {}
        }
        match self.alarm_at() {
            // Nothing was stored, and nothing needs to be.
            None => return (self, vec![Effect::Forget]),
            _ if turn.effects.contains(&Effect::Forget) => {}
            // First, so that a worker that dies during the effects is woken again.
            Some(at) if alarm_is_gone || alarm != Some(at) => turn.effects.insert(0, Effect::SetAlarm { at }),
            Some(_) => {}
        }
        (self, turn.effects)
    }

    /// The watched origin.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The latest failing answer, of a tab or a probe; `None` before the first failure. For a tab's own page see
    /// [`WatchedTab::diagnosis`].
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.schedule.diagnosis()
    }

    /// The tabs that show a failing document of this origin.
    #[must_use]
    pub fn tabs(&self) -> &[WatchedTab] {
        &self.tabs
    }

    /// Whether stopping or resuming every watch at once concerns this one: what's planned or under way can be stopped, and what
    /// the user stopped can be resumed.
    #[must_use]
    pub fn joins_in(&self, choice: Choice) -> bool {
        match choice {
            Choice::Stop => self.phase.is_active(),
            Choice::Resume => matches!(self.phase, Phase::Stopped { .. }) && !self.tabs.is_empty(),
            _ => false,
        }
    }

    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// When the failure was first seen, not counting time offline or asleep; `None` before the first failure.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        self.schedule.since()
    }

    /// Whether the site was seen failing, and not working since. A check, a queue or a sign-in that lets visitors pass
    /// isn't a failure.
    fn is_failing(&self) -> bool {
        self.schedule.healthy_since().is_none()
            && self.schedule.diagnosis().is_some_and(|diagnosis| match diagnosis.kind {
                Kind::WaitingRoom | Kind::Access => false,
                Kind::Challenge => diagnosis.is_stuck_challenge(),
                _ => true,
            })
    }

    /// What was tried in this failure, for the report.
    #[must_use]
    pub fn recent_attempts(&self) -> &Attempts {
        &self.recent
    }

    /// The number of attempts made in this failure.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.schedule.attempts()
    }

    /// When the current wait began: with the latest failing answer or automatic request.
    #[must_use]
    pub fn waiting_since(&self) -> Timestamp {
        self.schedule.waiting_since()
    }

    /// The result of requesting the host's `/cdn-cgi/trace`, and when it came; `None` until there is one.
    #[must_use]
    pub fn trace(&self) -> Option<Dated<Trace>> {
        self.trace
    }

    /// Whether the host's edge confirms that its failing pages can be Cloudflare's.
    #[must_use]
    pub fn confirmation(&self, now: Timestamp) -> Confirmation {
        match self.trace.map(|trace| trace.value) {
            Some(Trace::Edge { .. }) => Confirmation::Confirmed,
            Some(Trace::NotEdge) => Confirmation::Contradicted,
            Some(Trace::NoAnswer) => Confirmation::Unknown,
            None => match self.trace_requested {
                Some(at) if now.since(at) < policy::TRACE_DEADLINE => Confirmation::Pending,
                _ => Confirmation::Unknown,
            },
        }
    }

    /// When the browser was seen to go offline; `None` while it's online as far as is known.
    #[must_use]
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.schedule.offline_since()
    }

    /// Whether Cloudflare has an open incident that concerns this origin.
    #[must_use]
    pub fn incident(&self) -> IncidentState {
        self.schedule.incident()
    }

    /// When the watch's alarm must ring; `None` only for a watch that has seen nothing. The shell sets its alarms from
    /// this again at every start.
    #[must_use]
    pub fn alarm_at(&self) -> Option<Timestamp> {
        self.phase.alarm_at()
    }
}
