use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{BrowserKind, Install, SOON, eventually};
use rayback_testkit::edge::{Fault, Limits, Purpose};
use rayback_testkit::outside::{Behaviour, Service};
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const ORIGIN: &str = "https://shop.example.test";

pub(crate) async fn a_failing_status_page_is_unknown_and_breaks_nothing_else(run: Run) -> Result<()> {
    still_recovers(run, Behaviour::Fails).await
}

pub(crate) async fn a_slow_status_page_is_unknown_and_breaks_nothing_else(run: Run) -> Result<()> {
    still_recovers(run, Behaviour::Slow(Duration::from_mins(1))).await
}

pub(crate) async fn a_status_page_without_json_is_unknown_and_breaks_nothing_else(run: Run) -> Result<()> {
    still_recovers(run, Behaviour::Html).await
}

pub(crate) async fn a_status_page_of_10_megabytes_is_unknown_and_breaks_nothing_else(run: Run) -> Result<()> {
    still_recovers(run, Behaviour::Huge).await
}

async fn still_recovers(run: Run, behaviour: Behaviour) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.outside().behave(Service::StatusPage, behaviour);
        harness.edge.fault(HOST, Fault::Refuses);
        let mut arrivals = harness.edge.arrivals("www.cloudflarestatus.com");
        harness.browser.open(URL).await?;
        arrivals.next(SOON, |_| true).await?;
        // It's also unknown before the first reading, so wait for a reading that says so.
        let read = async || {
            let stored = harness.browser.storage("session").await?;
            Ok(stored.get("statusPage").filter(|reading| reading.get("page").is_none_or(Value::is_null)).cloned())
        };
        eventually("reading with an unknown status", SOON, read).await?;
        harness.await_details(&["521", "can't be read right now"]).await?;
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn the_popup_asks_for_withheld_access(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.withhold_access().await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        let popup = harness.browser.open_popup().await?;
        let text = async || {
            let text = harness.browser.evaluate("return document.body.innerText").await?;
            let text = text.as_str().unwrap_or_default().to_owned();
            Ok((text.contains("can't see web pages yet") && text.contains("Allow")).then_some(()))
        };
        eventually("popup that asks for access", SOON, text).await?;
        harness.browser.shot("withheld").await?;
        harness.browser.turn_to_site().await?;
        ensure!(harness.browser.panel().await?.is_none(), "a page without access has a panel");
        // In a test, Firefox grants what's requested within a click; a test can't answer Chromium's prompt.
        if run.kind == BrowserKind::Firefox {
            harness.browser.turn_to(&popup).await?;
            harness.browser.press_own("Allow on all sites").await?;
            let granted = async || {
                let text = harness.browser.evaluate("return document.body.innerText").await?;
                Ok((!text.as_str().is_some_and(|text| text.contains("can't see web pages yet"))).then_some(()))
            };
            eventually("access that's granted", SOON, granted).await?;
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn damaged_and_incompatible_state_is_set_aside(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.store("watch:https://damaged.example.test", json!("{\"version\":1,")).await?;
        harness.browser.store("watch:https://newer.example.test", json!("{\"version\":4000000}")).await?;
        harness.browser.store("watch:https://odd.example.test", json!({"no": "text"})).await?;
        harness.browser.stop_worker().await?;

        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521"]).await?;
        harness.await_phase(ORIGIN, "waiting").await?;
        let stored = harness.browser.storage("local").await?;
        for host in ["damaged", "newer", "odd"] {
            let key = format!("watch:https://{host}.example.test");
            ensure!(!stored.contains_key(&key), "{host} is still loaded at every start");
            ensure!(stored.contains_key(&format!("aside:{key}")), "{host} was discarded");
        }
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_store_damaged_before_the_start_costs_no_other_host_its_panel(run: Run) -> Result<()> {
    const OTHER: &str = "other.example.test";
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.edge.fault(OTHER, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_phase(ORIGIN, "waiting").await?;
        for key in harness.browser.storage("local").await?.keys() {
            harness.browser.store(key, json!([{"damaged": "x".repeat(1000)}])).await?;
        }
        for key in ["javascript:alert(1)", "http://*", "https://odd.example.test"] {
            harness.browser.store(&format!("watch:{key}"), json!("{\"version\":3,")).await?;
        }
        harness.browser.restart(&harness.edge).await?;

        harness.browser.open(&format!("https://{OTHER}/")).await?;
        harness.await_text(&["521", OTHER]).await?;
        harness.await_phase(&format!("https://{OTHER}"), "waiting").await?;
        ensure!(harness.browser.alarms().await? == ["next"], "the alarm isn't set");
        Ok(())
    };
    Harness::start_with(run, Limits::SHORT, Install::Permanent).await?.run(scenario).await
}

pub(crate) async fn a_one_time_link_is_never_requested_automatically(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open("https://shop.example.test/confirm?token=abc123").await?;
        harness.await_text(&["521"]).await?;
        harness.edge.heal(HOST);
        harness.await_text(&["may work only once"]).await?;
        tokio::time::sleep(crate::harness::LONG).await;
        let confirmations = harness.documents(HOST).into_iter().filter(|(_, path, _)| path == "/confirm").count();
        ensure!(confirmations == 1, "the link was used again");
        let probed =
            harness.documents(HOST).into_iter().any(|(_, path, purpose)| path == "/" && purpose == Purpose::Probe);
        ensure!(probed, "the host itself was not probed");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
