//! Measures how soon the history page shows and filters 10,000 outages; run by `cargo xtask bench history`.

use std::fs;
use std::sync::Arc;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{Browser, BrowserKind, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Limits};
use serde_json::{Value, json};

/// The number of outages.
const OUTAGES: u32 = 10_000;

/// How often each page is opened, not counting the first time.
const ROUNDS: usize = 25;

/// The most that the first paint may take, in ms.
const MOST_PAINT_MS: f64 = 200.0;

/// The most that filtering may take, in ms.
const MOST_FILTER_MS: f64 = 50.0;

/// Searches, each with a different result from the one before.
const SEARCHES: [&str; 8] = ["site-7", "522", "site-42", "fra", "site-11", "52", "nothing", ""];

/// Fills the database, which the page has created, with outages of 300 sites in 80 days.
const FILL: &str = "\
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const transaction = database.transaction('outages', 'readwrite'); \
    const store = transaction.objectStore('outages'); \
    const minute = 60000, begun = Date.now() - 80 * 24 * 60 * minute, every = 80 * 24 * 60 * minute / args[0]; \
    for (let number = 0; number < args[0]; number += 1) { \
        const start = Math.round(begun + number * every); \
        const end = number % 7 ? start + (1 + number % 200) * minute : null; \
        store.add({ origin: `https://site-${number % 300}.example`, start, end, last: end ?? start, \
            codes: number % 11 ? [[522, 521, 524, 500, 1020][number % 5]] : [502, 522], \
            dataCentre: ['FRA', 'AMS', 'VIE', 'LHR', null][number % 5], attempts: number % 9, \
            suspect: ['origin', 'cloudflare', 'rule', 'nobody'][number % 4] }); \
    } \
    await new Promise((done, fail) => { transaction.oncomplete = done; transaction.onerror = fail; }); \
    database.close(); \
    return args[0]";

/// Types a search, and records when the frame with its result is painted.
const SEARCH: &str = "\
    delete globalThis.filtered; \
    const field = document.getElementById('search'); \
    const count = document.querySelector('.failures > p'); \
    const before = performance.now(); \
    new MutationObserver((_, observer) => { observer.disconnect(); \
        requestAnimationFrame(() => setTimeout(() => { globalThis.filtered = performance.now() - before; })); }) \
        .observe(count, { childList: true, characterData: true, subtree: true }); \
    field.value = TEXT; \
    field.dispatchEvent(new Event('input', { bubbles: true }))";

#[tokio::main]
async fn main() -> Result<()> {
    let edge = Edge::start(Limits::SHORT).await?;
    let folder = tempfile::tempdir()?;
    let manifest =
        json!({"manifest_version": 3, "name": "empty", "version": "1", "background": {"service_worker": "empty.js"}});
    fs::write(folder.path().join("manifest.json"), manifest.to_string())?;
    fs::write(folder.path().join("empty.js"), "")?;
    fs::write(folder.path().join("history.html"), "<!doctype html><title>empty</title><p>word</p>")?;
    let profile = Arc::new(Profile::with_extension(BrowserKind::Chrome, Some(folder.path()))?);
    let empty = Browser::start_with(profile, Setup::default(), &edge).await?;
    let ours = Browser::start(BrowserKind::Chrome, &edge).await?;

    first_paint(&ours).await?;
    let mut without = Vec::new();
    for _ in 0..ROUNDS {
        without.push(first_paint(&ours).await?);
    }
    let filled: u32 = ours.ask(FILL, vec![OUTAGES.into()]).await?;
    ensure!(filled == OUTAGES, "{filled} outages instead of {OUTAGES}");
    let mut rounds = Vec::new();
    for number in 0..=ROUNDS {
        let round = (first_paint(&empty).await?, first_paint(&ours).await?);
        let count = ours.evaluate("return document.querySelector('.failures > p').textContent").await?;
        ensure!(count == "50 of 10000 failures", "the first paint shows {count}");
        rounds.extend((number > 0).then_some(round));
    }
    let (word, history): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    println!("first paint of {OUTAGES} outages, ms after the page is opened: median, and the slowest of {ROUNDS}");
    let word = describe("one word, without a script", word);
    describe("the history, with nothing in it", without);
    let paint = describe("the history", history);
    println!("{:<34} {:.1} times the page of one word", "", paint / word);

    let mut filters = Vec::new();
    for number in 0..=ROUNDS {
        for search in SEARCHES {
            let elapsed = filter(&ours, search).await?;
            filters.extend((number > 0).then_some(elapsed));
        }
    }
    println!(
        "\nfiltering them, ms from a key to the frame with the result: median, and the slowest of {}",
        filters.len()
    );
    let filter = describe("the history", filters);
    ensure!(paint <= MOST_PAINT_MS, "the first paint takes {paint:.0} ms: more than {MOST_PAINT_MS} ms");
    ensure!(filter <= MOST_FILTER_MS, "filtering takes {filter:.0} ms: more than {MOST_FILTER_MS} ms");
    Ok(())
}

async fn first_paint(browser: &Browser) -> Result<f64> {
    browser.open_own("history.html").await?;
    let script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    eventually("painted page", SOON, async || Ok(browser.evaluate(script).await?.as_f64())).await
}

async fn filter(browser: &Browser, search: &str) -> Result<f64> {
    browser.evaluate(&SEARCH.replace("TEXT", &Value::from(search).to_string())).await?;
    let script = "return globalThis.filtered ?? null";
    eventually("filtered history", SOON, async || Ok(browser.evaluate(script).await?.as_f64())).await
}

/// Prints the median and the slowest of some samples, and returns the median.
fn describe(name: &str, mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    let median = samples.get(samples.len() / 2).copied().unwrap_or_default();
    println!("{name:<34} {median:>6.1}  {:>6.1}", samples.last().copied().unwrap_or_default());
    median
}
