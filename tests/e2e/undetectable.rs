//! A page's scripts find no trace of Rayback, except for the panel's element on a failing page.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Browser, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Fault, Limits};
use serde_json::{Map, Value, json};

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const PAGE: &str = include_str!("undetectable.js");

/// The same pages look around in a browser with Rayback and in one without, and find the same.
pub(crate) async fn a_page_that_looks_everywhere_finds_nothing_but_the_panels_element(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        let resource = harness.browser.resource("mount.js");
        let script = format!("const resource = {};\n{PAGE}", json!(resource));
        let edge = Edge::start(Limits::SHORT).await?;
        let other = Browser::start_with(Arc::new(Profile::with_extension(run.kind, None)?), Setup::default(), &edge);
        let other = other.await?;
        let faults = [None, Some(Fault::OwnError(503)), Some(Fault::Refuses), Some(Fault::Imitation)];
        for (number, fault) in faults.into_iter().enumerate() {
            for edge in [&edge, &harness.edge] {
                edge.script(HOST, &script);
                fault.map_or_else(|| edge.heal(HOST), |fault| edge.fault(HOST, fault));
            }
            let has_panel = matches!(fault, Some(Fault::Refuses | Fault::Imitation));
            let url = format!("{URL}{number}");
            let expected = look(&other, &edge, &url).await?;
            let fragment = if has_panel { "#panel" } else { "" };
            let mut seen = look(&harness.browser, &harness.edge, &format!("{url}{fragment}")).await?;
            if has_panel {
                let panels = seen.insert("panels".to_owned(), json!(0));
                ensure!(panels == Some(json!(1)), "{panels:?}");
                let attributes = seen.insert("attributes".to_owned(), json!([])).unwrap_or_default();
                let attributes = attributes.as_array().context("no attributes")?;
                ensure!(attributes.iter().all(|name| name == "popover" || name == "dir"), "{attributes:?}");
            }
            for (name, value) in &expected {
                ensure!(
                    seen.get(name) == Some(value),
                    "{fault:?}, {name}: {:?} with Rayback, without {value}",
                    seen.get(name)
                );
            }
        }
        other.close().await?;

        // The server's side: no name of ours in any request, a reload by the panel included.
        let host = "mail.example.test";
        harness.edge.fault(host, Fault::Refuses);
        harness.browser.open(&format!("https://{host}/a?b#c")).await?;
        harness.await_text(&["521", host]).await?;
        harness.edge.heal(host);
        harness.press("Reload now").await?;
        harness.await_healthy(host, SOON).await?;
        let id = resource.split('/').nth(2).context("no identifier")?.to_lowercase();
        for request in [HOST, host].iter().flat_map(|host| harness.edge.requests(host)) {
            let all = format!("{request} {:?}", request.headers).to_lowercase();
            ensure!(!all.contains("rayback") && !all.contains(&id), "{all}");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// What the page found, by name.
async fn look(browser: &Browser, edge: &Edge, url: &str) -> Result<Map<String, Value>> {
    let mut arrivals = edge.arrivals(HOST);
    browser.open(url).await?;
    arrivals.next(Duration::from_secs(30), |request| request.path == "/looked").await?;
    let looked = async || Ok(browser.evaluate("return globalThis.looked ?? null").await?.as_object().cloned());
    eventually("what the page found", SOON, looked).await
}
