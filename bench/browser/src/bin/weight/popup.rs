//! How soon the popup has its first text, compared with a popup that shows one word without a script.

use std::time::Duration;

use anyhow::{Context, Result};
use rayback_testkit::browser::{Browser, SOON, eventually};
use rayback_testkit::edge::{Edge, Fault};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::contestant::{Contestant, RAYBACK};
use crate::statistics::{Interval, median};

/// A difference is measured if its interval reaches no further than this to either side.
const WIDEST_MS: f64 = 10.0;

/// The site that Rayback's popup shows.
const FAILING: &str = "popup.example.test";

/// Measures the popups of Rayback and of the stand-in, in turn; as many as asked for, or fewer when the time is up.
pub(crate) async fn measure(
    contestants: &[Contestant],
    edge: &Edge,
    folder: &TempDir,
    count: usize,
    patience: Duration,
) -> Result<()> {
    let stand_in = Contestant::with_popup(edge, folder).await?;
    let rayback = &contestants.iter().find(|it| it.name == RAYBACK).context("Rayback takes part")?.browser;
    edge.fault(FAILING, Fault::Refuses);
    rayback.open(&format!("https://{FAILING}/")).await?;
    rayback.await_panel().await?;
    let end = Instant::now() + patience;
    let mut rounds = Vec::new();
    for number in 0..=count {
        let round = [first_paint(&stand_in.browser).await?, first_paint(rayback).await?];
        if number > 0 {
            rounds.push(round);
        }
        if Instant::now() >= end {
            break;
        }
    }
    println!("\nthe popup's first text, ms after it's opened: medians of {}", rounds.len());
    let difference = Interval::of(rounds.iter().map(|[without, with]| with - without).collect());
    println!("{:<24} {:.0}", stand_in.name, median(rounds.iter().map(|[without, _]| *without).collect()));
    let ours = median(rounds.iter().map(|[_, with]| *with).collect());
    println!("{RAYBACK:<24} {ours:.0} {}", difference.describe(WIDEST_MS));
    stand_in.browser.close().await
}

async fn first_paint(browser: &Browser) -> Result<f64> {
    browser.open_own("popup.html").await?;
    let script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    eventually("painted popup", SOON, async || Ok(browser.evaluate(script).await?.as_f64())).await
}
