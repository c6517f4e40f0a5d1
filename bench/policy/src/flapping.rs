//! An outage that comes and goes, as that of 18 November 2025 did: good and bad phases of five minutes for three hours.
//!
//! In a good phase, the browser gets its page; in the next bad one, its user sees the error again. The difference
//! between the two rows is what an origin would pay if each good phase reset the backoff.

use std::io::Write;

use rayback_core::diagnosis::Diagnosis;
use rayback_core::retry::schedule::{Blocked, Schedule};
use rayback_core::retry::uniform;
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;

use crate::rayback::failing_with;
use crate::time::{LATENCY, MINUTE, Millis};

/// The length of each phase, and of the whole: 11:20 to 14:30.
const PHASE: Millis = 5 * MINUTE;
const WHOLE: Millis = 190 * MINUTE;
const EPOCH: Millis = 1_800_000_000_000;
/// The code of that day. Its floor is 30 s, the shortest of the codes that mean an outage.
const CODE: &str = "500";

/// The requests of some browsers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flapped {
    /// Automatic requests per browser that met a failing origin.
    pub(crate) while_down: f64,
    /// The most of them in one hour for one browser.
    pub(crate) busiest: usize,
}

/// Runs browsers through the outage; `resets` as if each good phase ended the failure.
pub(crate) fn run(browsers: u32, resets: bool) -> Flapped {
    let settings = Settings::default();
    let (mut requests, mut busiest) = (0, 0);
    for number in 0..browsers {
        let mine = one(&settings, u64::from(number), resets);
        requests += mine.len();
        let hour = |start: &Millis| mine.iter().filter(|at| (*start..start + 60 * MINUTE).contains(*at)).count();
        busiest = busiest.max(mine.iter().map(hour).max().unwrap_or_default());
    }
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "counts far below 2^52")]
    let while_down = requests as f64 / f64::from(browsers);
    Flapped { while_down, busiest }
}

fn is_bad(at: Millis) -> bool {
    at < WHOLE && at / PHASE % 2 == 0
}

fn failing() -> Diagnosis {
    failing_with(CODE)
}

fn moment(at: Millis) -> Timestamp {
    Timestamp::from_unix_millis(EPOCH + at)
}

/// When one browser's automatic requests met a failing origin.
fn one(settings: &Settings, seed: u64, resets: bool) -> Vec<Millis> {
    let draw = |nth: u32| {
        let most = std::time::Duration::from_millis(PHASE.unsigned_abs());
        Millis::try_from(uniform(seed, u32::MAX - nth, most).as_millis()).unwrap_or(0)
    };
    let mut schedule = Schedule::new(seed);
    let mut failed = Vec::new();
    let mut now = draw(0);
    let mut phases = 0;
    // The user sees the error now, and again in the bad phase after each good one.
    while now < WHOLE {
        schedule.failed(settings, moment(now), failing());
        if resets {
            schedule.restart(moment(now));
        }
        loop {
            let Ok(due) = schedule.next(settings, moment(now)) else { return failed };
            let mut at = due.at;
            while let Some(Blocked::Until(later)) = schedule.blocked(at) {
                at = later;
            }
            schedule.requested(at);
            now = at.unix_millis() - EPOCH + LATENCY;
            if !is_bad(now) {
                schedule.attempt_succeeded(moment(now));
                break;
            }
            failed.push(now);
            schedule.attempt_failed(settings, moment(now), failing());
        }
        phases += 1;
        let next_bad = (now / PHASE + 1) * PHASE;
        now = next_bad + draw(phases);
    }
    failed
}

/// Prints both rows.
pub(crate) fn table(out: &mut impl Write, browsers: u32) -> std::io::Result<()> {
    writeln!(out, "\nflapping: 5 minutes down, 5 minutes up, for 190 minutes; {browsers} browsers, error {CODE}\n")?;
    writeln!(out, "{:<40} {:>16} {:>16}", "", "while down, each", "busiest hour")?;
    for (name, resets) in [("Rayback", false), ("as if each good phase reset the backoff", true)] {
        let Flapped { while_down, busiest } = run(browsers, resets);
        writeln!(out, "{name:<40} {while_down:>16.2} {busiest:>16}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_phase_of_five_minutes_does_not_reset_the_backoff() {
        let (kept, reset) = (run(500, false), run(500, true));
        assert!(kept.while_down < reset.while_down * 0.6, "{kept:?} {reset:?}");
        assert!(kept.busiest <= 20, "{kept:?}");
    }
}
