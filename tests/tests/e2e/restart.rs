use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_tests::browser::{Install, SOON, eventually};
use rayback_tests::edge::{Fault, Limits, Purpose, Request};

use crate::stage::{HOST, Run, Stage};

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

pub(crate) async fn a_wait_outlives_a_browser_that_is_closed(run: Run) -> Result<()> {
    outlives(run, End::Closed).await
}

pub(crate) async fn a_wait_outlives_a_browser_that_is_killed(run: Run) -> Result<()> {
    outlives(run, End::Killed).await
}

async fn outlives(run: Run, end: End) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521", HOST]).await?;
        let before = stage.await_phase(ORIGIN, "waiting").await?;
        if end == End::Killed {
            // A browser writes its session down when it has a moment; a crash before that restores nothing.
            written_down(stage).await?;
        }

        match end {
            End::Closed => stage.browser.restart(&stage.edge).await?,
            End::Killed => stage.browser.crash(&stage.edge).await?,
        }
        let after = stage.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(after.get("since") == before.get("since"), "the failure began anew: {after}");
        ensure!(after.get("seed") == before.get("seed"), "the chances were drawn anew: {after}");
        stage.browser.turn_to_restored(URL).await?;
        stage.await_text(&["521", HOST]).await?;

        stage.edge.heal(HOST);
        let mut probes = stage.edge.arrivals(HOST);
        probes.next(PATIENCE, |request| request.purpose() == Purpose::Probe).await?;
        stage.await_healthy(HOST, PATIENCE).await
    };
    Stage::set_with(run, Limits::SHORT, Install::Permanent).await?.play(scene).await
}

/// Waits until the browser would restore the page if it crashed now.
async fn written_down(stage: &Stage) -> Result<()> {
    let folder = stage.browser.profile().browser();
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

pub(crate) async fn an_update_in_mid_wait_loses_nothing(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521", HOST]).await?;
        let before = stage.await_phase(ORIGIN, "waiting").await?;

        stage.browser.update("0.9.9").await?;
        let after = stage.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(after.get("since") == before.get("since"), "the failure began anew: {after}");
        let one_panel = async || {
            let panels = stage.browser.evaluate("return document.querySelectorAll('rayback-panel').length").await?;
            let alive = stage
                .browser
                .evaluate("return document.querySelector('rayback-panel')?.matches(':popover-open')")
                .await?;
            Ok((panels == 1 && alive == true).then_some(()))
        };
        eventually("single panel", SOON, one_panel).await?;

        // The panel is the new version's: pressing it reaches the new worker.
        stage.browser.press("Stop").await?;
        stage.await_phase(ORIGIN, "stopped").await?;
        stage.await_text(&["Stopped"]).await?;
        stage.browser.press("Start again").await?;
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, Duration::from_secs(20)).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn a_laptop_that_sleeps_past_the_deadline_checks_once_when_it_wakes(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open(URL).await?;
        stage.await_text(&["521", HOST]).await?;
        let probe = |request: &Request| request.purpose() == Purpose::Probe;
        stage.edge.arrivals(HOST).next(Duration::from_secs(20), probe).await?;

        let before = stage.edge.requests(HOST).into_iter().filter(probe).count();
        // Several waits long.
        stage.browser.sleep(Duration::from_secs(20)).await?;
        stage.edge.arrivals(HOST).next(Duration::from_secs(30), probe).await?;
        let woken = stage.edge.requests(HOST).into_iter().filter(probe).count();
        ensure!(woken <= before + 2, "waking set off {} probes at once", woken - before);

        stage.edge.heal(HOST);
        stage.await_healthy(HOST, Duration::from_secs(30)).await
    };
    Stage::set(run).await?.play(scene).await
}
