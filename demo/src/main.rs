//! A browser with the extension in it, in front of an edge whose every host fails.
//!
//! `demo chrome|firefox` opens the start page and runs until the browser is closed. With `--headless --out DIR` it drives
//! one failure to its recovery without a display, and leaves pictures of the way in that folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rayback_testkit::browser::{Browser, Display, Make, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Fault, Limits, START_HOST};
use serde_json::json;

const USAGE: &str = "usage: demo chrome|firefox [--headless --out DIR]";

/// Long enough to see the browser wait, short enough for a demonstration.
const LIMITS: Limits =
    Limits { connect: Duration::from_secs(3), read: Duration::from_secs(5), retry_after_s: Some(10) };

#[tokio::main]
async fn main() -> Result<()> {
    let mut make = None;
    let mut display = Display::Windows;
    let mut out = PathBuf::from("shots");
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "chrome" => make = Some(Make::Chrome),
            "firefox" => make = Some(Make::Firefox),
            "--headless" => display = Display::Headless,
            "--out" => out = arguments.next().context(USAGE)?.into(),
            other => bail!("unknown argument {other:?}; {USAGE}"),
        }
    }
    let make = make.context(USAGE)?;

    let edge = Edge::start(LIMITS).await?;
    let setup = Setup { display, ..Setup::default() };
    let browser = Browser::start_with(Arc::new(Profile::new(make)?), setup, &edge).await?;
    match display {
        Display::Windows => {
            edge.break_all();
            browser.open(&format!("http://{START_HOST}/")).await?;
            browser.closed_by_person().await;
            Ok(())
        }
        Display::Headless => {
            // The waits of a demonstration; a person's own are minutes.
            let waits = json!({"schedule": "steps", "stepsS": [10], "floorS": 1, "codeFloorsS": {"522": 1}});
            browser.store("settings", waits).await?;
            tour(&edge, &browser, &out).await?;
            browser.close().await?;
            println!("pictures are in {}", out.display());
            Ok(())
        }
    }
}

/// One failure, from the first failing page to the healthy one.
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
