use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Install, SOON, eventually};
use rayback_testkit::edge::{Fault, Limits, Purpose, Request};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// Installed for good, a wait is 30 seconds at least, and a quarter more by chance.
const PATIENCE: Duration = Duration::from_secs(75);

/// How a browser ends in mid-wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Killed,
}

pub(crate) async fn a_wait_survives_closing_the_browser(run: Run) -> Result<()> {
    outlives(run, End::Closed).await
}

pub(crate) async fn a_wait_survives_killing_the_browser(run: Run) -> Result<()> {
    outlives(run, End::Killed).await
}

async fn outlives(run: Run, end: End) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        let before = harness.await_phase(ORIGIN, "waiting").await?;
        if end == End::Killed {
            // A browser writes its session down when it has a moment; a crash before that restores nothing.
            written_down(harness).await?;
        }

        match end {
            End::Closed => harness.browser.restart(&harness.edge).await?,
            End::Killed => harness.browser.crash(&harness.edge).await?,
        }
        let after = harness.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(after.get("since") == before.get("since"), "the failure began again: {after}");
        ensure!(after.get("seed") == before.get("seed"), "the chances were drawn anew: {after}");
        harness.browser.turn_to_restored(URL).await?;
        harness.await_text(&["521", HOST]).await?;

        harness.edge.heal(HOST);
        let mut probes = harness.edge.arrivals(HOST);
        probes.next(PATIENCE, |request| request.purpose() == Purpose::Probe).await?;
        harness.await_healthy(HOST, PATIENCE).await
    };
    Harness::start_with(run, Limits::SHORT, Install::Permanent).await?.run(scenario).await
}

/// Waits until the browser would restore the page if it crashed now.
async fn written_down(harness: &Harness) -> Result<()> {
    let folder = harness.browser.profile().browser();
    let mentions = |file: &std::path::Path| {
        // Beside the tabs that are open, Chromium writes down those that were closed.
        !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Tabs_"))
            && std::fs::read(file).is_ok_and(|bytes| bytes.windows(HOST.len()).any(|part| part == HOST.as_bytes()))
    };
    let sessions = ["sessionstore-backups", "Default/Sessions"].map(|sessions| folder.join(sessions));
    let look = async || {
        let files = sessions.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
        // Firefox compresses what it writes, but not so far that a name it has just seen is lost.
        let found = files.into_iter().any(|file| mentions(&file.path()));
        Ok(found.then_some(()))
    };
    eventually("session on the disk", Duration::from_mins(1), look).await
}

pub(crate) async fn an_update_during_a_wait_loses_nothing(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        let before = harness.await_phase(ORIGIN, "waiting").await?;

        harness.browser.update("0.9.9").await?;
        let after = harness.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(after.get("since") == before.get("since"), "the failure began anew: {after}");
        let one_panel = async || {
            let panels = harness
                .browser
                .evaluate("return document.querySelectorAll('html > div[popover=manual]').length")
                .await?;
            let alive = harness
                .browser
                .evaluate("return document.querySelector('html > div[popover=manual]')?.matches(':popover-open')")
                .await?;
            Ok((panels == 1 && alive == true).then_some(()))
        };
        eventually("single panel", SOON, one_panel).await?;

        // The panel is the new version's: pressing it reaches the new worker.
        harness.browser.press("Stop").await?;
        harness.await_phase(ORIGIN, "stopped").await?;
        harness.await_text(&["Stopped by you"]).await?;
        harness.browser.press("Resume").await?;
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_laptop_that_sleeps_past_the_deadline_checks_once_after_waking(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        let probe = |request: &Request| request.purpose() == Purpose::Probe;
        harness.edge.arrivals(HOST).next(Duration::from_secs(20), probe).await?;

        let before = harness.edge.requests(HOST).into_iter().filter(probe).count();
        // Several waits long.
        harness.browser.sleep(Duration::from_secs(20)).await?;
        harness.edge.arrivals(HOST).next(Duration::from_secs(30), probe).await?;
        let woken = harness.edge.requests(HOST).into_iter().filter(probe).count();
        ensure!(woken <= before + 2, "waking set off {} probes at once", woken - before);

        harness.edge.heal(HOST);
        harness.await_healthy(HOST, Duration::from_secs(30)).await
    };
    Harness::start(run).await?.run(scenario).await
}
