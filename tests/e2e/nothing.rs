use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, Worker, eventually};
use rayback_testkit::edge::Fault;
use tokio::time::Instant;

use crate::harness::{HOST, Harness, Run};

/// Far longer than an event takes to start the worker.
const WATCHED: Duration = Duration::from_secs(2);

pub(crate) async fn healthy_pages_own_errors_and_articles_start_no_worker(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        harness.edge.fault("busy.example.test", Fault::OwnError(503));
        harness.edge.fault("news.example.test", Fault::Article);
        browser.stop_worker().await?;
        let (stored, alarms) = (browser.storage("local").await?, browser.alarms().await?);

        for host in ["shop.example.test", "busy.example.test", "news.example.test"] {
            let url = format!("https://{host}/");
            browser.open(&url).await?;
            let end = Instant::now() + WATCHED;
            while Instant::now() < end {
                ensure!(browser.worker().await? == Worker::Stopped, "{host} started the worker");
            }
            ensure!(browser.panel().await?.is_none(), "{host} has a panel");
            ensure!(browser.badge(&url).await?.is_empty(), "{host} has a badge");
            browser.shot(&format!("nothing-{host}")).await?;
            ensure!(harness.documents(host).len() == 1, "{host} was requested more than once");
        }
        ensure!(browser.storage("local").await? == stored, "something was stored");
        ensure!(browser.alarms().await? == alarms, "something was scheduled");
        ensure!(browser.worker().await? == Worker::Stopped, "reading the state started the worker");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Once started, a worker runs for half a minute, so checking after each navigation can't miss it.
pub(crate) async fn two_hundred_healthy_navigations_start_no_worker(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        browser.stop_worker().await?;
        let hosts = ["one.example.test", "two.example.org", "three.example.net"];
        for (number, host) in hosts.into_iter().cycle().take(200).enumerate() {
            browser.open(&format!("https://{host}/{number}")).await?;
            ensure!(browser.worker().await? == Worker::Stopped, "navigation {number} started the worker");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Going back restores pages as without the extension, and a failing one with its panel. The headers of Cloudflare's
/// error pages forbid storing them. So they're never restored, and these headers must be the only reason.
pub(crate) async fn going_back_restores_pages_and_their_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        for (fault, path, has_panel) in
            [(None, "kept", false), (Some(Fault::Imitation), "kept", true), (Some(Fault::Refuses), "", true)]
        {
            if let Some(fault) = fault {
                harness.edge.fault(HOST, fault);
            }
            browser.open(&format!("https://{HOST}/{path}")).await?;
            if has_panel {
                browser.await_panel().await?;
            }
            let listen = "addEventListener('pageshow', ({ persisted }) => { globalThis.isRestored = persisted })";
            browser.evaluate(listen).await?;
            browser.open("https://news.example.org/").await?;
            browser.evaluate("setTimeout(() => history.back())").await?;
            let back = async || {
                let script = "const [{ notRestoredReasons }] = performance.getEntriesByType('navigation'); \
                     return !location.hostname.startsWith('shop') || document.readyState !== 'complete' ? null : \
                         { isRestored: globalThis.isRestored ?? false, \
                           reasons: (notRestoredReasons?.reasons ?? []).map(({ reason }) => reason) }";
                let seen = browser.evaluate(script).await?;
                Ok((!seen.is_null()).then_some(seen))
            };
            let seen = eventually("page before", SOON, back).await?;
            let is_restored = seen.get("isRestored") == Some(&true.into());
            // Firefox gives no reasons. Under its driver it keeps no page, possibly even without the extension.
            let is_expected = path == "kept" && run.kind == BrowserKind::Chrome;
            ensure!(is_restored == is_expected || run.kind == BrowserKind::Firefox, "{fault:?} at /{path}: {seen}");
            let reasons = seen.get("reasons").and_then(|reasons| reasons.as_array()).into_iter().flatten();
            for reason in reasons.filter_map(|reason| reason.as_str()) {
                ensure!(reason.starts_with("response-"), "{fault:?} at /{path} isn't restored because of {reason}");
            }
            ensure!(!has_panel || browser.await_panel().await.is_ok(), "{fault:?} at /{path} has no panel any more");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Only Chromium loads pages ahead, and only those with a good status: an imitation, for instance.
pub(crate) async fn a_page_loaded_ahead_is_reported_once_it_is_seen(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        browser.open(&format!("https://{HOST}/")).await?;
        browser.stop_worker().await?;
        harness.edge.fault(HOST, Fault::Imitation);
        let mut ahead = harness.edge.arrivals(HOST);
        let rules = "const rules = document.createElement('script'); rules.type = 'speculationrules'; \
             rules.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: ['/next'], eagerness: 'immediate' }] }); \
             document.head.append(rules)";
        browser.evaluate(rules).await?;
        ahead.next(SOON, |request| request.path == "/next").await?;
        let end = Instant::now() + WATCHED;
        while Instant::now() < end {
            ensure!(browser.worker().await? == Worker::Stopped, "a page loaded ahead started the worker");
        }
        browser.evaluate("setTimeout(() => { location.href = '/next' })").await?;
        let seen = async || {
            let script = "return location.pathname === '/next' && performance.getEntriesByType('navigation')[0].activationStart > 0";
            Ok((browser.evaluate(script).await? == true).then_some(()))
        };
        eventually("page loaded ahead", SOON, seen).await?;
        browser.await_panel().await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}
