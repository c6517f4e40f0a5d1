//! A browser on a device without a connection.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, LONG, Run};
use crate::network;

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
const PAUSED: &str = "Paused";
const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) async fn an_offline_browser_waits_and_blames_its_connection(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", HOST, "It's the site, not you."]).await?;
        harness.await_phase(ORIGIN, "waiting").await?;

        set_connection(harness, false).await?;
        harness.await_phase(ORIGIN, "offline").await?;
        harness.await_text(&[PAUSED, "You're offline.", "No connection"]).await?;
        harness.browser.shot("offline-panel").await?;
        harness.browser.open_popup().await?;
        let shown = async || {
            let text = harness.browser.evaluate("return document.body.innerText").await?;
            Ok(text.as_str().filter(|text| text.contains(PAUSED)).map(str::to_owned))
        };
        eventually("popup with the notice", SOON, shown).await?;
        harness.browser.shot("offline-popup").await?;
        harness.browser.turn_to_site().await?;

        let requests = || harness.edge.hosts().values().sum::<usize>();
        let before = requests();
        // Longer than both waits of the schedule.
        tokio::time::sleep(LONG).await;
        ensure!(requests() == before, "a request was made although the device is offline");
        ensure!(harness.await_phase(ORIGIN, "offline").await.is_ok(), "the watch did not stay paused");

        harness.edge.heal(HOST);
        set_connection(harness, true).await?;
        harness.await_healthy(HOST, PATIENCE).await
    };
    Harness::start(run).await?.run(scenario).await
}

/// Connects or disconnects the device.
async fn set_connection(harness: &Harness, is_online: bool) -> Result<()> {
    match harness.browser.kind() {
        // Depends on the device's interfaces, except loopback.
        BrowserKind::Chrome => network::set_connection(is_online),
        // Depends on its own menu item.
        BrowserKind::Firefox => harness.browser.work_offline(!is_online).await,
    }
}
