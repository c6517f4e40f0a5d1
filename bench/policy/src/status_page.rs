//! What Cloudflare's status page sees in a global and in a regional outage, when every browser with Rayback asks it.
//!
//! Each browser asks when its page fails and at every attempt, unless its copy is still good: core's own
//! [`Reading::freshness`]. The numbers of browsers are assumptions, named below.

use std::io::Write;
use std::time::Duration;

use rayback_core::outside::status_page::{Freshness, Reading, StatusPage};
use rayback_core::retry::schedule::{Blocked, Schedule};
use rayback_core::retry::uniform;
use rayback_core::settings::{Install, Settings};
use rayback_core::time::Timestamp;

use crate::rayback::failing_with;
use crate::time::{HOUR, LATENCY, Millis, SECOND};

const EPOCH: Millis = 1_800_000_000_000;
/// How long the outage lasts.
const OUTAGE: Millis = 3 * HOUR;
/// How soon all browsers notice the outage: slowly if only users' visits fail, fast if open pages send requests.
const ARRIVALS: [Duration; 2] = [Duration::from_mins(10), Duration::from_secs(10)];
/// The number of simulated browsers. Each represents an equal share of the real ones.
const SAMPLE: u32 = 20_000;
/// Assumed: a global outage hits ten million browsers with Rayback, and a regional one hits one in fifty of them.
const GLOBAL: u32 = 10_000_000;
const REGIONAL: u32 = GLOBAL / 50;

/// How the page answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Good,
    Failing,
    /// 503 with `Retry-After: 600`.
    Limited,
}

/// Requests per second at the status page.
#[derive(Clone, Copy, Debug)]
struct Load {
    peak: f64,
    mean: f64,
}

fn run(browsers: u32, health: Health, arrivals: Duration, install: Install) -> Load {
    let settings = Settings::default();
    let seconds = usize::try_from(OUTAGE / SECOND).unwrap_or_default();
    let mut bins = vec![0_u32; seconds / BIN];
    for number in 0..SAMPLE {
        for at in one(&settings, u64::from(number), health, arrivals, install) {
            if let Some(bin) = usize::try_from(at / SECOND).ok().and_then(|second| bins.get_mut(second / BIN)) {
                *bin += 1;
            }
        }
    }
    let scale = f64::from(browsers) / f64::from(SAMPLE);
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "small numbers")]
    let (bin, seconds) = (BIN as f64, seconds as f64);
    let peak = f64::from(bins.iter().max().copied().unwrap_or_default()) / bin * scale;
    let mean = f64::from(bins.iter().sum::<u32>()) / seconds * scale;
    Load { peak, mean }
}

/// The seconds in a bin: the sample is too small for single ones.
const BIN: usize = 10;

fn moment(at: Millis) -> Timestamp {
    Timestamp::from_unix_millis(EPOCH + at)
}

/// When one browser asks the status page.
fn one(settings: &Settings, seed: u64, health: Health, arrivals: Duration, install: Install) -> Vec<Millis> {
    let failing = || failing_with("500");
    let mut schedule = Schedule::new(seed);
    let mut now = Millis::try_from(uniform(seed, u32::MAX, arrivals).as_millis()).unwrap_or_default();
    let mut kept: Option<Reading> = None;
    let mut asked = Vec::new();
    schedule.failed(settings, moment(now), failing());
    while now < OUTAGE {
        let chance = seed.wrapping_mul(37).wrapping_add(asked.len().try_into().unwrap_or_default());
        if let Freshness::Ask { after, .. } = Reading::freshness(kept.as_ref(), moment(now), chance, install) {
            let at = now + Millis::try_from(after.as_millis()).unwrap_or_default();
            asked.push(at);
            let (page, wait) = match health {
                Health::Good => (Some(StatusPage::default()), None),
                Health::Failing => (None, None),
                Health::Limited => (None, Some(Duration::from_mins(10))),
            };
            let seed = seed.wrapping_mul(31).wrapping_add(asked.len().try_into().unwrap_or_default());
            kept = Some(Reading::new(moment(at), page, seed).after(kept.as_ref(), wait));
        }
        let Ok(due) = schedule.next(settings, moment(now)) else { break };
        let mut at = due.at;
        while let Some(Blocked::Until(later)) = schedule.blocked(at) {
            at = later;
        }
        schedule.requested(at);
        now = at.unix_millis() - EPOCH + LATENCY;
        schedule.attempt_failed(settings, moment(now), failing());
    }
    asked
}

/// Prints the table, also without the random delay of requests.
pub(crate) fn table(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "\nCloudflare's status page in an outage of {} h\n", OUTAGE / HOUR)?;
    writeln!(out, "{:<78} {:>10} {:>10}", "requests per second", "peak", "mean")?;
    for arrivals in ARRIVALS {
        for (scope, browsers) in [("global", GLOBAL), ("regional", REGIONAL)] {
            for (health, name) in
                [(Health::Good, "answers"), (Health::Failing, "fails"), (Health::Limited, "503, Retry-After: 600")]
            {
                for (install, spread) in [(Install::Development, "at once"), (Install::Normal, "put off")] {
                    let Load { peak, mean } = run(browsers, health, arrivals, install);
                    let seconds = arrivals.as_secs();
                    let row = format!("{scope}, {browsers} browsers within {seconds} s; page {name}; {spread}");
                    writeln!(out, "{row:<78} {peak:>10.0} {mean:>10.0}")?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MINUTE;

    #[test]
    fn a_failing_status_page_is_asked_less_than_one_that_answers_and_a_limited_one_least() {
        let settings = Settings::default();
        let asks = |health| {
            (0..200).map(|seed| one(&settings, seed, health, ARRIVALS[0], Install::Normal).len()).sum::<usize>()
        };
        let (good, failing) = (asks(Health::Good), asks(Health::Failing));
        assert!(failing < good, "{failing} {good}");
        let at_first = |install| {
            let within = |at: &Millis| *at < 15 * SECOND;
            (0..2_000)
                .filter(|seed| one(&settings, *seed, Health::Good, ARRIVALS[1], install).first().is_some_and(within))
                .count()
        };
        let (at_once, put_off) = (at_first(Install::Development), at_first(Install::Normal));
        assert!(put_off * 10 < at_once * 7, "{put_off} of {at_once} ask within the first 15 s");
        let spaced = one(&settings, 7, Health::Limited, ARRIVALS[0], Install::Normal);
        assert!(spaced.windows(2).all(|pair| pair[1] - pair[0] >= 10 * MINUTE), "{spaced:?}");
    }
}
