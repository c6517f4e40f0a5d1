//! Tabs that end in an error of the browser's own, where no script runs.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A navigation without news is asked after for a minute, and its tab given up ten seconds later.
const GIVEN_UP: Duration = Duration::from_secs(90);
/// A wait of 30 seconds, a check, and the loading of the page.
const PATIENCE: Duration = Duration::from_secs(75);

pub(crate) async fn a_tab_with_the_browsers_own_error_page_recovers(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [30]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        harness.await_phase(ORIGIN, "waiting").await?;
        let before = harness.documents(HOST).len();

        harness.edge.close().await;
        // Firefox's driver may report the browser's error as the click's; whether it was one is seen next.
        let _ = harness.browser.await_panel().await?.press("Reload now").await;
        harness.await_phase(ORIGIN, "navigating").await?;
        // Told by the extension's own interfaces: the driver takes the browser's error for its own.
        let shown = async || {
            let tabs: Vec<Value> = harness.browser.ask("return await chrome.tabs.query({})", vec![]).await?;
            let failed = |tab: &&Value| {
                let text = |name: &str| tab.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                text("url").starts_with(URL) && text("status") == "complete" && !text("title").contains("521")
            };
            Ok(tabs.iter().find(failed).map(drop))
        };
        eventually("error of the browser's own", SOON, shown).await?;
        harness.browser.turn_to_site().await?;
        harness.browser.shot("own-error").await?;
        ensure!(harness.browser.panel().await?.is_none(), "a script runs in the browser's own error");

        harness.await_phase_for(GIVEN_UP, ORIGIN, "waiting").await?;
        ensure!(harness.documents(HOST).len() == before, "the edge was reached although it is closed");
        harness.edge.heal(HOST);
        harness.edge.open().await?;
        harness.await_healthy(HOST, PATIENCE).await?;
        // Chromium tries again by itself too; what it loaded would not be known here.
        harness.await_phase(ORIGIN, "back").await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}
