//! From the parsed error page to the panel's first frame, with a running worker and with a stopped one.

use std::time::Duration;

use anyhow::Result;
use rayback_testkit::browser::{Browser, eventually};
use rayback_testkit::edge::{Edge, Fault};
use tokio::time::Instant;

use crate::contestant::{Contestant, RAYBACK};
use crate::statistics::{Interval, median};

/// A difference counts as measured if its interval extends no further than this to either side.
const WIDEST_MS: f64 = 20.0;

/// A panel that takes longer isn't coming.
const PATIENCE: Duration = Duration::from_secs(5);

/// Records when the frame with the first element added to the parsed page is painted. Error pages add none themselves,
/// and Rayback's panel is drawn once, complete.
pub(crate) const WATCH: &str = "addEventListener('DOMContentLoaded', () => { const parsed = performance.now(); \
    new MutationObserver((changes, observer) => { \
        if (!changes.some(({ addedNodes }) => [...addedNodes].some(node => node.nodeType === 1))) return; \
        observer.disconnect(); \
        requestAnimationFrame(() => setTimeout(() => { globalThis.panelAfter = performance.now() - parsed; })); }) \
    .observe(document.documentElement, { childList: true, subtree: true }); });";

/// Measures the panels of Rayback and of each peer, in turn; as many as asked for, or fewer when the time is up.
pub(crate) async fn measure(contestants: &[Contestant], edge: &Edge, count: usize, patience: Duration) -> Result<()> {
    let (rayback, peers): (Vec<_>, Vec<_>) =
        contestants.iter().filter(|it| it.is_peer || it.name == RAYBACK).partition(|it| it.name == RAYBACK);
    let contestants = [rayback, peers].concat();
    for contestant in &contestants {
        contestant.browser.turn_to_site().await?;
        contestant.browser.on_new_document(WATCH).await?;
    }
    println!("\nfrom DOMContentLoaded to the panel's frame, ms: median [least, most], and Rayback's difference");
    for (name, is_cold) in [("warm", false), ("cold", true)] {
        let end = Instant::now() + patience / 2;
        let mut rounds = Vec::new();
        // The first round starts the workers and isn't counted.
        for number in 0..=count {
            let mut round = Vec::new();
            for contestant in &contestants {
                let host = format!("{name}-{number}.example.test");
                edge.fault(&host, Fault::Refuses);
                round.push(show(&contestant.browser, &host, is_cold).await?);
            }
            if number > 0 {
                rounds.push(round);
            }
            if Instant::now() >= end {
                break;
            }
        }
        for (place, contestant) in contestants.iter().enumerate() {
            let of = |round: &Vec<Option<f64>>, place: usize| round.get(place).copied().flatten();
            let samples: Vec<f64> = rounds.iter().filter_map(|round| of(round, place)).collect();
            let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
            let most = samples.iter().copied().fold(0.0, f64::max);
            let differences = rounds.iter().filter_map(|round| Some(of(round, 0)? - of(round, place)?)).collect();
            let difference = if place == 0 { String::new() } else { Interval::of(differences).describe(WIDEST_MS) };
            let (count, name_of) = (samples.len(), &contestant.name);
            println!("{name:<6} {name_of:<24} {:.0} [{least:.0}, {most:.0}] of {count}  {difference}", median(samples));
        }
    }
    Ok(())
}

/// Opens a failing page and returns the time to its panel; `None` if none comes.
async fn show(browser: &Browser, host: &str, is_cold: bool) -> Result<Option<f64>> {
    if is_cold {
        browser.stop_worker().await?;
    }
    browser.open(&format!("https://{host}/")).await?;
    let shown = async || Ok(browser.evaluate("return globalThis.panelAfter ?? null").await?.as_f64());
    Ok(eventually("panel", PATIENCE, shown).await.ok())
}
