//! What extensions cost on pages that don't fail.
//!
//! The browsers navigate in turn, so that other load on the machine affects them all alike. Each navigation goes to a
//! different site from the one before, so that it gets a new renderer. Each navigation with an extension is compared
//! with the one without an extension in the same round.

use std::time::Duration;

use anyhow::{Context, Result};
use rayback_testkit::browser::Browser;
use tokio::time::Instant;

use crate::contestant::{Contestant, EMPTY, RAYBACK};
use crate::statistics::{Interval, median};

/// Three sites, so that each navigation gets a new renderer.
const SITES: [&str; 3] = ["https://one.example.test", "https://two.example.org", "https://three.example.net"];

/// The pages, with their paths and shares of the time.
const PAGES: [(&str, &str, f64); 3] =
    [("small page", "/", 0.3), ("40 scripts", "/scripts", 0.4), ("200 scripts", "/many-scripts", 0.3)];

/// How long after the load event work is still attributed to the page.
const SETTLE: Duration = Duration::from_millis(300);

/// A difference counts as measured if its interval extends no further than this to either side.
const WIDEST_MS: f64 = 5.0;
const WIDEST_CPU_SHARE: f64 = 0.03;

const MEASURES: [&str; 4] = ["first paint, ms", "DOMContentLoaded, ms", "load event, ms", "CPU, ms"];

/// One navigation, in milliseconds, in the order of [`MEASURES`].
type Sample = [f64; MEASURES.len()];

/// Measures every page, each until all differences are measured, for at most `rounds` and this long in all.
pub(crate) async fn measure(contestants: &[Contestant], rounds: usize, patience: Duration) -> Result<()> {
    for (title, path, share) in PAGES {
        let end = Instant::now() + patience.mul_f64(share);
        let mut samples = vec![Vec::new(); contestants.len()];
        // The first round warms caches and isn't counted.
        for round in 0..=rounds {
            let site = SITES.get(round % SITES.len()).context("there are sites")?;
            for (contestant, samples) in contestants.iter().zip(&mut samples) {
                let sample = navigate(&contestant.browser, &format!("{site}{path}")).await?;
                if round > 0 {
                    samples.push(sample);
                }
            }
            if is_measured(&samples) || Instant::now() >= end {
                break;
            }
        }
        print(title, contestants, &samples);
    }
    Ok(())
}

async fn navigate(browser: &Browser, url: &str) -> Result<Sample> {
    let before = browser.cpu_time();
    browser.open(url).await?;
    tokio::time::sleep(SETTLE).await;
    let cpu = browser.cpu_time().saturating_sub(before).as_secs_f64() * 1_000.0;
    let script = "const [entry] = performance.getEntriesByType('navigation'); \
         const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0; \
         return [paint, entry.domContentLoadedEventEnd, entry.loadEventEnd]";
    let [paint, parsed, loaded]: [f64; 3] = serde_json::from_value(browser.evaluate(script).await?)?;
    Ok([paint, parsed, loaded, cpu])
}

/// How wide each measure's interval may be.
fn widest(base: &[Sample]) -> Sample {
    let cpu = median(base.iter().map(|[.., cpu]| *cpu).collect());
    [WIDEST_MS, WIDEST_MS, WIDEST_MS, cpu * WIDEST_CPU_SHARE]
}

/// The differences between two browsers' navigations of the same rounds, by measure.
fn differences(ours: &[Sample], base: &[Sample]) -> Vec<Interval> {
    let of = |measure: usize| {
        let value = |sample: &Sample| sample.get(measure).copied().unwrap_or_default();
        Interval::of(ours.iter().zip(base).map(|(ours, base)| value(ours) - value(base)).collect())
    };
    (0..MEASURES.len()).map(of).collect()
}

fn is_measured(samples: &[Vec<Sample>]) -> bool {
    let Some((base, others)) = samples.split_first() else { return true };
    let widest = widest(base);
    others
        .iter()
        .flat_map(|ours| differences(ours, base).into_iter().zip(widest))
        .all(|(it, widest)| it.is_measured(widest))
}

fn print(title: &str, contestants: &[Contestant], samples: &[Vec<Sample>]) {
    let Some(base) = samples.first().filter(|base| !base.is_empty()) else {
        return println!("\n{title}: no time was left");
    };
    println!(
        "\n{title}: medians of {} navigations, and the difference to the browser without an extension",
        base.len()
    );
    print!("{:<24}", "");
    for measure in MEASURES {
        print!(" {measure:>24}");
    }
    println!();
    let widest = widest(base);
    for (contestant, ours) in contestants.iter().zip(samples) {
        print!("{:<24}", contestant.name);
        for (measure, (interval, widest)) in differences(ours, base).into_iter().zip(widest).enumerate() {
            let value = median(ours.iter().filter_map(|sample| sample.get(measure)).copied().collect());
            print!(" {:>24}", format!("{value:.0} {}", interval.describe(widest)));
        }
        println!();
    }
    let of = |name: &str| contestants.iter().zip(samples).find(|(contestant, _)| contestant.name == name);
    if let (Some((_, ours)), Some((_, empty))) = (of(RAYBACK), of(EMPTY)) {
        print!("{:<24}", "… against the empty one");
        for (interval, widest) in differences(ours, empty).into_iter().zip(widest) {
            print!(" {:>24}", interval.describe(widest));
        }
        println!();
    }
}
