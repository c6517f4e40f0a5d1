//! The rules, each with a name, a number and its source.
//!
//! "Own" marks Rayback's own rule, "tuned" one that the simulation chose (`cargo xtask simulate`).

use core::time::Duration;

use crate::catalog::limit;

pub use crate::catalog::Scope;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

// The schedule.

/// The smallest share of the failure's duration to wait under
/// [`Shape::Proportional`](crate::settings::Shape::Proportional), in percent. Each wait is about half as long as
/// the failure has lasted: the share is drawn again for each wait, between this and [`SHARE_MOST_PERCENT`], because
/// browsers that started waiting within ten minutes of each other would otherwise come in waves an hour later. Tuned.
pub const SHARE_LEAST_PERCENT: u32 = 40;
/// The largest share, in percent; see [`SHARE_LEAST_PERCENT`]. Tuned.
pub const SHARE_MOST_PERCENT: u32 = 70;
/// How many times the share [`Shape::Patient`](crate::settings::Shape::Patient) waits. Own.
pub const PATIENT_TIMES: u32 = 2;
/// By what [`Shape::Eager`](crate::settings::Shape::Eager) divides the share. Own.
pub const EAGER_DIVISOR: u32 = 2;
/// The longest step of the proportional schedules in the first hour. Tuned.
pub const PROPORTION_MOST: Duration = MINUTE.saturating_mul(30);
/// The waits between attempts on the classic schedule; the last one repeats. They match the habits of people who press
/// reload.
pub const CLASSIC_STEPS: [Duration; 3] = [MINUTE, MINUTE.saturating_mul(5), MINUTE.saturating_mul(15)];
/// Jitter on every wait, in percent of its base; added and never subtracted, so that floors hold. Own.
pub const JITTER_PERCENT: u32 = 25;
/// After this long a host counts as "not reachable from here" and is checked slowly. Own.
pub const NOT_REACHABLE_AFTER: Duration = HOUR;
/// How long a site has to fail before a program should consider it down. Own.
pub const MARK_DOWN_AFTER: Duration = NOT_REACHABLE_AFTER;
/// From how many regions a site has to fail before a program considers it down. Own.
pub const REGIONS_TO_MARK_DOWN: usize = 2;
/// The shortest pause between a program's checks of a site that is down until someone fixes it. Own.
pub const CHECK_DOWN_EVERY: Duration = MINUTE.saturating_mul(30);
/// The smallest base of the slow checks. They too are in proportion to the time elapsed, between this and
/// [`SLOW_MOST`]: with jitter they come every 30 to 60 minutes. Own.
pub const SLOW_LEAST: Duration = MINUTE.saturating_mul(30);
/// The largest base of the slow checks: 48 minutes plus a quarter is an hour. Own.
pub const SLOW_MOST: Duration = MINUTE.saturating_mul(48);
/// After this long, automatic retries stop until the user acts. Own.
pub const GIVE_UP_AFTER: Duration = HOUR.saturating_mul(24);
/// The largest base while the user is looking: 4 minutes plus a quarter is 5. Own.
pub const IN_VIEW_MOST: Duration = MINUTE.saturating_mul(4);
/// The smallest base while Cloudflare has an open incident. Own.
pub const INCIDENT_LEAST: Duration = MINUTE.saturating_mul(15);
/// The longest wait that an answer can impose: a day, after which automatic retries stop anyway. Own.
pub const LONGEST_FLOOR: Duration = GIVE_UP_AFTER;

// Politeness.

/// The most automatic requests (probes, navigations in place of one, and traces) per watch in [`BUDGET_WINDOW`]. Own.
pub const BUDGET: usize = 20;
/// The period that [`BUDGET`] applies to.
pub const BUDGET_WINDOW: Duration = HOUR;

// Deadlines.

/// A probe without an answer by then has failed. Both browsers cut off a worker's fetch at 30 s (measured), so the
/// verdict has to be stored before that.
pub const PROBE_DEADLINE: Duration = SECOND.saturating_mul(25);
/// After this long without news, the watch asks what became of a navigation: longer than a 522 takes to arrive.
pub const NAVIGATION_DEADLINE: Duration = MINUTE;
/// How many times a tab that is still loading gets more time: altogether longer than a 524 takes to arrive.
pub const NAVIGATION_EXTENSIONS: u32 = 2;
const _: () = {
    assert!(NAVIGATION_DEADLINE.as_secs() > limit::CONNECT_TIME_TWICE.as_secs());
    assert!(NAVIGATION_DEADLINE.saturating_mul(1 + NAVIGATION_EXTENSIONS).as_secs() > limit::READ_TIME.as_secs());
};
/// A tab that hasn't answered a question by then runs no script. Own.
pub const ASK_DEADLINE: Duration = SECOND.saturating_mul(10);
/// Recovered tabs are navigated one by one, each up to this long after the previous one. Own.
pub const RECOVERY_SPREAD: Duration = SECOND.saturating_mul(3);
/// After this many unanswered probes in a row, navigate instead: a navigation isn't cut off at 30 s as a worker's fetch
/// is, so an origin that takes 40 s to answer can still be seen to recover. Own.
pub const UNANSWERED_PROBES_BEFORE_NAVIGATION: u32 = 3;
/// Automatic attempts end after this many in a row in which the probe was redirected and the navigation failed: such a
/// site would cost two requests per attempt. Own.
pub const MOST_REDIRECTS: u32 = 3;
/// A trace without an answer by then has none. The edge answers it itself, within a second. Own.
pub const TRACE_DEADLINE: Duration = SECOND.saturating_mul(15);
/// A host's `/cdn-cgi/trace` is requested no more often than this. Own.
pub const TRACE_EVERY: Duration = HOUR;
/// A document that replaces the same tab's within this time, twice in a row, reloads itself without end. Own.
pub const RESTLESS_WITHIN: Duration = SECOND.saturating_mul(3);
/// How many quick replacements in a row make a tab restless; see [`RESTLESS_WITHIN`].
pub const RESTLESS_AFTER: u32 = 2;
/// No more than one of a restless tab's failures is looked at in this time. Own.
pub const RESTLESS_EVERY: Duration = SECOND.saturating_mul(10);
/// An alarm later than this means that the machine was asleep, or that the clock was set forward. Browsers may delay an
/// alarm by up to a minute.
pub const ASLEEP_AFTER: Duration = SECOND.saturating_mul(90);
/// How long a host must be healthy before its backoff is reset. In the outage of 18 November 2025, service came and went
/// every five minutes for three hours, so a healthy phase of that length proves nothing. Own.
pub const HEALTHY_AFTER: Duration = MINUTE.saturating_mul(15);
/// How often tabs are asked whether they are still there while nothing is planned. Own.
pub const CHECK_TABS_EVERY: Duration = HOUR;
/// How long a stopped watch is kept after its last tab closes, so that Stop sticks. Own.
pub const REMEMBER_STOP_FOR: Duration = HOUR.saturating_mul(24);

/// The events that bring a planned attempt forward, to the floor at the earliest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The user turned to the tab.
    Seen,
    /// The browser has a connection again.
    Online,
    /// The machine woke up.
    Awake,
    /// Cloudflare's incident ended.
    IncidentOver,
    /// Another page of the site loaded.
    LoadedElsewhere,
}

impl Trigger {
    /// Returns the pause before the attempt: the minimum, and the maximum random addition.
    ///
    /// A single user returns alone, so an immediate attempt is best. A network outage, a machine's sleep or an incident
    /// ends for many at the same time, and connections take a moment to come up. Own.
    #[must_use]
    pub const fn settle(self) -> (Duration, Duration) {
        match self {
            Self::Seen | Self::LoadedElsewhere => (Duration::ZERO, Duration::ZERO),
            Self::Online | Self::Awake => (SECOND.saturating_mul(5), SECOND.saturating_mul(10)),
            Self::IncidentOver => (Duration::ZERO, MINUTE),
        }
    }
}

/// Returns the maximum jitter on a wait with this base.
#[must_use]
pub fn jitter_of(base: Duration) -> Duration {
    base.saturating_mul(JITTER_PERCENT) / 100
}
