//! The one table of retry rules: how often, and after which waits, a [`Remedy`] tries again.
//!
//! The extension's schedule, [`decide`](super::decision::decide), the texts for engineers and the JSON all read it.

use core::time::Duration;

use super::decision::MarkDown;
use super::policy::LONGEST_FLOOR;
use crate::catalog::Remedy;

/// How one remedy tries again without the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The most attempts; `None` if only time and budget limit them.
    pub attempts: Option<u32>,
    /// The waits before the attempts.
    pub waits: Waits,
    /// When a program should consider the site down, if the site is at fault at all.
    pub mark_down: MarkDown,
}

/// The waits before the attempts of one remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The waits of the user's schedule.
    Schedule,
    /// The floor, doubled each time.
    Doubling,
    /// This many minutes, in order; the last one repeats. No wait is shorter than the floor.
    Minutes(&'static [u64]),
    /// The floor, which is the wait that the answer or Cloudflare asks for.
    Floor,
}

/// Returns the rule of a remedy.
#[must_use]
pub const fn rule(remedy: Remedy) -> Rule {
    let (attempts, waits, mark_down) = match remedy {
        Remedy::Schedule => (None, Waits::Schedule, MarkDown::AfterHour),
        // Each attempt keeps the origin busy until Cloudflare's time-out. Own.
        Remedy::Sparingly => (Some(4), Waits::Minutes(&[5, 15, 30, 60]), MarkDown::AfterHour),
        // Cloudflare's text for 1015: "wait 30 s, double on each repeat", "stop after 5 retries".
        Remedy::Doubling => (Some(5), Waits::Doubling, MarkDown::AfterHour),
        // Someone has to fix the configuration first. Own.
        Remedy::OnceAfterHalfHour => (Some(1), Waits::Minutes(&[30]), MarkDown::AtOnce),
        // A Worker's exception is often gone the next time. Own.
        Remedy::OnceAfterMinute => (Some(1), Waits::Minutes(&[1]), MarkDown::AfterHour),
        // A new connection is all that the first needs, and a browser can't be told to open one. For the second, 1038,
        // Cloudflare's table says 60 s, but the same headers fail again: one look. Own.
        Remedy::NewConnection | Remedy::SmallerRequest => (Some(1), Waits::Floor, MarkDown::Never),
        // No attempt of ours can bring the reset forward.
        Remedy::AfterReset => (Some(0), Waits::Minutes(&[]), MarkDown::UntilReset),
        Remedy::Never => (Some(0), Waits::Minutes(&[]), MarkDown::AtOnce),
    };
    Rule { attempts, waits, mark_down }
}

impl Rule {
    /// Whether it allows no attempt: someone has to act first, or a date has to come.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self.attempts, Some(0))
    }

    /// Whether `tries` attempts use up the rule's allowance.
    #[must_use]
    pub fn is_used_up(&self, tries: u32) -> bool {
        self.attempts.is_some_and(|most| tries >= most)
    }

    /// Returns the wait before the attempt that follows `tries` others, never shorter than the floor; `None` if the
    /// user's schedule decides.
    #[must_use]
    pub fn wait(&self, floor: Duration, tries: u32) -> Option<Duration> {
        let wait = match self.waits {
            Waits::Schedule => return None,
            Waits::Floor => floor,
            Waits::Doubling => floor.saturating_mul(1_u32.checked_shl(tries).unwrap_or(u32::MAX)),
            Waits::Minutes(steps) => {
                let nth = usize::try_from(tries).unwrap_or(usize::MAX);
                steps.get(nth).or(steps.last()).map_or(LONGEST_FLOOR, |minutes| Duration::from_mins(*minutes))
            }
        };
        Some(wait.clamp(floor.min(LONGEST_FLOOR), LONGEST_FLOOR))
    }

    /// Returns the wait before the first attempt if it's fixed; `None` if the schedule or the answer decides.
    #[must_use]
    pub fn first_step(&self) -> Option<Duration> {
        match self.waits {
            Waits::Minutes(steps) => steps.first().map(|minutes| Duration::from_mins(*minutes)),
            Waits::Schedule | Waits::Doubling | Waits::Floor => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decision::decide;
    use super::super::{Attention, IncidentState, RetryContext, wait};
    use super::*;
    use crate::catalog;
    use crate::diagnosis::Diagnosis;
    use crate::settings::Settings;

    #[test]
    fn the_extension_and_programs_get_the_same_rule_for_every_code() {
        let settings = Settings::default();
        for entry in catalog::all() {
            let answer = Diagnosis::of_code(entry.code);
            let extension = |tries| {
                let context = RetryContext {
                    lasted: Duration::ZERO,
                    attempts_under_remedy: tries,
                    attempt: tries,
                    seed: 1,
                    attention: Attention::OutOfView,
                    incident: IncidentState::None,
                };
                wait(&settings, &answer, &context).ok()
            };
            let decision = decide(&answer);
            let attempts = (0..20).find(|tries| extension(*tries).is_none());
            assert_eq!(decision.attempts, attempts, "attempts for {}", entry.code);
            let first = decision.first_wait_s.map(Duration::from_secs);
            let first = (attempts != Some(0)).then(|| match first {
                // No browser allows a shorter alarm.
                Some(wait) => wait.max(Duration::from_secs(Settings::LEAST_WAIT_S.into())),
                None => settings.floor(),
            });
            assert_eq!(first, extension(0).map(|wait| wait.floor), "first wait for {}", entry.code);
        }
    }

    #[test]
    fn no_wait_is_shorter_than_the_floor() {
        for remedy in [Remedy::Sparingly, Remedy::Doubling, Remedy::OnceAfterHalfHour, Remedy::OnceAfterMinute] {
            let floor = Duration::from_hours(2);
            assert!((0..6).all(|tries| rule(remedy).wait(floor, tries) >= Some(floor)), "{remedy:?}");
        }
    }
}
