use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::Install;
use rayback_testkit::edge::{Fault, Limits, Purpose, Request};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";

/// The deadline of a probe by design; both browsers abort a worker's fetch at 30 s.
const DEADLINE: Duration = Duration::from_secs(25);

pub(crate) async fn an_origin_that_answers_after_40_seconds_is_seen_to_recover(run: Run) -> Result<()> {
    recovers(run, Duration::from_secs(40)).await
}

pub(crate) async fn an_origin_that_answers_after_125_seconds_is_seen_to_recover(run: Run) -> Result<()> {
    recovers(run, Duration::from_secs(125)).await
}

/// Runs in real time. No probe can wait that long, so each counts as failed, until a tab navigates, which can wait.
async fn recovers(run: Run, delay: Duration) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let probe = |request: &Request| request.purpose() == Purpose::Probe;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["521"]).await?;
        harness.edge.fault(HOST, Fault::AnswersAfter(delay));

        let mut arrivals = harness.edge.arrivals(HOST);
        let first = arrivals.next(DEADLINE, probe).await?;
        let second = arrivals.next(DEADLINE * 2, probe).await?;
        ensure!(second.at - first.at >= DEADLINE, "a second probe started while the first was in flight");
        let watch = harness.watch(ORIGIN).await?.unwrap_or_default();
        ensure!(
            watch.pointer("/schedule/unansweredProbes").is_some_and(|unanswered| *unanswered != 0),
            "the unanswered probe wasn't stored: {watch}"
        );

        let patience = delay + DEADLINE * 4;
        arrivals.next(patience, |request| request.purpose() == Purpose::Navigation).await?;
        harness.await_healthy(HOST, patience).await
    };
    let limits = Limits { read: Duration::from_secs(150), ..Limits::SHORT };
    Harness::start_with(run, limits, Install::Development).await?.run(scenario).await
}
