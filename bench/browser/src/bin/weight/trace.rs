//! The steps of a cold start, from the failing page's first byte to the panel's frame.
//!
//! Measured in a copy of the extension whose worker records when it reaches each step.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Browser, BrowserKind, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Fault};
use serde_json::Value;

use crate::panels::WATCH;
use crate::statistics::median;

/// Lines of `background.js`, each with its replacement in the copy.
const NOTES: [(&str, &str); 3] = [
    (
        "const ready = init();",
        "const trace = { started: performance.timeOrigin }; \
         const step = (name) => { trace[name] ??= performance.timeOrigin + performance.now(); }; \
         step('evaluated'); const ready = init(); void ready.then(() => step('compiled'));",
    ),
    (
        "chrome.runtime.onMessage.addListener((message, sender, answer) => {",
        "chrome.runtime.onMessage.addListener((message, sender, answer) => { \
         step(message === 'soon' ? 'soon' : message?.failing ? 'failing' : 'other');",
    ),
    (
        ".then(answer, ",
        ".then((panel) => { if (message?.failing) { step('answered'); void chrome.storage.session.set({ trace }); } answer(panel); }, ",
    ),
];

/// The steps, in order, each with the place where its time is found.
const STEPS: [(&str, &str); 9] = [
    ("page: first byte", "first"),
    ("worker: started", "started"),
    ("worker: scripts read", "evaluated"),
    ("worker: told that a page fails", "soon"),
    ("page: parsed", "parsed"),
    ("worker: module compiled", "compiled"),
    ("worker: page's report heard", "failing"),
    ("worker: panel answered", "answered"),
    ("page: panel's frame", "frame"),
];

/// Prints the median of each step's time.
pub(crate) async fn measure(edge: &Edge, count: usize) -> Result<()> {
    let browser = start(edge).await?;
    browser.turn_to_site().await?;
    browser.on_new_document(WATCH).await?;
    let mut samples = vec![Vec::new(); STEPS.len()];
    for number in 0..=count {
        let host = format!("trace-{number}.example.test");
        edge.fault(&host, Fault::Refuses);
        browser.stop_worker().await?;
        browser.open(&format!("https://{host}/")).await?;
        let page = "const [entry] = performance.getEntriesByType('navigation'); \
             return globalThis.panelAfter ? { first: performance.timeOrigin + entry.responseStart, \
                 parsed: performance.timeOrigin + entry.domContentLoadedEventStart, \
                 frame: performance.timeOrigin + entry.domContentLoadedEventStart + globalThis.panelAfter } : null";
        let page = async || Ok(Some(browser.evaluate(page).await?).filter(|page| !page.is_null()));
        let page = eventually("panel", SOON, page).await?;
        let worker = async || Ok(browser.storage("session").await?.remove("trace"));
        let worker = eventually("trace", SOON, worker).await?;
        let at = |name: &str| page.get(name).or_else(|| worker.get(name)).and_then(Value::as_f64);
        let first = at("first").context("the page has a first byte")?;
        // The first start after the installation isn't counted.
        for ((_, name), samples) in STEPS.iter().zip(&mut samples).filter(|_| number > 0) {
            samples.extend(at(name).map(|at| at - first));
        }
    }
    println!("\none cold start, ms after the page's first byte: medians of {count}");
    for ((step, _), samples) in STEPS.iter().zip(samples) {
        println!("{step:<32} {:>6.0}", median(samples));
    }
    Ok(())
}

/// Starts a browser with the copy.
async fn start(edge: &Edge) -> Result<Browser> {
    let built = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/chrome"));
    let profile = Profile::with_extension(BrowserKind::Chrome, Some(built))?;
    let path = profile.extension().join("background.js");
    let mut script = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for (line, noted) in NOTES {
        ensure!(script.contains(line), "background.js has no {line:?} any more");
        script = script.replace(line, noted);
    }
    fs::write(&path, script)?;
    Browser::start_with(Arc::new(profile), Setup::default(), edge).await
}
