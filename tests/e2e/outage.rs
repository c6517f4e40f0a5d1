//! The days on which Cloudflare itself failed, as visitors saw them.
//!
//! Sources of pages, titles and components: public reports of the outages of 18 November and 5 December 2025. The severities
//! of the incidents weren't reported, so the lowest are used.

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use rayback_testkit::outside::{Behaviour, Impact, Incident, Service};
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const ORIGIN: &str = "https://shop.example.test";
const OTHER: &str = "news.example.org";

pub(crate) async fn the_outage_of_18_november_2025_is_blamed_on_cloudflare(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [600]})).await?;
        // At first there were 500s, and Cloudflare's status page couldn't be reached.
        harness.edge.outside().behave(Service::StatusPage, Behaviour::Fails);
        harness.edge.fault(HOST, Fault::Edge(500));
        harness.browser.open(URL).await?;
        harness.await_text(&["500", "It's Cloudflare, not you or the site."]).await?;
        harness.browser.shot("outage-november-1-first-minutes").await?;
        harness.await_details(&["can't be read right now"]).await?;

        // Then checks that couldn't load, on most sites.
        harness.edge.fault(OTHER, Fault::ChallengeStuck);
        harness.browser.open_beside(&format!("https://{OTHER}/")).await?;
        harness.await_text(&["The security check can't load"]).await?;
        // The 500 in the other tab was made by Cloudflare's edge, so its card is the likelier one.
        let likelier = async || {
            let panel = harness.browser.await_panel().await?;
            let cards = panel.all(".two > [data-mark=fail]").await?;
            let text = cards.first().context("no card is the likelier one")?.text().await?;
            let is_cloudflares = text.contains("Cloudflare has a problem") && text.contains("More likely");
            ensure!(is_cloudflares, "the likelier card is {text:?}");
            Ok(Some(()))
        };
        eventually("Cloudflare as the likelier cause", SOON, likelier).await?;
        harness.browser.shot("outage-november-2-stuck-check").await?;
        ensure!(harness.documents(OTHER).len() == 1, "a check was reloaded: {:?}", harness.documents(OTHER));

        // The status page reported the incident late.
        harness.edge.outside().behave(Service::StatusPage, Behaviour::Well);
        harness.edge.outside().status_page(|page| {
            let services =
                ["Access", "Bot Management", "CDN/Cache", "Dashboard", "Firewall", "Network", "WARP", "Workers"];
            let name = "Cloudflare Global Network experiencing issues";
            page.incidents.push(Incident::new(name, Impact::Minor, &services));
        });
        forget_status_page(harness).await?;
        harness.edge.fault("forum.example.net", Fault::Edge(500));
        harness.browser.open_beside("https://forum.example.net/").await?;
        harness.await_text(&["500", "It's Cloudflare, not you or the site."]).await?;
        harness.await_details(&["Cloudflare Global Network experiencing issues"]).await?;
        harness.browser.shot("outage-november-3-incident").await?;

        // Older proxies gave everybody the lowest bot score, so sites that refuse bots refused people.
        for host in ["bank.example.net", "mail.example.org", "games.example.test"] {
            harness.edge.fault(host, Fault::Blocks);
            harness.browser.open_beside(&format!("https://{host}/")).await?;
            harness.await_text(&["blocked"]).await?;
        }
        harness.browser.shot("outage-november-4-blocked").await?;
        harness.open_own_page().await?;
        harness.await_own_text(&["Other sites blocked you at the same time"]).await?;
        harness.browser.shot("outage-november-5-wave-of-blocks").await?;

        // Service came and went. A brief recovery doesn't restart the schedule.
        let since = since(harness).await?;
        harness.browser.turn_to_site().await?;
        harness.edge.heal(HOST);
        harness.browser.open(URL).await?;
        harness.await_healthy(HOST, SOON).await?;
        harness.edge.fault(HOST, Fault::Edge(500));
        harness.browser.open(URL).await?;
        harness.await_text(&["500", "It's Cloudflare, not you or the site."]).await?;
        harness.browser.shot("outage-november-6-again").await?;
        ensure!(self::since(harness).await? == since, "the failure was recorded again as new");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn the_outage_of_5_december_2025_is_blamed_on_cloudflare_but_a_521_is_not(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [600]})).await?;
        // The incident named the dashboard, while a quarter of the traffic got plain 500s.
        harness.edge.outside().status_page(|page| {
            let name = "Issues with Cloudflare Dashboard and related APIs";
            page.incidents.push(Incident::new(name, Impact::Major, &["Dashboard", "API"]));
        });
        harness.edge.fault(HOST, Fault::Unbranded(500));
        harness.browser.open(URL).await?;
        harness.await_text(&["500", "It's Cloudflare, not you or the site."]).await?;
        harness.browser.shot("outage-december-1-plain-500").await?;
        harness.open_own_page().await?;
        let reported = "Cloudflare reported this incident less than an hour ago";
        harness.await_own_text(&[reported, "Issues with Cloudflare Dashboard and related APIs"]).await?;
        harness.browser.shot("outage-december-2-evidence").await?;

        // A server that refuses connections is the site's problem, on that day too.
        harness.edge.fault(OTHER, Fault::Refuses);
        harness.browser.open_beside(&format!("https://{OTHER}/")).await?;
        harness.await_text(&["521", "It's the site, not you."]).await?;
        harness.browser.shot("outage-december-3-control").await
    };
    Harness::start(run).await?.run(scenario).await
}

/// Deletes the stored copy of the status page, as if it had expired.
async fn forget_status_page(harness: &Harness) -> Result<()> {
    let script = "await chrome.storage.session.remove('statusPage'); return true";
    harness.browser.ask::<bool>(script, Vec::new()).await.map(drop)
}

/// When the failure of the shop was first seen.
async fn since(harness: &Harness) -> Result<Value> {
    let watch = harness.watch(ORIGIN).await?.context("the shop isn't watched")?;
    watch.pointer("/schedule/since").cloned().context("a watch without its beginning")
}
