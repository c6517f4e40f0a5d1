//! The steps of each schedule, and the random numbers that spread them.

use core::time::Duration;

use super::{RetryContext, policy};
use crate::settings::{Settings, Shape};

/// Returns the schedule's step after a failing answer, before floors and jitter.
pub(super) fn step(settings: &Settings, context: &RetryContext) -> Duration {
    let nth = usize::try_from(context.attempts_under_remedy).unwrap_or(usize::MAX);
    match settings.schedule {
        Shape::Patient => (share(context) * policy::PATIENT_TIMES).min(policy::PROPORTION_MOST),
        Shape::Proportional => share(context).min(policy::PROPORTION_MOST),
        Shape::Eager => (share(context) / policy::EAGER_DIVISOR).min(policy::PROPORTION_MOST),
        Shape::Classic => {
            let [.., last] = policy::CLASSIC_STEPS;
            policy::CLASSIC_STEPS.get(nth).copied().unwrap_or(last)
        }
        Shape::Steps => {
            let step = settings.steps_s.get(nth).or(settings.steps_s.last());
            step.map_or(Duration::ZERO, |seconds| Duration::from_secs((*seconds).into()))
        }
    }
}

/// Returns the step once a host isn't reachable from here, before floors and jitter, for any schedule.
pub(super) fn slow_step(context: &RetryContext) -> Duration {
    share(context).clamp(policy::SLOW_LEAST, policy::SLOW_MOST)
}

/// Returns a random share of the failure's duration, drawn for this attempt.
fn share(context: &RetryContext) -> Duration {
    let share = |percent| context.lasted.saturating_mul(percent) / 100;
    between(context, share(policy::SHARE_LEAST_PERCENT), share(policy::SHARE_MOST_PERCENT))
}

/// Returns a random duration drawn for this attempt, independently of its jitter.
fn between(context: &RetryContext, least: Duration, most: Duration) -> Duration {
    least + uniform(context.seed.rotate_left(32), context.attempt, most.saturating_sub(least))
}

/// Returns a duration in `0..most`, the same for the same seed and draw.
///
/// Uses `SplitMix64`, whose outputs are uniform even for consecutive seeds (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). It's implemented here because stored watches must replay in every later
/// version, and no library promises that for its generators.
#[must_use]
pub fn uniform(seed: u64, draw: u32, most: Duration) -> Duration {
    let state = seed.wrapping_add(u64::from(draw).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let mixed = mixed ^ (mixed >> 31);
    let millis = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    let scaled = (u128::from(mixed) * u128::from(millis)) >> 64;
    Duration::from_millis(u64::try_from(scaled).unwrap_or(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn random_durations_stay_in_their_range_and_fill_it() {
        let draws: Vec<_> = (0..1000).map(|seed| uniform(seed, 3, HOUR)).collect();
        assert!(draws.iter().all(|draw| *draw < HOUR));
        assert!(draws.iter().any(|draw| *draw < HOUR / 50));
        assert!(draws.iter().any(|draw| *draw > HOUR * 49 / 50));
        let mean = draws.iter().sum::<Duration>() / 1000;
        assert!(mean > HOUR * 45 / 100 && mean < HOUR * 55 / 100, "{mean:?}");
    }

    #[test]
    fn two_draws_of_one_seed_differ() {
        assert_ne!(uniform(7, 0, HOUR), uniform(7, 1, HOUR));
    }

    #[test]
    fn an_empty_range_gives_zero() {
        assert_eq!(uniform(1, 1, Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn a_schedule_without_steps_leaves_the_wait_to_the_floor() {
        let settings = Settings { schedule: Shape::Steps, steps_s: Vec::new(), ..Settings::default() };
        let context = RetryContext {
            lasted: HOUR,
            attempts_under_remedy: 3,
            attempt: 3,
            seed: 1,
            attention: super::super::Attention::OutOfView,
            incident: super::super::IncidentState::None,
        };
        assert_eq!(step(&settings, &context), Duration::ZERO);
    }
}
