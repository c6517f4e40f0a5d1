use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_tests::browser::Install;
use rayback_tests::edge::{Fault, Limits, Purpose, Request};

use crate::stage::{HOST, Run, Stage};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// A probe whose worker is stopped is given up at its deadline of 25 seconds, and then there is a wait.
const PATIENCE: Duration = Duration::from_secs(45);

pub(crate) async fn a_worker_that_is_stopped_at_each_step_loses_none(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let probe = |request: &Request| request.purpose() == Purpose::Probe;
        let navigation = |request: &Request| request.purpose() == Purpose::Navigation;
        let mut arrivals = stage.edge.arrivals(HOST);

        // While it waits.
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522"]).await?;
        stage.await_phase(ORIGIN, "waiting").await?;
        stage.browser.stop_worker().await?;

        // While a probe is on its way, before its answer.
        arrivals.next(PATIENCE, probe).await?;
        stage.browser.stop_worker().await?;
        let given_up = arrivals.next(PATIENCE, probe).await?;
        ensure!(given_up.path == "/", "the host is asked, not the page");
        stage.await_phase(ORIGIN, "waiting").await?;

        // After the person stopped and before the person resumed.
        stage.browser.press("Stop").await?;
        stage.await_phase(ORIGIN, "stopped").await?;
        stage.browser.stop_worker().await?;
        stage.browser.press("Start again").await?;
        stage.await_phase(ORIGIN, "waiting").await?;

        // While the healthy page is on its way.
        stage.edge.fault(HOST, Fault::AnswersAfter(Duration::from_secs(3)));
        arrivals.next(PATIENCE, navigation).await?;
        stage.browser.stop_worker().await?;
        stage.await_healthy(HOST, PATIENCE).await?;
        let panel = stage.browser.panel().await?;
        ensure!(panel.is_none(), "the page is healthy and bears a panel");
        // If the page's word was lost with the worker, the tab is asked at the deadline of a navigation.
        stage.await_phase_for(Duration::from_secs(75), ORIGIN, "back").await.map(drop)
    };
    // A connection that is tried for 3 seconds leaves the time to stop a worker in mid-probe.
    let limits = Limits { connect: Duration::from_secs(3), read: Duration::from_secs(10), ..Limits::SHORT };
    Stage::set_with(run, limits, Install::Development).await?.play(scene).await
}
