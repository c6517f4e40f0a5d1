//! Drives one failure to its recovery in a headless browser and saves screenshots of each step in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use rayback_testkit::browser::{Browser, BrowserKind, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Fault, Limits};
use serde_json::json;

const USAGE: &str = "usage: rayback-demo-tour chrome|firefox DIR";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().and_then(|name| BrowserKind::named(&name)).context(USAGE)?;
    let out: PathBuf = arguments.next().context(USAGE)?.into();

    let edge = Edge::start(Limits::DEMO).await?;
    let browser = Browser::start_with(Arc::new(Profile::new(kind)?), Setup::default(), &edge).await?;
    // Seconds instead of a user's minutes.
    let waits = json!({"schedule": "steps", "stepsS": [10], "floorS": 1, "codeFloorsS": {"522": 1}});
    browser.store("settings", waits).await?;
    tour(&edge, &browser, &out).await?;
    browser.close().await?;
    println!("screenshots are in {}", out.display());
    Ok(())
}

/// Takes the screenshots, from the failing page to the healthy one.
async fn tour(edge: &Edge, browser: &Browser, out: &Path) -> Result<()> {
    let host = "shop.example.test";
    edge.fault(host, Fault::NeverAnswers);
    browser.open(&format!("https://{host}/")).await?;
    browser.await_panel().await?;
    browser.shot_into(out, "1-failing").await?;

    browser.open_popup().await?;
    eventually("host in the popup", SOON, async || {
        let text = browser.evaluate("return document.body.innerText").await?;
        Ok(text.as_str().is_some_and(|text| text.contains(host)).then_some(()))
    })
    .await?;
    browser.shot_into(out, "2-popup").await?;

    edge.heal(host);
    browser.turn_to_site().await?;
    let back = async || Ok((browser.title().await? == format!("{host} is up")).then_some(()));
    eventually("recovered page", Duration::from_mins(1), back).await?;
    browser.shot_into(out, "3-recovered").await
}
