//! Whose fault it is, as the panel tells it.

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
        harness.await_text(&["522", "The site's own server is at fault", "likely", "reports no incident"]).await?;
        show_evidence(harness, "verdict-origin", &["no incident that would explain this", "data centre FRA"]).await
    };
    set(run).await?.run(scenario).await
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
    set(run).await?.run(scenario).await
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
    set(run).await?.run(scenario).await
}

pub(crate) async fn a_modified_request_points_to_the_visitors_network(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Edge(1013));
        harness.browser.open(URL).await?;
        harness.await_text(&["1013", "A filter in your network, or a security program on your device"]).await?;
        show_evidence(harness, "verdict-network", &["the request was changed on its way to Cloudflare"]).await
    };
    set(run).await?.run(scenario).await
}

pub(crate) async fn a_526_may_come_from_the_visitors_own_filter(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::WrongCertificate);
        harness.browser.open(URL).await?;
        harness.await_text(&["526", "only its owner can repair that"]).await?;
        show_evidence(harness, "verdict-526", &["an organisation's own filter (Cloudflare Gateway)"]).await
    };
    set(run).await?.run(scenario).await
}

pub(crate) async fn questions_are_asked_and_answered_in_our_own_page(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522", "Whether it is down for everybody is not known."]).await?;
        harness.open_own_page().await?;
        let asked = |host: &str| harness.edge.requests(host).len();
        ensure!(asked("api.globalping.io") + asked("archive.org") == 0, "somebody outside was asked unasked");

        let browser = &harness.browser;
        browser.press_own("Is it down elsewhere too?").await?;
        harness.await_own_text(&["This asks Globalping"]).await?;
        browser.press_own("Look from other continents").await?;
        harness
            .await_own_text(&["Down: it failed from every place", "Falkenstein, DE: fails (522) · FRA", "Tokyo"])
            .await?;
        harness.await_own_text(&["The site is down: it fails from other continents too.", "almost certain"]).await?;

        browser.press_own("Is there an archived copy?").await?;
        browser.press_own("Ask the archive").await?;
        harness.await_own_text(&["Open the copy of 2026-10-30"]).await?;

        browser.press_own("Does the site have a status page?").await?;
        browser.press_own("Look at the usual places").await?;
        harness.await_own_text(&["https://status.shop.example.test/"]).await?;
        browser.shot("more-answered").await?;

        let traces = || harness.edge.requests(HOST).iter().filter(|request| request.path == "/cdn-cgi/trace").count();
        let before = traces();
        browser.press_own("With my IP address, asked of the failing site's edge at that moment").await?;
        harness.await_own_text(&["192.0.2.17"]).await?;
        ensure!(traces() == before + 1, "the visitor's address wasn't asked for when it was wanted");
        browser.shot("report-with-address").await?;

        // The page has learnt nothing of it.
        browser.turn_to_site().await?;
        let text = harness.browser.await_panel().await?.text().await?;
        for private in ["Falkenstein", "Open the copy", "status.shop", "192.0.2.17"] {
            ensure!(!text.contains(private), "the panel holds {private:?}: {text}");
        }
        Ok(())
    };
    set(run).await?.run(scenario).await
}

/// A harness on which nothing is tried again while somebody reads.
async fn set(run: Run) -> Result<Harness> {
    let harness = Harness::start(run).await?;
    harness.settings(json!({"stepsS": [120]})).await?;
    Ok(harness)
}

/// Awaits these words in the evidence of our own page, and leaves pictures of the panel and of that page.
async fn show_evidence(harness: &Harness, picture: &str, wanted: &[&str]) -> Result<()> {
    harness.browser.shot(picture).await?;
    harness.open_own_page().await?;
    harness.await_own_text(wanted).await?;
    harness.browser.shot(&format!("{picture}-evidence")).await
}
