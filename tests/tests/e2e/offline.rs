//! A browser whose device has no connection.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_tests::browser::{Make, SOON, eventually};
use rayback_tests::edge::Fault;

use crate::network;
use crate::stage::{HOST, LONG, Run, Stage};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
const PAUSED: &str = "Paused: you're offline";
const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) async fn a_browser_that_goes_offline_waits_and_blames_its_own_connection(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522", HOST, "The site's own server is at fault"]).await?;
        stage.await_phase(ORIGIN, "waiting").await?;

        set_connection(stage, false).await?;
        stage.await_phase(ORIGIN, "offline").await?;
        stage.await_text(&[PAUSED, "You're offline.", "Check your internet connection."]).await?;
        stage.browser.shot("offline-panel").await?;
        stage.browser.open_popup().await?;
        let told = async || {
            let text = stage.browser.evaluate("return document.body.innerText").await?;
            Ok(text.as_str().filter(|text| text.contains(PAUSED)).map(str::to_owned))
        };
        eventually("popup that says it", SOON, told).await?;
        stage.browser.shot("offline-popup").await?;
        stage.browser.turn_to_site().await?;

        let asked = || stage.edge.hosts().values().sum::<usize>();
        let before = asked();
        // Longer than both waits of the schedule.
        tokio::time::sleep(LONG).await;
        ensure!(asked() == before, "somebody was asked although the device is offline");
        ensure!(stage.await_phase(ORIGIN, "offline").await.is_ok(), "it did not stay paused");

        stage.edge.heal(HOST);
        set_connection(stage, true).await?;
        stage.await_healthy(HOST, PATIENCE).await
    };
    Stage::set(run).await?.play(scene).await
}

/// Connects the device, or takes its connection away.
async fn set_connection(stage: &Stage, is_online: bool) -> Result<()> {
    match stage.browser.make() {
        // Follows the device's interfaces, of which loopback is none.
        Make::Chrome => network::set_connection(is_online),
        // Follows its own menu.
        Make::Firefox => stage.browser.work_offline(!is_online).await,
    }
}
