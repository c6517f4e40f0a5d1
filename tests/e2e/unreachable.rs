//! Tabs that end in an error of the browser's own, where no script runs.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::{Value, json};

use crate::stage::{HOST, Run, Stage};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A navigation without news is asked after for a minute, and its tab given up ten seconds later.
const GIVEN_UP: Duration = Duration::from_secs(90);
/// A wait of 30 seconds, a check, and the loading of the page.
const PATIENCE: Duration = Duration::from_secs(75);

pub(crate) async fn a_tab_that_ends_in_the_browsers_own_error_is_noticed_and_comes_back(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.settings(json!({"stepsS": [30]})).await?;
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521", HOST]).await?;
        stage.await_phase(ORIGIN, "waiting").await?;
        let before = stage.documents(HOST).len();

        stage.edge.close().await;
        // Firefox's driver may report the browser's error as the click's; whether it was one is seen next.
        let _ = stage.browser.await_panel().await?.press("Reload now").await;
        stage.await_phase(ORIGIN, "navigating").await?;
        // Told by the extension's own interfaces: the driver takes the browser's error for its own.
        let shown = async || {
            let tabs: Vec<Value> = stage.browser.ask("return await chrome.tabs.query({})", vec![]).await?;
            let failed = |tab: &&Value| {
                let text = |name: &str| tab.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                text("url").starts_with(URL) && text("status") == "complete" && !text("title").contains("521")
            };
            Ok(tabs.iter().find(failed).map(drop))
        };
        eventually("error of the browser's own", SOON, shown).await?;
        stage.browser.turn_to_site().await?;
        stage.browser.shot("own-error").await?;
        ensure!(stage.browser.panel().await?.is_none(), "a script runs in the browser's own error");

        stage.await_phase_for(GIVEN_UP, ORIGIN, "waiting").await?;
        ensure!(stage.documents(HOST).len() == before, "the edge was reached although it is closed");
        stage.edge.heal(HOST);
        stage.edge.open().await?;
        stage.await_healthy(HOST, PATIENCE).await?;
        // Chromium tries again by itself too; what it loaded would not be known here.
        stage.await_phase(ORIGIN, "back").await.map(drop)
    };
    Stage::set(run).await?.play(scene).await
}
