use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::Install;
use rayback_testkit::edge::{Fault, Limits, Purpose, Request};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A probe whose worker is stopped is given up at its deadline of 25 seconds, followed by a wait.
const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) async fn stopping_the_worker_at_each_step_loses_nothing(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let probe = |request: &Request| request.purpose() == Purpose::Probe;
        let navigation = |request: &Request| request.purpose() == Purpose::Navigation;
        let mut arrivals = harness.edge.arrivals(HOST);

        // During a wait.
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_text(&["522"]).await?;
        harness.await_phase(ORIGIN, "waiting").await?;
        harness.browser.stop_worker().await?;

        // During a probe, before its response.
        arrivals.next(PATIENCE, probe).await?;
        harness.browser.stop_worker().await?;
        let given_up = arrivals.next(PATIENCE, probe).await?;
        ensure!(given_up.path == "/", "the probe requests the page, not the host");
        harness.await_phase(ORIGIN, "waiting").await?;

        // After the user stopped and before the user resumed.
        harness.browser.press("Stop").await?;
        harness.await_phase(ORIGIN, "stopped").await?;
        harness.browser.stop_worker().await?;
        harness.browser.press("Start again").await?;
        harness.await_phase(ORIGIN, "waiting").await?;

        // While the healthy page is loading.
        harness.edge.fault(HOST, Fault::AnswersAfter(Duration::from_secs(3)));
        arrivals.next(PATIENCE, navigation).await?;
        harness.browser.stop_worker().await?;
        harness.await_healthy(HOST, PATIENCE).await?;
        let panel = harness.browser.panel().await?;
        ensure!(panel.is_none(), "the healthy page has a panel");
        // If the page's report was lost with the worker, the tab is queried at the navigation's deadline.
        harness.await_phase_for(Duration::from_secs(75), ORIGIN, "back").await.map(drop)
    };
    // A connect timeout of 3 seconds leaves enough time to stop the worker during a probe.
    let limits = Limits { connect: Duration::from_secs(3), read: Duration::from_secs(10), ..Limits::SHORT };
    Harness::start_with(run, limits, Install::Development).await?.run(scenario).await
}
