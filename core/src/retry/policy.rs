//! The rules, each a name, a number and its source.
//!
//! "Own" marks a rule of Rayback's; "tuned" one that the simulation chose (`cargo xtask simulate`).

use core::time::Duration;

pub use crate::catalog::Scope;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

// The schedule.

/// [`Schedule::Proportional`](crate::settings::Schedule::Proportional): each wait is about half as long as the
/// failure has lasted. The least share of that time, in percent; which share it is between this and [`SHARE_MOST_PERCENT`] is
/// drawn anew for each wait, because browsers that began to wait within ten minutes would else come in waves an hour later.
/// Tuned.
pub const SHARE_LEAST_PERCENT: u32 = 40;
/// See [`SHARE_LEAST_PERCENT`]. Tuned.
pub const SHARE_MOST_PERCENT: u32 = 70;
/// The longest step of the proportional schedule in the first hour. Tuned.
pub const PROPORTION_MOST: Duration = MINUTE.saturating_mul(30);
/// The classic steps: waits between attempts; the last one repeats. The habit of people who press reload.
pub const CLASSIC_STEPS: [Duration; 3] = [MINUTE, MINUTE.saturating_mul(5), MINUTE.saturating_mul(15)];
/// Jitter on every wait, as a share of its base, in percent, added and never subtracted, so that floors hold. Own.
pub const JITTER_PERCENT: u32 = 25;
/// After this long a host is "not reachable from here", and is checked slowly. Own.
pub const NOT_REACHABLE_AFTER: Duration = HOUR;
/// How long a site has to fail before a program should take it as down. Own.
pub const MARK_DOWN_AFTER: Duration = NOT_REACHABLE_AFTER;
/// The shortest pause between a program's checks of a site that is down until someone fixes it. Own.
pub const CHECK_DOWN_EVERY: Duration = MINUTE.saturating_mul(30);
/// The least base of the slow checks, which are in proportion to the time lasted too, between this and [`SLOW_MOST`]: with
/// jitter they come every 30 to 60 minutes. Own.
pub const SLOW_LEAST: Duration = MINUTE.saturating_mul(30);
/// The greatest base of the slow checks: 48 minutes and a quarter of it is an hour. Own.
pub const SLOW_MOST: Duration = MINUTE.saturating_mul(48);
/// After this long nothing more is tried without the person. Own.
pub const GIVE_UP_AFTER: Duration = HOUR.saturating_mul(24);
/// The greatest base while the person looks: 4 minutes and a quarter of it is 5. Own.
pub const LOOKING_MOST: Duration = MINUTE.saturating_mul(4);
/// The least base while Cloudflare has an open incident. Own.
pub const INCIDENT_LEAST: Duration = MINUTE.saturating_mul(15);
/// The longest wait that an answer can impose: a day, after which nothing is tried anyway. Own.
pub const LONGEST_FLOOR: Duration = GIVE_UP_AFTER;

// Politeness.

/// Automatic requests (probes, and navigations that stand in for one) per watch in [`BUDGET_WINDOW`]. Own.
pub const BUDGET: usize = 20;
/// See [`BUDGET`].
pub const BUDGET_WINDOW: Duration = HOUR;

// Deadlines.

/// A probe without an answer by then has failed. Both browsers cut a worker's fetch off at 30 s (measured), so the
/// verdict has to be stored before.
pub const PROBE_DEADLINE: Duration = SECOND.saturating_mul(25);
/// A navigation without news by then is asked after; a 522 takes up to 38 s to arrive (Cloudflare: connect time-out
/// 19 s and one retry).
pub const NAVIGATION_DEADLINE: Duration = MINUTE;
/// How often a tab that is still loading is waited for again: in all 180 s, more than the 125 s that a 524 takes.
pub const NAVIGATION_EXTENSIONS: u32 = 2;
/// A tab that was asked and has not answered by then runs no script. Own.
pub const ASK_DEADLINE: Duration = SECOND.saturating_mul(10);
/// Recovered tabs are navigated one after the other, each up to this long after the one before. Own.
pub const RECOVERY_SPREAD: Duration = SECOND.saturating_mul(3);
/// So many probes in a row without any answer, and the next attempt is a navigation, which can wait longer than a
/// worker's fetch: else an origin that takes 40 s to answer would never be found well. Own.
pub const UNANSWERED_PROBES_BEFORE_NAVIGATION: u32 = 3;
/// An alarm later than this means that the machine slept, or that the clock was set forward. Browsers may hold an
/// alarm back by up to a minute.
pub const ASLEEP_AFTER: Duration = SECOND.saturating_mul(90);
/// How long a host has to be healthy before its backoff is reset. The outage of 18 November 2025 came and went every five minutes
/// for three hours, so a good phase of that length proves nothing. Own.
pub const HEALTHY_AFTER: Duration = MINUTE.saturating_mul(15);
/// While nothing is planned, tabs are asked this often whether they are still there. Own.
pub const CHECK_TABS_EVERY: Duration = HOUR;
/// A stopped watch without tabs is remembered for so long, that Stop stays final. Own.
pub const REMEMBER_STOP_FOR: Duration = HOUR.saturating_mul(24);

/// What brings a planned attempt forward, to the floor at the earliest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The person turned to the tab.
    Seen,
    /// The browser has a connection again.
    Online,
    /// The machine woke.
    Awake,
    /// Cloudflare's incident ended.
    IncidentOver,
    /// Another page of the site loaded.
    LoadedElsewhere,
}

impl Trigger {
    /// The time to leave before the attempt: the least, and the most that is added by chance.
    ///
    /// A person comes alone, and at once is best. A network, a machine's sleep or an incident ends for many at the same
    /// time, and connections need a moment to come up. Own.
    #[must_use]
    pub const fn settle(self) -> (Duration, Duration) {
        match self {
            Self::Seen | Self::LoadedElsewhere => (Duration::ZERO, Duration::ZERO),
            Self::Online | Self::Awake => (SECOND.saturating_mul(5), SECOND.saturating_mul(10)),
            Self::IncidentOver => (Duration::ZERO, MINUTE),
        }
    }
}

/// The greatest jitter on a wait of this base.
#[must_use]
pub fn jitter_of(base: Duration) -> Duration {
    base.saturating_mul(JITTER_PERCENT) / 100
}
