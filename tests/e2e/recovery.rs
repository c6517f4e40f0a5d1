use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::{Fault, Purpose, Scheme};
use rayback_testkit::outside::{Impact, Incident};
use serde_json::Value;

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A worker that's stopped during a probe recovers at the probe's deadline, 25 seconds later.
const PATIENCE: Duration = Duration::from_secs(45);

fn is_probe(request: &rayback_testkit::edge::Request) -> bool {
    request.purpose() == Purpose::Probe
}

pub(crate) async fn a_failing_page_is_explained_and_recovers(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let (edge, browser) = (&harness.edge, &harness.browser);
        edge.fault(HOST, Fault::NeverAnswers);
        let mut probes = edge.arrivals(HOST);

        browser.open(URL).await?;
        harness.await_text(&["522", HOST, "It's the site, not you.", "Frankfurt"]).await?;
        browser.shot("522-panel").await?;
        harness.await_details(&["Connection timed out", "reports no problems"]).await?;
        browser.shot("522-details").await?;
        let waiting = harness.await_phase(ORIGIN, "waiting").await?;
        ensure!(browser.badge(URL).await? == "522", "the badge doesn't show the code");
        browser.evaluate("window.untouched = true").await?;

        browser.stop_worker().await?;
        let first = probes.next(PATIENCE, is_probe).await?;
        let second = probes.next(PATIENCE, is_probe).await?;
        let third = probes.next(PATIENCE, is_probe).await?;
        let (short, long) = (second.at - first.at, third.at - second.at);
        ensure!(waiting != harness.watch(ORIGIN).await?.unwrap_or_default(), "the failed probe wasn't stored");
        ensure!(short >= Duration::from_secs(4), "the wait after a failed probe is only {short:?}");
        ensure!(long >= Duration::from_secs(4), "the next wait is only {long:?}");
        let untouched = browser.evaluate("return window.untouched === true").await?;
        ensure!(untouched == true, "the tab was reloaded while the site was down");
        for probe in [&first, &second, &third] {
            ensure!(probe.header("cookie").is_none(), "a probe sends a cookie");
            ensure!(probe.scheme == Scheme::Https, "a probe doesn't use the page's scheme");
        }

        edge.heal(HOST);
        harness.await_healthy(HOST, PATIENCE).await?;
        browser.shot("522-recovered").await?;
        ensure!(browser.badge(URL).await?.is_empty(), "the badge wasn't cleared");
        ensure!(navigations(harness) == 2, "expected one request on opening and one on recovery");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_page_without_tls_is_probed_without_tls(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        let mut probes = harness.edge.arrivals(HOST);
        harness.browser.open("http://shop.example.test/").await?;
        harness.await_text(&["521", HOST]).await?;
        let probe = probes.next(PATIENCE, is_probe).await?;
        ensure!(probe.scheme == Scheme::Http, "the probe was upgraded to TLS");
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, PATIENCE).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_background_tab_is_reloaded_and_notifies_on_recovery(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        // Minimising the window takes a moment.
        harness.settings(serde_json::json!({"stepsS": [6]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521"]).await?;
        let minimise = "const [site] = await chrome.tabs.query({url: args[0]}); \
             await chrome.windows.update(site.windowId, {state: 'minimized'}); return true";
        let _: bool = harness.browser.ask(minimise, vec![URL.into()]).await?;
        let hidden = async || {
            let watch = harness.watch(ORIGIN).await?.unwrap_or_default();
            Ok((watch.pointer("/tabs/0/visibility") == Some(&"hidden".into())).then_some(()))
        };
        eventually("tab known to be hidden", SOON, hidden).await?;
        let in_view = harness.documents(HOST).len();
        let mut attempts = harness.edge.arrivals(HOST);
        for _ in 0..2 {
            let attempt = attempts.next(PATIENCE, |request| request.path == "/").await?;
            ensure!(attempt.purpose() == Purpose::Navigation, "a hidden tab needs no separate probe: {attempt}");
        }
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, PATIENCE).await?;
        ensure!(harness.documents(HOST).len() <= in_view + 4, "{:?}", harness.documents(HOST));
        // Firefox shows notifications without listing them.
        if run.kind == BrowserKind::Chrome {
            let shown = async || {
                let shown: Value = harness.browser.ask("return await chrome.notifications.getAll()", vec![]).await?;
                Ok(shown.get(format!("watch:{ORIGIN}")).map(drop))
            };
            eventually("notification", SOON, shown).await?;
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_notify_only_user_is_notified_and_reloads_by_click(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521"]).await?;
        harness.await_details(&["Just tell me when it's back"]).await?;
        harness.browser.press("Just tell me when it's back").await?;
        harness.browser.turn_to_own("host.html").await?;
        harness.browser.press_own("Just tell me when it's back").await?;
        harness.browser.turn_to_site().await?;
        harness.await_text(&["We'll tell you when it's back"]).await?;
        harness.edge.heal(HOST);
        harness.await_phase(ORIGIN, "awaitingClick").await?;
        harness.await_text(&["shop.example.test is back."]).await?;
        harness.browser.shot("only-notified").await?;
        ensure!(navigations(harness) == 1, "the tab was reloaded without a click");
        harness.browser.press("Reload the page").await?;
        harness.await_healthy(HOST, PATIENCE).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn an_open_cloudflare_incident_is_named_and_waited_for(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.outside().status_page(|page| {
            page.components.insert("CDN/Cache".into(), "major_outage".into());
            page.incidents.push(Incident::old("Elevated 5xx errors", Impact::Critical, &["CDN/Cache"]));
        });
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", "has an open incident"]).await?;
        harness.browser.shot("incident").await?;
        harness.await_details(&["Elevated 5xx errors"]).await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}

fn navigations(harness: &Harness) -> usize {
    harness.documents(HOST).into_iter().filter(|(.., purpose)| *purpose == Purpose::Navigation).count()
}
