//! Measures how long a real browser takes to recognise a failing page; run by `cargo xtask bench wasm`.

use anyhow::{Context, Result};
use rayback_testkit::browser::{Browser, BrowserKind, SOON, eventually};
use rayback_testkit::edge::{Edge, Limits, SPEED_HOST};
use rayback_testkit::fixture;
use serde_json::Value;

/// One page of each form, by fixture name.
const PAGES: [&str; 6] = ["522/era-c", "502/era-b", "1016/era-d2", "522/problem-json", "522/plain-text", "challenge"];

#[tokio::main]
async fn main() -> Result<()> {
    let fixtures = fixture::all()?;
    println!("{:<10} {:<20} {:>7} {:>12}   fastest - slowest", "browser", "page", "bytes", "median");
    for kind in BrowserKind::BOTH {
        let edge = Edge::start(Limits::SHORT).await?;
        let browser = Browser::start(kind, &edge).await?;
        browser.open(&format!("https://{SPEED_HOST}/")).await?;
        eventually("module", SOON, async || Ok((browser.title().await? == "ready").then_some(()))).await?;
        for name in PAGES {
            let fixture = fixtures.iter().find(|fixture| fixture.name == name);
            let fixture = fixture.with_context(|| format!("no fixture is named {name}"))?;
            let page = String::from_utf8(fixture.body.clone()).with_context(|| format!("{name} isn't text"))?;
            let script = format!("return microseconds({})", Value::from(page.as_str()));
            let samples: Vec<f64> = serde_json::from_value(browser.evaluate(&script).await?)?;
            let (Some(least), Some(median), Some(most)) =
                (samples.first(), samples.get(samples.len() / 2), samples.last())
            else {
                anyhow::bail!("no samples for {name}");
            };
            let bytes = page.len();
            println!("{:<10} {name:<20} {bytes:>7} {median:>9.1} µs   {least:.1} - {most:.1} µs", kind.name());
        }
    }
    Ok(())
}
