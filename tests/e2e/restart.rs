use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Install, SOON, eventually};
use rayback_testkit::edge::{Fault, Limits, Purpose, Request};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// When watching forms began. A page that was loaded earlier is never reloaded automatically.
const WATCHED_SINCE: &str = "formsWatchedSince";
/// With a permanent installation a wait is at least 30 seconds, plus up to a quarter at random.
const PATIENCE: Duration = Duration::from_secs(75);

/// How a browser exits during a wait.
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
        // Cloudflare asks for 120 seconds after most codes, but for 30 after this one.
        harness.edge.fault(HOST, Fault::Unbranded(500));
        harness.browser.open(URL).await?;
        harness.await_text(&["500", HOST]).await?;
        let before = harness.await_phase(ORIGIN, "waiting").await?;
        let forms = harness.browser.storage("local").await?.get(WATCHED_SINCE).cloned();
        if end == End::Killed {
            // A browser saves its session with a delay; a crash before that restores nothing.
            session_saved(harness).await?;
        }

        match end {
            End::Closed => harness.browser.restart(&harness.edge).await?,
            End::Killed => harness.browser.crash(&harness.edge).await?,
        }
        let after = harness.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(
            harness.browser.storage("local").await?.get(WATCHED_SINCE) == forms.as_ref(),
            "watching forms began again"
        );
        ensure!(after.get("since") == before.get("since"), "the failure was recorded again as new: {after}");
        ensure!(after.get("seed") == before.get("seed"), "the random seed changed: {after}");
        harness.browser.turn_to_restored(URL).await?;
        harness.await_text(&["500", HOST]).await?;

        harness.edge.heal(HOST);
        let mut probes = harness.edge.arrivals(HOST);
        probes.next(PATIENCE, |request| request.purpose() == Purpose::Probe).await?;
        harness.await_healthy(HOST, PATIENCE).await
    };
    Harness::start_with(run, Limits::SHORT, Install::Permanent).await?.run(scenario).await
}

/// Waits until the browser has saved the page to its session, to be restored after a crash.
async fn session_saved(harness: &Harness) -> Result<()> {
    let folder = harness.browser.profile().browser();
    let mentions = |file: &std::path::Path| {
        // Chromium also saves the closed tabs.
        !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Tabs_"))
            && std::fs::read(file).is_ok_and(|bytes| bytes.windows(HOST.len()).any(|part| part == HOST.as_bytes()))
    };
    let sessions = ["sessionstore-backups", "Default/Sessions"].map(|sessions| folder.join(sessions));
    let poll = async || {
        let files = sessions.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
        // Firefox compresses its session, but a host name stays readable at its first occurrence.
        let found = files.into_iter().any(|file| mentions(&file.path()));
        Ok(found.then_some(()))
    };
    eventually("saved session", Duration::from_mins(1), poll).await
}

pub(crate) async fn an_update_during_a_wait_loses_nothing(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        let before = harness.await_phase(ORIGIN, "waiting").await?;

        harness.browser.update("0.9.9").await?;
        let after = harness.watch(ORIGIN).await?.context("the watch is gone")?;
        ensure!(after.get("since") == before.get("since"), "the failure was recorded again as new: {after}");
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

        // The panel belongs to the new version, so its buttons reach the new worker.
        harness.browser.press("Stop").await?;
        harness.await_phase(ORIGIN, "stopped").await?;
        harness.await_text(&["Stopped"]).await?;
        harness.browser.press("Start again").await?;
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
        let after = harness.edge.requests(HOST).into_iter().filter(probe).count();
        ensure!(after <= before + 2, "resuming started {} probes at once", after - before);

        harness.edge.heal(HOST);
        harness.await_healthy(HOST, Duration::from_secs(30)).await
    };
    Harness::start(run).await?.run(scenario).await
}
