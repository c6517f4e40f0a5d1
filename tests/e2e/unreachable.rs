//! Tabs that end on the browser's own error page, where no script can run.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// An unconfirmed navigation is checked after a minute, and its tab given up ten seconds later.
const GIVEN_UP: Duration = Duration::from_secs(90);
/// Enough for a wait of 30 seconds, a check and a page load.
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
        // Firefox's driver may report the browser's error as the click's error. The next line checks the click.
        let _ = harness.browser.await_panel().await?.press("Reload now").await;
        harness.await_phase(ORIGIN, "navigating").await?;
        // Queried through the extension's APIs: the driver mistakes the browser's error for its own.
        let shown = async || {
            let tabs: Vec<Value> = harness.browser.ask("return await chrome.tabs.query({})", vec![]).await?;
            let failed = |tab: &&Value| {
                let text = |name: &str| tab.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                text("url").starts_with(URL) && text("status") == "complete" && !text("title").contains("521")
            };
            Ok(tabs.iter().find(failed).map(drop))
        };
        eventually("browser's own error page", SOON, shown).await?;
        harness.browser.turn_to_site().await?;
        harness.browser.shot("own-error").await?;
        ensure!(harness.browser.panel().await?.is_none(), "a script runs on the browser's own error page");

        harness.await_phase_for(GIVEN_UP, ORIGIN, "waiting").await?;
        ensure!(harness.documents(HOST).len() == before, "the edge was reached although it is closed");
        harness.edge.heal(HOST);
        harness.edge.open().await?;
        harness.await_healthy(HOST, PATIENCE).await?;
        // Chromium also retries automatically; the watch must notice that load.
        harness.await_phase(ORIGIN, "back").await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}
