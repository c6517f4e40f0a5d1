use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_tests::browser::{SOON, eventually};
use rayback_tests::edge::{Fault, Purpose};
use rayback_tests::outside::{Behaviour, Service};
use serde_json::{Value, json};

use crate::stage::{HOST, Run, Stage};

const URL: &str = "https://shop.example.test/";
const ORIGIN: &str = "https://shop.example.test";

pub(crate) async fn a_status_page_that_fails_is_unknown_and_nothing_else_suffers(run: Run) -> Result<()> {
    suffers_nothing(run, Behaviour::Fails).await
}

pub(crate) async fn a_status_page_that_is_slow_is_unknown_and_nothing_else_suffers(run: Run) -> Result<()> {
    suffers_nothing(run, Behaviour::Slow(Duration::from_mins(1))).await
}

pub(crate) async fn a_status_page_that_is_no_json_is_unknown_and_nothing_else_suffers(run: Run) -> Result<()> {
    suffers_nothing(run, Behaviour::Html).await
}

pub(crate) async fn a_status_page_of_10_megabytes_is_unknown_and_nothing_else_suffers(run: Run) -> Result<()> {
    suffers_nothing(run, Behaviour::Huge).await
}

async fn suffers_nothing(run: Run, behaviour: Behaviour) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.outside().behave(Service::StatusPage, behaviour);
        stage.edge.fault(HOST, Fault::Refuses);
        let mut asked = stage.edge.arrivals("www.cloudflarestatus.com");
        stage.browser.open(URL).await?;
        asked.next(SOON, |_| true).await?;
        // Until it has been read it is unknown as well; what counts is what the reading says.
        let read = async || {
            let stored = stage.browser.storage("session").await?;
            Ok(stored.get("statusPage").filter(|reading| reading.get("page").is_none_or(Value::is_null)).cloned())
        };
        eventually("reading that is unknown", SOON, read).await?;
        stage.await_text(&["521", "can't be read right now"]).await?;
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn access_that_is_withheld_is_asked_for_in_the_popup(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.browser.withhold_access().await?;
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.browser.open_popup().await?;
        let text = async || {
            let text = stage.browser.evaluate("return document.body.innerText").await?;
            let text = text.as_str().unwrap_or_default().to_owned();
            Ok((text.contains("can't see web pages yet") && text.contains("Allow")).then_some(()))
        };
        eventually("popup that asks for access", SOON, text).await?;
        stage.browser.shot("withheld").await?;
        stage.browser.turn_to_site().await?;
        ensure!(stage.browser.panel().await?.is_none(), "a page that may not be seen bears a panel");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_damaged_state_and_one_of_another_version_are_set_aside(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.browser.store("watch:https://damaged.example.test", json!("{\"version\":1,")).await?;
        stage.browser.store("watch:https://newer.example.test", json!("{\"version\":4000000}")).await?;
        stage.browser.store("watch:https://odd.example.test", json!({"no": "text"})).await?;
        stage.browser.stop_worker().await?;

        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521"]).await?;
        stage.await_phase(ORIGIN, "waiting").await?;
        let stored = stage.browser.storage("local").await?;
        for host in ["damaged", "newer", "odd"] {
            let key = format!("watch:https://{host}.example.test");
            ensure!(!stored.contains_key(&key), "{host} is still read at every start");
            ensure!(stored.contains_key(&format!("aside:{key}")), "{host} was thrown away");
        }
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_page_with_a_one_time_link_is_never_asked_for_unasked(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open("https://shop.example.test/confirm?token=abc123").await?;
        stage.await_text(&["521"]).await?;
        stage.edge.heal(HOST);
        stage.await_text(&["may work only once"]).await?;
        tokio::time::sleep(crate::stage::LONG).await;
        let confirmations = stage.documents(HOST).into_iter().filter(|(_, path, _)| path == "/confirm").count();
        ensure!(confirmations == 1, "the link was used again");
        let probed =
            stage.documents(HOST).into_iter().any(|(_, path, purpose)| path == "/" && purpose == Purpose::Probe);
        ensure!(probed, "the host itself was to be asked");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
