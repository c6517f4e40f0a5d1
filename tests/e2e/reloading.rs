//! Pages that reload themselves.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const ORIGIN: &str = "https://shop.example.test";

pub(crate) async fn a_page_that_refreshes_itself_is_stopped_from_the_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::Refreshes(9));
        harness.browser.open(URL).await?;
        harness.await_text(&["521", "This page reloads itself, so Rayback doesn't add to it"]).await?;
        harness.browser.shot("reloads-itself").await?;
        harness.press("Stop it from reloading").await?;
        // The schedule takes over.
        harness.await_phase(ORIGIN, "waiting").await?;
        harness.await_text(&["521", "Checking again at"]).await?;
        let before = harness.documents(HOST).len();
        let outlasted = "return performance.now() > 12000";
        let patience = Duration::from_secs(20);
        let outlast = async || Ok((harness.browser.evaluate(outlasted).await? == true).then_some(()));
        eventually("page that outlasts its own refresh", patience, outlast).await?;
        ensure!(harness.documents(HOST).len() == before, "the page was reloaded: {:?}", harness.documents(HOST));
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_page_that_a_script_keeps_reloading_can_be_left(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::ReloadsByScript(Duration::from_millis(700)));
        let mut arrivals = harness.edge.arrivals(HOST);
        harness.browser.open(URL).await?;
        // Twenty documents, in well over ten seconds.
        for _ in 0..20 {
            arrivals.next(SOON, |request| request.path == "/").await?;
        }
        // Each new document removes the badge until it's reported.
        let badge = async || Ok((harness.browser.badge(URL).await? == "521").then_some(()));
        eventually("badge", SOON, badge).await?;
        let watch = harness.watch(ORIGIN).await?.unwrap_or_default();
        let looked_at = watch.pointer("/tabs/0/quickReloads").and_then(Value::as_u64).unwrap_or_default();
        ensure!((2..=6).contains(&looked_at), "{looked_at} of 20 documents were looked at");

        harness.browser.open_popup().await?;
        harness.await_own_text(&["A script keeps reloading this page", "Leave this page"]).await?;
        harness.browser.shot("reloads-by-script-popup").await?;
        harness.browser.press_own("Leave this page").await?;
        harness.browser.turn_to_own("left.html").await?;
        harness.await_own_text(&["You've left the page at shop.example.test", "Go back to shop.example.test"]).await?;
        harness.browser.shot("reloads-by-script-left").await?;
        harness.edge.heal(HOST);
        harness.browser.evaluate("document.querySelector('a').click()").await?;
        harness.await_healthy(HOST, SOON).await
    };
    Harness::start(run).await?.run(scenario).await
}
