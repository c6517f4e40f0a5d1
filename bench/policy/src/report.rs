//! Computes and prints the figures of each policy.

use std::io::Write;

use serde::Serialize;
use statrs::statistics::Statistics;

use crate::crowd::{self, Comeback};
use crate::outage::Distribution;
use crate::policy::{Maker, Policy};
use crate::tally::Tally;
use crate::time::Millis;

/// The number of outages of equal weight that represent the distribution.
const OUTAGES: u32 = 1000;
/// The outages whose recovery is examined second by second, as quantiles of the distribution.
const EXAMINED: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// The figures of one policy, as printed by `--json`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    /// Its name.
    pub(crate) policy: &'static str,
    /// Automatic requests per browser and outage, both probes and navigations.
    pub(crate) requests_per_outage: f64,
    /// The busiest second over the mean second while the browsers come back.
    pub(crate) peak_over_mean: f64,
    /// The median delay from the recovery to the page, in seconds.
    pub(crate) delay_p50_s: f64,
    /// The delay that 95 % of browsers don't exceed, in seconds.
    pub(crate) delay_p95_s: f64,
}

/// One line of the table.
pub(crate) struct Row {
    pub(crate) policy: Policy,
    pub(crate) figures: Figures,
    /// Requests per browser and outage while the origin is failing.
    pub(crate) requests_while_down: f64,
    /// The worst peak of the outages averaged in [`Figures::peak_over_mean`].
    pub(crate) worst_peak: f64,
    pub(crate) comeback: Comeback,
}

/// Runs all simulations of one policy.
pub(crate) fn row(policy: Policy, browsers: u32, distribution: &Distribution, looking: f64, seed: u64) -> Row {
    let maker = Maker::new(policy, looking, seed);
    let per_outage = u64::from(browsers / OUTAGES);
    let outages: Vec<(u32, Millis)> =
        (0..OUTAGES).map(|nth| (nth, distribution.quantile((f64::from(nth) + 0.5) / f64::from(OUTAGES)))).collect();
    let mut all = in_parallel(&outages, |(nth, outage)| {
        let first = u64::from(*nth) * per_outage;
        let mut tally = Tally::run(&maker, first..first + per_outage, *outage);
        tally.after_recovery = Vec::new();
        tally
    });
    let peaks = EXAMINED.map(|share| {
        let outage = distribution.quantile(share);
        let parts: Vec<u64> = (0..64).collect();
        let size = u64::from(browsers).div_ceil(64);
        in_parallel(&parts, |part| Tally::run(&maker, part * size..(part + 1) * size, outage)).peak_over_mean()
    });
    let comeback = crowd::run(&maker, distribution.quantile(0.5));
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "counts far below 2^52")]
    let per_browser = |requests: u64| requests as f64 / all.delays.len() as f64;
    let (requests, requests_while_down) = (per_browser(all.requests), per_browser(all.requests_while_down));
    let peak = Statistics::mean(peaks.iter());
    let figures = Figures {
        policy: policy.name(),
        requests_per_outage: rounded(requests, 100.0),
        peak_over_mean: rounded(peak, 100.0),
        delay_p50_s: seconds(all.delay(0.5)),
        delay_p95_s: seconds(all.delay(0.95)),
    };
    let worst_peak = peaks.into_iter().fold(0.0, f64::max);
    Row { policy, figures, requests_while_down, worst_peak, comeback }
}

/// Runs the parts in parallel and adds up their results.
fn in_parallel<T: Sync>(parts: &[T], run: impl Fn(&T) -> Tally + Sync) -> Tally {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut sum = Tally::default();
                    while let Some(part) = parts.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                        sum.add(run(part));
                    }
                    sum
                })
            })
            .collect();
        let mut sum = Tally::default();
        for worker in workers {
            match worker.join() {
                Ok(tally) => sum.add(tally),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        sum
    })
}

fn rounded(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}

fn seconds(millis: Millis) -> f64 {
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "at most a day")]
    let seconds = millis as f64 / 1000.0;
    rounded(seconds, 10.0)
}

/// Prints the human-readable table.
pub(crate) fn table(
    out: &mut impl Write,
    rows: &[Row],
    browsers: u32,
    distribution: &Distribution,
    looking: f64,
) -> std::io::Result<()> {
    writeln!(
        out,
        "{browsers} browsers over {OUTAGES} outages ({distribution}, at most 24 h); {:.0} % keep the tab in view\n",
        looking * 100.0
    )?;
    writeln!(
        out,
        "{:<24} {:>9} {:>10} {:>10} {:>9} {:>10} {:>10}   origin of limited capacity",
        "policy", "requests", "while down", "peak/mean", "worst", "p50 delay", "p95 delay"
    )?;
    for Row { figures, requests_while_down, worst_peak, comeback, .. } in rows {
        let relapses = match comeback.relapses {
            0 => "without a relapse".to_owned(),
            1 => "after 1 relapse".to_owned(),
            many => format!("after {many} relapses"),
        };
        let limited = match comeback.all_back_s {
            Some(seconds) => format!("95 % back in {seconds} s {relapses}"),
            None => format!("not back in 6 h {relapses}"),
        };
        writeln!(
            out,
            "{:<24} {:>9.2} {requests_while_down:>10.2} {:>10.2} {worst_peak:>9.2} {:>8.0} s {:>8.0} s   {limited}",
            figures.policy,
            figures.requests_per_outage,
            figures.peak_over_mean,
            figures.delay_p50_s,
            figures.delay_p95_s
        )?;
    }
    Ok(())
}
