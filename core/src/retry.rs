//! When to try again: computes a wait from an answer, the settings and the context.
//!
//! Nothing here knows of tabs, alarms or browsers. Every number is a named rule in [`policy`], with its source.

mod backoff;
pub mod decision;
pub mod monitor;
pub mod policy;
pub mod remedy;
mod rule;
pub mod schedule;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use backoff::uniform;
pub use rule::{Rule, Waits, rule};

use crate::catalog::{self, Scope};
use crate::code::Code;
use crate::diagnosis::Diagnosis;
use crate::retry::remedy::remedy;
use crate::settings::Settings;

/// The inputs of a wait other than the answer and the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryContext {
    /// How long the failure has lasted, not counting time offline or asleep.
    pub lasted: Duration,
    /// The number of attempts made under the current remedy.
    pub attempts_under_remedy: u32,
    /// The number of the next attempt in this failure, from 0; each attempt has different jitter.
    pub attempt: u32,
    /// A random number drawn once per watch; all jitter follows from it.
    pub seed: u64,
    /// Whether the failing page is in view.
    pub attention: Attention,
    /// Whether Cloudflare has an open incident that concerns the site.
    pub incident: IncidentState,
}

/// Whether the failing page is in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// It's in view.
    InView,
    /// It isn't.
    OutOfView,
}

/// Whether Cloudflare has an open major or critical incident that concerns the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncidentState {
    /// None is known.
    #[default]
    None,
    /// One is open.
    Open,
}

/// A wait, counted from the failing answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// No automatic request is made before this.
    pub floor: Duration,
    /// When the next attempt is due; never before the floor.
    pub delay: Duration,
    /// The reason for the length of the wait.
    pub pace: Pace,
}

/// The reason for the length of a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// The schedule.
    #[default]
    Schedule,
    /// The code's remedy, which is slower than the schedule.
    Remedy,
    /// Cloudflare's open incident.
    Incident,
    /// The host hasn't been reachable from here for [`policy::NOT_REACHABLE_AFTER`].
    NotReachable,
}

/// Why automatic retries ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GaveUp {
    /// Trying again is futile or rude for this answer.
    #[error("this answer is never retried automatically")]
    Refused,
    /// All attempts that the remedy allows have been made.
    #[error("all attempts that this answer allows have been made")]
    AttemptsUsed,
    /// The failure has lasted for [`policy::GIVE_UP_AFTER`].
    #[error("the failure has lasted too long to be retried automatically")]
    DayOver,
}

/// Computes the wait after a failing answer.
///
/// # Errors
///
/// If automatic retries are over.
pub fn wait(settings: &Settings, answer: &Diagnosis, context: &RetryContext) -> Result<Wait, GaveUp> {
    let RetryContext { lasted, attempts_under_remedy: tries, attempt, seed, attention, incident } = *context;
    let floor = floor(settings, answer);
    let remedy = remedy(answer);
    if rule(remedy).is_used_up(tries) {
        return Err(if rule(remedy).is_none() { GaveUp::Refused } else { GaveUp::AttemptsUsed });
    }
    if lasted >= policy::GIVE_UP_AFTER {
        return Err(GaveUp::DayOver);
    }
    let (floor, base, pace) = match rule(remedy).wait(floor, tries) {
        // A remedy slower than the schedule can't be brought forward.
        Some(base) => (base, base, Pace::Remedy),
        None if lasted >= policy::NOT_REACHABLE_AFTER => {
            (floor, backoff::slow_step(context).max(floor), Pace::NotReachable)
        }
        None => {
            let step = backoff::step(settings, context);
            let step = match attention {
                Attention::InView => step.min(policy::IN_VIEW_MOST),
                Attention::OutOfView => step,
            };
            (floor, step.max(floor), Pace::Schedule)
        }
    };
    let (base, pace) = match incident {
        IncidentState::Open if base < policy::INCIDENT_LEAST => (policy::INCIDENT_LEAST, Pace::Incident),
        _ => (base, pace),
    };
    Ok(Wait { floor, delay: base + uniform(seed, attempt, policy::jitter_of(base)), pace })
}

/// Returns how long after a failing answer no automatic request is made.
///
/// This is the wait that the answer asks for, but at least the user's own floor for its code. If the answer asks for
/// none, it's the user's floor for the code, otherwise Cloudflare's table, otherwise [`Settings::floor`]. A 5xx can't
/// ask for less than the table either: `Retry-After: 0` from a failing edge or origin doesn't make it less busy. No
/// answer can ask for less than the shortest wait that the settings allow, nor for more than [`policy::LONGEST_FLOOR`].
#[must_use]
pub fn floor(settings: &Settings, answer: &Diagnosis) -> Duration {
    let shortest = settings.floor().min(Duration::from_secs(Settings::LEAST_WAIT_S.into()));
    let code = code(answer);
    let chosen = code.and_then(|code| settings.code_floors_s.get(&code.number()));
    let chosen = chosen.map(|seconds| Duration::from_secs((*seconds).into()));
    let known = chosen.or_else(|| code.and_then(catalog::entry)?.retry_after());
    let least = if code.is_some_and(Code::is_server_error) { known } else { chosen };
    answer
        .retry_after
        .map(|asked| asked.max(least.unwrap_or_default()))
        .or(known)
        .unwrap_or_else(|| settings.floor())
        .clamp(shortest, policy::LONGEST_FLOOR)
}

/// How much of a site an answer represents.
#[must_use]
pub fn scope(answer: &Diagnosis) -> Scope {
    code(answer).and_then(catalog::entry).map_or(Scope::Page, |entry| entry.scope)
}

/// The code of an answer, otherwise its status.
#[must_use]
pub fn code(answer: &Diagnosis) -> Option<Code> {
    answer.code_or_status()
}
