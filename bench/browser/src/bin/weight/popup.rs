//! How soon the popup shows its first and final text, compared with a popup that shows one word without a script.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Browser, SOON, eventually};
use rayback_testkit::edge::{Edge, Fault};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::contestant::{Contestant, RAYBACK};
use crate::statistics::{Interval, median};

/// A difference counts as measured if its interval extends no further than this to either side.
const WIDEST_MS: f64 = 10.0;

/// The median may be this much above the stand-in's.
const MOST_MS: f64 = 60.0;

/// The site that Rayback's popup shows.
const FAILING: &str = "popup.example.test";

/// Records when elements are added to a document.
const WATCH: &str = "globalThis.added = []; new MutationObserver(changes => { \
    if (changes.some(({ addedNodes }) => [...addedNodes].some(node => node.nodeType === Node.ELEMENT_NODE))) \
        globalThis.added.push(performance.now()) }).observe(document, { subtree: true, childList: true })";

/// Measures the popup on its own.
pub(crate) async fn run(edge: &Edge, folder: &TempDir, count: usize, patience: Duration) -> Result<()> {
    let rayback = Contestant::rayback(edge).await?;
    measure(&[rayback], edge, folder, count, patience).await
}

/// Measures the popups of Rayback, with a running and a stopped worker, and of the stand-in, in turn; as many as asked for, or
/// fewer when the time is up.
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
    for browser in [&stand_in.browser, rayback] {
        browser.on_new_document(WATCH).await?;
    }
    let end = Instant::now() + patience;
    let (mut without, mut running, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..=count {
        let empty = first_paint(&stand_in.browser).await?;
        // A message starts the worker; the next popup finds it running.
        let _settings: serde_json::Value =
            rayback.ask("return await chrome.runtime.sendMessage('settingsChanged')", Vec::new()).await?;
        let with_worker = first_paint(rayback).await?;
        rayback.stop_worker().await?;
        let without_worker = first_paint(rayback).await?;
        if number > 0 {
            without.push(empty);
            running.push(with_worker);
            stopped.push(without_worker);
        }
        if Instant::now() >= end {
            break;
        }
    }
    println!("\nthe popup's first and final paint, ms after it's opened: medians of {}", without.len());
    println!("{:<24} {:.0}", stand_in.name, median(without.clone()));
    for (name, times) in [("worker running", running), ("worker stopped", stopped)] {
        let difference = Interval::of(without.iter().zip(&times).map(|(without, with)| with - without).collect());
        let above = median(times.clone()) - median(without.clone());
        println!("{RAYBACK}, {name:<15} {:.0} {}", median(times), difference.describe(WIDEST_MS));
        ensure!(above <= MOST_MS, "with the {name} the popup is {above:.0} ms slower than an empty one");
    }
    stand_in.browser.close().await
}

/// When a popup is first painted, which must be its last change too.
async fn first_paint(browser: &Browser) -> Result<f64> {
    browser.open_own("popup.html").await?;
    let script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    let painted = eventually("painted popup", SOON, async || Ok(browser.evaluate(script).await?.as_f64())).await?;
    let last =
        browser.evaluate("return Math.max(...globalThis.added)").await?.as_f64().context("the popup is empty")?;
    ensure!(last <= painted, "the popup is painted at {painted:.0} ms and still changes at {last:.0} ms");
    Ok(painted)
}
