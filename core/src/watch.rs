//! One origin's failure, from the first failing page to the healthy tab.
//!
//! A [`Watch`] is a small value, stored between any two events: the worker that carries out its effects may be
//! stopped at any moment and loses nothing. The calling order is always the same:
//!
//! 1. load the watch, 2. [`Watch::step`] with one [`Event`], 3. store the watch, 4. carry out the effects in order,
//! 5. draw every tab in [`Watch::tabs`] and the badge anew from the stored watch.
//!
//! Calling `step` late, twice, or for an alarm that nobody set is safe: such an event does not act. Every effect is
//! idempotent, so that repeating step 4 after a crash does no harm.

mod effect;
mod event;

use serde::{Deserialize, Serialize};

pub use effect::{Effect, Notice, ProbeTarget};
pub use event::{Choice, Event, Failure, Isolation, Method, ProbeOutcome, TabId, UnsavedInput, Visibility};

use crate::diagnosis::Diagnosis;
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::url::{Origin, PageUrl};

/// What is known and planned for one origin that fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watch {
    version: u32,
    origin: Origin,
    /// Drawn once by the shell; all jitter follows from it.
    seed: u64,
    diagnosis: Option<Diagnosis>,
    tabs: Vec<WatchedTab>,
    phase: Phase,
}

/// A tab that shows a failing document of this origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchedTab {
    /// The browser's number for the tab; good until the browser closes.
    pub id: TabId,
    /// What the tab asked for.
    pub url: PageUrl,
    /// How it asked.
    pub method: Method,
    /// Whether the person looks at it.
    pub visibility: Visibility,
}

/// What the watch is doing; what panel, popup and badge say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "name", rename_all_fields = "camelCase")]
pub enum Phase {
    /// Nothing is planned.
    Idle,
    /// The next attempt is due at a moment.
    Waiting {
        /// When.
        at: Timestamp,
    },
    /// A probe is under way.
    Probing {
        /// Its number.
        probe: u32,
        /// When it counts as failed.
        deadline: Timestamp,
    },
}

impl Watch {
    /// The version of the stored form; a stored watch of another version is set aside.
    pub const VERSION: u32 = 1;

    /// A watch that has seen nothing yet.
    #[must_use]
    pub fn new(origin: Origin, seed: u64) -> Self {
        Self { version: Self::VERSION, origin, seed, diagnosis: None, tabs: Vec::new(), phase: Phase::Idle }
    }

    /// Advances by one event.
    #[must_use]
    pub fn step(self, _settings: &Settings, _now: Timestamp, _event: Event) -> (Self, Vec<Effect>) {
        (self, Vec::new())
    }

    /// The origin that is watched.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The latest diagnosis; `None` before the first failure.
    #[must_use]
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }

    /// The tabs that show a failing document of this origin.
    #[must_use]
    pub fn tabs(&self) -> &[WatchedTab] {
        &self.tabs
    }

    /// What the watch is doing.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// When the watch's alarm must ring; `None` if it needs none. The shell sets alarms anew from this at every start.
    #[must_use]
    pub fn alarm_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Idle => None,
            Phase::Waiting { at } => Some(at),
            Phase::Probing { deadline, .. } => Some(deadline),
        }
    }
}
