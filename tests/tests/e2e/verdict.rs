//! Whose fault it is, as the panel tells it.

use anyhow::{Context, Result, ensure};
use rayback_tests::edge::Fault;
use rayback_tests::outside::{Impact, Incident};
use serde_json::json;

use crate::stage::{HOST, Run, Stage};

const URL: &str = "https://shop.example.test/";
const FRANKFURT: &str = "Frankfurt, Germany - (FRA)";

pub(crate) async fn a_522_under_a_quiet_status_page_is_likely_the_sites_server(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522", "It's the site, not you.", "likely", "reports no problems"]).await?;
        show_evidence(stage, "verdict-origin", &["reports nothing that would explain this", "data centre FRA"]).await
    };
    set(run).await?.play(scene).await
}

pub(crate) async fn an_incident_in_the_very_data_centre_is_cloudflares(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.outside().status_page(|page| {
            page.data_centre("FRA", "major_outage");
            page.incidents.push(Incident {
                name: "Network trouble in Frankfurt".into(),
                impact: Impact::Major,
                components: vec![FRANKFURT.into()],
                update: "We are investigating.".into(),
            });
        });
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522", "It's Cloudflare, not you or the site.", "Network trouble in Frankfurt"]).await?;
        show_evidence(stage, "verdict-incident", &["a serious incident in this data centre"]).await
    };
    set(run).await?.play(scene).await
}

pub(crate) async fn three_unrelated_sites_at_once_share_a_fault(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let hosts = [HOST, "news.example.org", "forum.example.net"];
        for host in hosts {
            stage.edge.fault(host, Fault::NeverAnswers);
            stage.browser.open_beside(&format!("https://{host}/")).await?;
            stage.await_text(&["522", host]).await?;
        }
        stage.await_text(&["It's a bigger outage, not you."]).await?;
        show_evidence(stage, "verdict-shared", &["unrelated sites fail in this browser at the same time"]).await
    };
    set(run).await?.play(scene).await
}

pub(crate) async fn a_request_changed_on_its_way_is_the_visitors_network(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Edge(1013));
        stage.browser.open(URL).await?;
        stage.await_text(&["1013", "Something on your network or device is interfering."]).await?;
        show_evidence(stage, "verdict-network", &["the request was changed on its way to Cloudflare"]).await
    };
    set(run).await?.play(scene).await
}

pub(crate) async fn a_526_may_come_from_a_filter_of_the_visitors_own(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::WrongCertificate);
        stage.browser.open(URL).await?;
        stage.await_text(&["526", "Only its owner can fix it"]).await?;
        show_evidence(stage, "verdict-526", &["An organisation's own filter (Cloudflare Gateway)"]).await
    };
    set(run).await?.play(scene).await
}

pub(crate) async fn what_is_asked_elsewhere_on_a_click_is_answered_in_the_panel(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522", "We don't know yet whether it's down for everyone."]).await?;
        stage.unfold("Details").await?;
        let asked = |host: &str| stage.edge.requests(host).len();
        ensure!(asked("api.globalping.io") + asked("archive.org") == 0, "somebody outside was asked unasked");

        stage.unfold("Is it down for everyone?").await?;
        stage.await_text(&["This asks Globalping"]).await?;
        stage.press("Check from other places").await?;
        stage.await_text(&["Down everywhere we could check", "Falkenstein, DE: fails (522) · FRA", "Tokyo"]).await?;
        stage.await_text(&["It's down from other places too.", "almost certain"]).await?;

        stage.unfold("Is there an archived copy?").await?;
        stage.press("Find an archived copy").await?;
        stage.await_text(&["Open the copy of 2026-10-30"]).await?;

        stage.unfold("Does the site have a status page?").await?;
        stage.press("Try the usual addresses").await?;
        stage.await_text(&["https://status.shop.example.test/"]).await?;
        stage.browser.shot("more-answered").await?;

        let traces = || stage.edge.requests(HOST).iter().filter(|request| request.path == "/cdn-cgi/trace").count();
        let before = traces();
        stage.press("Copy a report for the site").await?;
        stage.await_text(&["Copied"]).await?;
        ensure!(traces() == before, "the visitor's address was asked for unasked");
        let panel = stage.browser.await_panel().await?;
        let ticks = panel.all("input[type=checkbox]").await?;
        ticks.first().context("there is no box to tick")?.click().await?;
        stage.press("Copy a report for the site").await?;
        stage.await_text(&["Copied"]).await?;
        ensure!(traces() == before + 1, "the visitor's address was not asked for when it was wanted");
        stage.browser.shot("report-with-address").await
    };
    set(run).await?.play(scene).await
}

/// A stage on which nothing is tried again while somebody reads.
async fn set(run: Run) -> Result<Stage> {
    let stage = Stage::set(run).await?;
    stage.settings(json!({"stepsS": [120]})).await?;
    Ok(stage)
}

/// Opens the evidence, awaits these words in it, and leaves pictures of the verdict and of the evidence.
async fn show_evidence(stage: &Stage, picture: &str, wanted: &[&str]) -> Result<()> {
    stage.browser.shot(picture).await?;
    stage.unfold("Details").await?;
    stage.await_text(wanted).await?;
    let panel = stage.browser.await_panel().await?;
    let evidence = panel.all(".evidence").await?;
    evidence.first().context("there is no evidence")?.scroll_into_view().await?;
    stage.browser.shot(&format!("{picture}-evidence")).await
}
