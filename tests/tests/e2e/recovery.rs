use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_tests::browser::{Make, SOON, eventually};
use rayback_tests::edge::{Fault, Purpose, Scheme};
use rayback_tests::outside::{Impact, Incident};
use serde_json::Value;

use crate::stage::{HOST, Run, Stage};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A worker that is stopped in the act of probing notices at the probe's deadline, 25 seconds later.
const PATIENCE: Duration = Duration::from_secs(45);

fn is_probe(request: &rayback_tests::edge::Request) -> bool {
    request.purpose() == Purpose::Probe
}

pub(crate) async fn a_page_that_fails_is_explained_waited_for_and_brought_back(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let (edge, browser) = (&stage.edge, &stage.browser);
        edge.fault(HOST, Fault::NeverAnswers);
        let mut probes = edge.arrivals(HOST);

        browser.open(URL).await?;
        stage.await_text(&["522", HOST, "Connection timed out", "reports no problems"]).await?;
        browser.shot("522-panel").await?;
        let waiting = stage.await_phase(ORIGIN, "waiting").await?;
        ensure!(browser.badge(URL).await? == "522", "the badge shows the code");
        browser.evaluate("window.untouched = true").await?;

        browser.stop_worker().await?;
        let first = probes.next(PATIENCE, is_probe).await?;
        let second = probes.next(PATIENCE, is_probe).await?;
        let third = probes.next(PATIENCE, is_probe).await?;
        let (short, long) = (second.at - first.at, third.at - second.at);
        ensure!(waiting != stage.watch(ORIGIN).await?.unwrap_or_default(), "the failed probe is remembered");
        ensure!(short >= Duration::from_secs(4), "after a failed probe the wait is longer, not {short:?}");
        ensure!(long >= Duration::from_secs(4), "and stays so, not {long:?}");
        let untouched = browser.evaluate("return window.untouched === true").await?;
        ensure!(untouched == true, "no tab is touched while the site is down");
        for probe in [&first, &second, &third] {
            ensure!(probe.header("cookie").is_none(), "a probe carries no cookie");
            ensure!(probe.scheme == Scheme::Https, "a probe goes the way of the page");
        }

        edge.heal(HOST);
        stage.await_healthy(HOST, PATIENCE).await?;
        browser.shot("522-recovered").await?;
        ensure!(browser.badge(URL).await?.is_empty(), "the badge is clear");
        ensure!(navigations(stage) == 2, "the page was asked for when it was opened and when it was back");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_page_without_tls_is_probed_without_tls(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        let mut probes = stage.edge.arrivals(HOST);
        stage.browser.open("http://shop.example.test/").await?;
        stage.await_text(&["521", HOST]).await?;
        if run.make == Make::Firefox {
            // There the method of a page without TLS cannot be told, so the person has to say.
            stage.browser.press("Always reload this site").await?;
        }
        let probe = probes.next(PATIENCE, is_probe).await?;
        ensure!(probe.scheme == Scheme::Http, "the probe was upgraded to TLS");
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, PATIENCE).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_page_out_of_view_is_reloaded_by_itself_and_comes_back_with_a_notification(
    run: Run,
) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        // Turning away takes a moment.
        stage.settings(serde_json::json!({"stepsS": [6]})).await?;
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521"]).await?;
        let minimise = "const [site] = await chrome.tabs.query({url: args[0]}); \
             await chrome.windows.update(site.windowId, {state: 'minimized'}); return true";
        let _: bool = stage.browser.ask(minimise, vec![URL.into()]).await?;
        let turned_away = async || {
            let watch = stage.watch(ORIGIN).await?.unwrap_or_default();
            Ok((watch.pointer("/tabs/0/visibility") == Some(&"hidden".into())).then_some(()))
        };
        eventually("tab that is known to be out of view", SOON, turned_away).await?;
        let in_view = stage.documents(HOST).len();
        let mut attempts = stage.edge.arrivals(HOST);
        for _ in 0..2 {
            let attempt = attempts.next(PATIENCE, |request| request.path == "/").await?;
            ensure!(attempt.purpose() == Purpose::Navigation, "out of view one request does for two: {attempt}");
        }
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, PATIENCE).await?;
        ensure!(stage.documents(HOST).len() <= in_view + 4, "{:?}", stage.documents(HOST));
        // Firefox shows notifications without listing them.
        if run.make == Make::Chrome {
            let shown = async || {
                let shown: Value = stage.browser.ask("return await chrome.notifications.getAll()", vec![]).await?;
                Ok(shown.get(format!("watch:{ORIGIN}")).map(drop))
            };
            eventually("notification", SOON, shown).await?;
        }
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_person_who_only_wants_to_be_told_is_told_and_clicks(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521"]).await?;
        stage.browser.press("Just tell me when it's back").await?;
        stage.await_text(&["We'll tell you when it's back"]).await?;
        stage.edge.heal(HOST);
        stage.await_phase(ORIGIN, "awaitingClick").await?;
        stage.await_text(&["The site is back"]).await?;
        stage.browser.shot("only-notified").await?;
        ensure!(navigations(stage) == 1, "the tab was left to the person");
        stage.browser.press("Reload the page").await?;
        stage.await_healthy(HOST, PATIENCE).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn an_open_incident_of_cloudflares_is_named_and_waited_for(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.outside().status_page(|page| {
            page.components.insert("CDN/Cache".into(), "major_outage".into());
            page.incidents.push(Incident {
                name: "Elevated 5xx errors".into(),
                impact: Impact::Critical,
                components: vec!["CDN/Cache".into()],
                update: "We are investigating.".into(),
            });
        });
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521", "Elevated 5xx errors", "has an open incident"]).await?;
        stage.browser.shot("incident").await
    };
    Stage::set(run).await?.play(scene).await
}

fn navigations(stage: &Stage) -> usize {
    stage.documents(HOST).into_iter().filter(|(.., purpose)| *purpose == Purpose::Navigation).count()
}
