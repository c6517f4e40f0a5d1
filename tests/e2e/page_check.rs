//! The page that says what's wrong with the page in a tab.

use anyhow::{Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const API: &str = "api.example.test";

/// Opens the page about the tab that shows the site.
async fn open(harness: &Harness) -> Result<()> {
    let script = "return (await chrome.tabs.query({})).find(tab => tab.url === args[0])?.id ?? null";
    let tab = eventually("tab of the site", SOON, async || {
        harness.browser.ask::<Option<i32>>(script, vec![URL.into()]).await
    });
    let page = harness.browser.resource(&format!("page-check.html?tab={}", tab.await?));
    harness.browser.open_beside(&page).await.map(drop)
}

/// The requests for a host's front page that reached the edge: the method and cookies of each.
fn front_pages(harness: &Harness, host: &str) -> Vec<(String, Option<String>)> {
    let requests = harness.edge.requests(host).into_iter().filter(|request| request.path == "/");
    requests.map(|it| (it.method.clone(), it.header("cookie").map(str::to_owned))).collect()
}

pub(crate) async fn a_cross_origin_522_is_explained_once_its_host_is_checked(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(API, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        let call = format!(
            "globalThis.calls = Promise.allSettled([1, 2, 3].map(number => \
             fetch(`https://{API}/cart/${{number}}?key=secret`, {{ mode: 'no-cors' }})))"
        );
        harness.browser.evaluate(&call).await?;
        let made = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/cart/')).length === 3";
        let made = async || Ok((harness.browser.evaluate(made).await? == true).then_some(()));
        eventually("three requests that failed", SOON, made).await?;

        open(harness).await?;
        if run.kind == BrowserKind::Firefox {
            // Firefox lets a page's scripts see the status of other sites' answers.
            harness
                .await_own_text(&[
                    "The page loaded, but part of it failed.",
                    &format!("https://{API}/cart/3"),
                    "HTTP 522",
                ])
                .await?;
            return harness.browser.shot("page-check").await;
        }
        let unread = format!("3 requests to {API} can't be read from here.");
        harness.await_own_text(&["We see nothing wrong with this page.", &unread, "without cookies"]).await?;
        let text = harness.browser.evaluate("return document.documentElement.innerHTML").await?;
        ensure!(!text.to_string().contains("secret"), "a query was read: {text}");
        ensure!(front_pages(harness, API).is_empty(), "the host was asked without a click");
        harness.browser.shot("page-check").await?;
        harness.browser.press_own("Check this host").await?;
        harness.await_own_text(&["Error 522", "didn't respond"]).await?;
        ensure!(front_pages(harness, API) == [("GET".to_owned(), None)], "{:?}", front_pages(harness, API));
        harness.browser.shot("page-check-522").await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_healthy_page_has_nothing_wrong_and_a_failing_one_its_verdict(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.open(URL).await?;
        open(harness).await?;
        harness.await_own_text(&["We see nothing wrong with this page.", HOST]).await?;
        let buttons = harness.browser.evaluate("return document.querySelectorAll('button').length").await?;
        ensure!(buttons == 0, "{buttons} buttons on the page about a healthy one");

        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        open(harness).await?;
        harness.await_own_text(&["521", "Details"]).await?;
        harness.browser.shot("page-check-failing").await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn only_the_address_of_the_browsers_own_error_page_is_known(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.open(URL).await?;
        harness.edge.close().await;
        // The driver reports the browser's error as its own; what the tab shows is checked below.
        let _ = harness.browser.open(URL).await;
        open(harness).await?;
        harness
            .await_own_text(&["This page can't be read from here.", "We can check if shop.example.test answers."])
            .await?;
        harness.browser.press_own("Check this host").await?;
        harness.await_own_text(&["No answer that we can read"]).await?;
        harness.browser.shot("page-check-closed").await
    };
    Harness::start(run).await?.run(scenario).await
}
