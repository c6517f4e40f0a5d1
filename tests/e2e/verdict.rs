//! The panel's verdict: whose fault it is.

use anyhow::{Result, ensure};
use rayback_testkit::edge::Fault;
use rayback_testkit::outside::{Impact, Incident};
use serde_json::json;

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const FRANKFURT: &str = "Frankfurt, Germany - (FRA)";

pub(crate) async fn a_522_without_an_incident_is_likely_the_sites_server(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", "It's the site, not you.", "Unreachable"]).await?;
        harness.await_details(&["likely", "reports no problems"]).await?;
        show_evidence(harness, "verdict-origin", &["reports no incident yet", "data centre FRA"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn an_incident_in_the_serving_data_centre_is_cloudflares_fault(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.outside().status_page(|page| {
            page.data_centre("FRA", "major_outage");
            page.incidents.push(Incident::old("Network trouble in Frankfurt", Impact::Major, &[FRANKFURT]));
        });
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", "It's Cloudflare, not you or the site.", "Having trouble"]).await?;
        harness.await_details(&["Network trouble in Frankfurt"]).await?;
        show_evidence(harness, "verdict-incident", &["a serious incident in this data centre"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn three_unrelated_failing_sites_share_a_cause(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let hosts = [HOST, "news.example.org", "forum.example.net"];
        for host in hosts {
            harness.edge.fault(host, Fault::NeverAnswers);
            harness.browser.open_beside(&format!("https://{host}/")).await?;
            harness.await_text(&["522", host]).await?;
        }
        harness.await_text(&["There may be a bigger outage."]).await?;
        show_evidence(harness, "verdict-shared", &["unrelated sites fail in this browser at the same time"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn a_modified_request_points_to_the_visitors_network(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Edge(1013));
        harness.browser.open(URL).await?;
        harness.await_text(&["1013", "Something on your network or device is interfering."]).await?;
        show_evidence(harness, "verdict-network", &["the request was changed on its way to Cloudflare"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn a_526_may_come_from_the_visitors_own_filter(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::WrongCertificate);
        harness.browser.open(URL).await?;
        harness.await_text(&["526", "It's the site, not you.", "No secure connection"]).await?;
        show_evidence(harness, "verdict-526", &["An organisation's own filter (Cloudflare Gateway)"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn questions_are_asked_and_answered_in_our_own_page(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_details(&["522", "We don't know yet whether it's down for everyone."]).await?;
        harness.open_own_page().await?;
        let requests = |host: &str| harness.edge.requests(host).len();
        ensure!(
            requests("api.globalping.io") + requests("archive.org") == 0,
            "an outside service was queried without a click"
        );

        let browser = &harness.browser;
        browser.press_own("Is it down for everyone?").await?;
        harness.await_own_text(&["This asks Globalping"]).await?;
        browser.press_own("Check from other places").await?;
        harness
            .await_own_text(&["Down everywhere we could check", "Falkenstein, DE: fails (522) · FRA", "Tokyo"])
            .await?;
        harness.await_own_text(&["It's down from other places too.", "almost certain"]).await?;

        browser.press_own("Is there an archived copy?").await?;
        browser.press_own("Find an archived copy").await?;
        harness.await_own_text(&["Open the copy from Oct 30, 2026"]).await?;

        browser.press_own("Does the site have a status page?").await?;
        browser.press_own("Try the usual addresses").await?;
        harness.await_own_text(&["https://status.shop.example.test/"]).await?;
        browser.shot("more-answered").await?;

        let traces = || harness.edge.requests(HOST).iter().filter(|request| request.path == "/cdn-cgi/trace").count();
        let before = traces();
        browser.press_own("Include my IP address").await?;
        harness.await_own_text(&["192.0.2.17"]).await?;
        ensure!(traces() == before + 1, "the visitor's address was not requested despite consent");
        browser.shot("report-with-address").await?;

        // The page has learnt nothing of this.
        browser.turn_to_site().await?;
        let text = harness.browser.await_panel().await?.text().await?;
        for private in ["Falkenstein", "Open the copy", "status.shop", "192.0.2.17"] {
            ensure!(!text.contains(private), "the panel contains {private:?}: {text}");
        }
        Ok(())
    };
    without_retries(run).await?.run(scenario).await
}

/// A harness with waits so long that no retry interferes.
async fn without_retries(run: Run) -> Result<Harness> {
    let harness = Harness::start(run).await?;
    harness.settings(json!({"stepsS": [120]})).await?;
    Ok(harness)
}

/// Waits for these strings in the evidence of our own page, and takes screenshots of the panel and of that page.
async fn show_evidence(harness: &Harness, name: &str, wanted: &[&str]) -> Result<()> {
    harness.browser.shot(name).await?;
    harness.open_own_page().await?;
    harness.await_own_text(wanted).await?;
    harness.browser.shot(&format!("{name}-evidence")).await
}
