//! The panel's verdict: whose fault it is.

use anyhow::{Context, Result, ensure};
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
        harness.await_text(&["522", "The site's own server is at fault", "likely", "reports no incident"]).await?;
        show_evidence(harness, "verdict-origin", &["no incident that would explain this", "data centre FRA"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn an_incident_in_the_serving_data_centre_is_cloudflares_fault(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.outside().status_page(|page| {
            page.data_centre("FRA", "major_outage");
            page.incidents.push(Incident {
                name: "Network trouble in Frankfurt".into(),
                impact: Impact::Major,
                components: vec![FRANKFURT.into()],
                update: "We are investigating.".into(),
            });
        });
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", "Cloudflare has a problem of its own.", "Network trouble in Frankfurt"]).await?;
        show_evidence(harness, "verdict-incident", &["a grave incident in this data centre"]).await
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
        harness.await_text(&["Cloudflare, or a hosting company that these sites share, has a problem."]).await?;
        show_evidence(harness, "verdict-shared", &["unrelated sites fail in this browser at the same time"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn a_modified_request_points_to_the_visitors_network(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Edge(1013));
        harness.browser.open(URL).await?;
        harness.await_text(&["1013", "A filter in your network, or a security program on your device"]).await?;
        show_evidence(harness, "verdict-network", &["the request was changed on its way to Cloudflare"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn a_526_may_come_from_the_visitors_own_filter(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::WrongCertificate);
        harness.browser.open(URL).await?;
        harness.await_text(&["526", "only its owner can repair that"]).await?;
        show_evidence(harness, "verdict-526", &["an organisation's own filter (Cloudflare Gateway)"]).await
    };
    without_retries(run).await?.run(scenario).await
}

pub(crate) async fn a_second_look_on_click_is_answered_in_the_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", "Whether it is down for everybody is not known."]).await?;
        harness.unfold("More").await?;
        let requests = |host: &str| harness.edge.requests(host).len();
        ensure!(
            requests("api.globalping.io") + requests("archive.org") == 0,
            "an outside service was queried without a click"
        );

        harness.unfold("Is it down elsewhere too?").await?;
        harness.await_text(&["This asks Globalping"]).await?;
        harness.press("Look from other continents").await?;
        harness
            .await_text(&["Down: it failed from every place", "Falkenstein, DE: fails (522) · FRA", "Tokyo"])
            .await?;
        harness.await_text(&["The site is down: it fails from other continents too.", "almost certain"]).await?;

        harness.unfold("Is there an archived copy?").await?;
        harness.press("Ask the archive").await?;
        harness.await_text(&["Open the copy of 2026-10-30"]).await?;

        harness.unfold("Does the site have a status page?").await?;
        harness.press("Look at the usual places").await?;
        harness.await_text(&["https://status.shop.example.test/"]).await?;
        harness.browser.shot("more-answered").await?;

        let traces = || harness.edge.requests(HOST).iter().filter(|request| request.path == "/cdn-cgi/trace").count();
        let before = traces();
        harness.press("Copy a report for the site").await?;
        harness.await_text(&["Copied"]).await?;
        ensure!(traces() == before, "the visitor's address was requested without consent");
        let panel = harness.browser.await_panel().await?;
        let ticks = panel.all("input[type=checkbox]").await?;
        ticks.first().context("there is no checkbox")?.click().await?;
        harness.press("Copy a report for the site").await?;
        harness.await_text(&["Copied"]).await?;
        ensure!(traces() == before + 1, "the visitor's address was not requested despite consent");
        harness.browser.shot("report-with-address").await
    };
    without_retries(run).await?.run(scenario).await
}

/// A harness with waits so long that no retry interferes.
async fn without_retries(run: Run) -> Result<Harness> {
    let harness = Harness::start(run).await?;
    harness.settings(json!({"stepsS": [120]})).await?;
    Ok(harness)
}

/// Opens the evidence, waits for these strings in it, and takes screenshots of the verdict and the evidence.
async fn show_evidence(harness: &Harness, name: &str, wanted: &[&str]) -> Result<()> {
    harness.browser.shot(name).await?;
    harness.unfold("More").await?;
    harness.await_text(wanted).await?;
    let panel = harness.browser.await_panel().await?;
    let evidence = panel.all(".evidence").await?;
    evidence.first().context("there is no evidence")?.scroll_into_view().await?;
    harness.browser.shot(&format!("{name}-evidence")).await
}
