//! The harness for every scenario: an edge, a browser with short waits, and helpers to observe them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{Browser, BrowserKind, Install, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Limits, Purpose, Request};
use serde_json::{Value, json};

/// The site that fails.
pub(crate) const HOST: &str = "shop.example.test";

/// Longer than any wait after [`Harness::start`], to check that something doesn't happen.
pub(crate) const LONG: Duration = Duration::from_secs(8);

/// A scenario and the browser it runs in.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) scenario: &'static str,
    pub(crate) kind: BrowserKind,
}

/// An edge and a browser.
pub(crate) struct Harness {
    pub(crate) edge: Edge,
    pub(crate) browser: Browser,
    run: Run,
}

impl Harness {
    /// Starts with short waits: attempts after 2 s, 5 s and then every 5 s, and an edge that waits 1 s for an origin.
    pub(crate) async fn start(run: Run) -> Result<Self> {
        Self::start_with(run, Limits::SHORT, Install::Development).await
    }

    /// Starts with these limits and this kind of installation. Installed permanently in Firefox, waits are at least 30 s.
    pub(crate) async fn start_with(run: Run, limits: Limits, install: Install) -> Result<Self> {
        Self::start_on(run, limits, install, Arc::new(Profile::new(run.kind)?)).await
    }

    /// As [`Self::start`], with a changed copy of the extension.
    pub(crate) async fn start_in(run: Run, profile: Arc<Profile>) -> Result<Self> {
        Self::start_on(run, Limits::SHORT, Install::Development, profile).await
    }

    async fn start_on(run: Run, limits: Limits, install: Install, profile: Arc<Profile>) -> Result<Self> {
        let edge = Edge::start(limits).await?;
        let setup = Setup { install, ..Setup::default() };
        let browser = Browser::start_with(profile, setup, &edge).await?;
        let harness = Self { edge, browser, run };
        harness.settings(json!({})).await?;
        Ok(harness)
    }

    /// Runs a scenario. If it fails, adds the observed state to the error and takes a screenshot.
    ///
    /// # Errors
    /// The scenario's error.
    pub(crate) async fn run(mut self, scenario: impl AsyncFnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let Err(error) = scenario(&mut self).await else { return Ok(()) };
        // Best effort: the scenario's own error matters most.
        let _ = self.browser.shot(&format!("failed-{}", self.run.scenario)).await;
        let stored = self.browser.storage("local").await.unwrap_or_default();
        let watches = stored.iter().filter(|(key, _)| key.starts_with("watch:"));
        let watches: Vec<_> = watches.map(|(key, watch)| format!("{key}: {}", brief(watch))).collect();
        let complaints = self.browser.complaints().await.unwrap_or_default();
        let requests: Vec<_> = self.edge.requests(HOST).into_iter().map(|request| request.to_string()).collect();
        Err(error.context(format!(
            "watches: {watches:#?}\ncomplaints: {complaints:#?}\nrequests to {HOST}: {requests:#?}\n"
        )))
    }

    /// Stores short waits and these settings.
    pub(crate) async fn settings(&self, others: Value) -> Result<()> {
        let floors: serde_json::Map<_, _> = (520..=524).map(|code: u16| (code.to_string(), json!(1))).collect();
        let mut settings = json!({"schedule": "steps", "stepsS": [2, 5], "floorS": 1, "codeFloorsS": floors});
        if let (Some(settings), Some(others)) = (settings.as_object_mut(), others.as_object()) {
            settings.extend(others.clone());
        }
        self.browser.store("settings", settings).await
    }

    /// The stored watch of an origin, if any.
    pub(crate) async fn watch(&self, origin: &str) -> Result<Option<Value>> {
        let stored = self.browser.storage("local").await?;
        let watch = stored.get(&format!("watch:{origin}")).and_then(Value::as_str);
        watch.map(|watch| serde_json::from_str(watch).context("a stored watch is not JSON")).transpose()
    }

    /// Waits until the stored watch is in this phase.
    pub(crate) async fn await_phase(&self, origin: &str, phase: &str) -> Result<Value> {
        self.await_phase_for(SOON, origin, phase).await
    }

    /// [`Self::await_phase`] with another timeout.
    pub(crate) async fn await_phase_for(&self, patience: Duration, origin: &str, phase: &str) -> Result<Value> {
        let poll = async || {
            let watch = self.watch(origin).await?;
            Ok(watch.filter(|watch| watch.pointer(&format!("/phase/{phase}")).is_some()))
        };
        eventually(&format!("watch of {origin} that is {phase}"), patience, poll).await
    }

    /// Waits until the panel's text contains all of these strings, and returns the text.
    pub(crate) async fn await_text(&self, wanted: &[&str]) -> Result<String> {
        let poll = async || {
            let Some(panel) = self.browser.panel().await? else { return Ok(None) };
            let text = panel.text().await?;
            let missing: Vec<_> = wanted.iter().filter(|part| !text.contains(**part)).collect();
            ensure!(missing.is_empty(), "the panel lacks {missing:?}: {text}");
            Ok(Some(text))
        };
        eventually("panel with the expected text", SOON, poll).await
    }

    /// Opens the panel's details, and waits until its text contains all of these strings.
    pub(crate) async fn await_details(&self, wanted: &[&str]) -> Result<String> {
        let open = async || {
            let panel = self.browser.await_panel().await?;
            for summary in panel.all("details:not([open]) > summary").await? {
                summary.click().await?;
            }
            let is_open = !panel.all("details[open]").await?.is_empty();
            Ok(is_open.then_some(()))
        };
        eventually("open details", SOON, open).await?;
        self.await_text(wanted).await
    }

    /// Opens the extension's own page about the current page, by the panel's link, and switches to it.
    pub(crate) async fn open_own_page(&self) -> Result<()> {
        self.await_details(&[]).await?;
        // Unfolding has changed the panel's size, and for half a second a press may not count.
        let open = async || {
            if self.browser.turn_to_own_now("host.html").await? {
                return Ok(Some(()));
            }
            self.press("See all the evidence").await?;
            Ok(None)
        };
        eventually("extension's own page", SOON, open).await
    }

    /// Waits until the extension's own page in the current tab has all of these.
    pub(crate) async fn await_own_text(&self, wanted: &[&str]) -> Result<()> {
        let look = async || {
            let text = self.browser.evaluate("return document.body.innerText").await?;
            let text = text.as_str().unwrap_or_default();
            let missing: Vec<_> = wanted.iter().filter(|part| !text.contains(**part)).collect();
            ensure!(missing.is_empty(), "the page lacks {missing:?}: {text}");
            Ok(Some(()))
        };
        eventually("page of the extension with the expected text", SOON, look).await
    }

    /// Presses a button of the panel as soon as it appears.
    pub(crate) async fn press(&self, name: &str) -> Result<()> {
        let press = async || {
            let panel = self.browser.await_panel().await?;
            panel.press(name).await?;
            Ok(Some(()))
        };
        eventually(&format!("button \"{name}\""), Duration::from_secs(20), press).await
    }

    /// Waits until every tab of the host shows a healthy page and the current tab has no panel.
    ///
    /// Queries the extension's APIs, because chromedriver delays any command to a loading tab and aborts the load after a
    /// timeout.
    pub(crate) async fn await_healthy(&self, host: &str, patience: Duration) -> Result<()> {
        let script = "const tabs = (await chrome.tabs.query({})).filter(tab => URL.parse(tab.url)?.hostname === args[0]); \
             return tabs.length > 0 && tabs.every(tab => tab.status === 'complete' && tab.title === `${args[0]} is up`)";
        let poll = async || {
            let is_back: bool = self.browser.ask(script, vec![host.into()]).await?;
            Ok(is_back.then_some(()))
        };
        eventually("healthy page", patience, poll).await?;
        ensure!(self.browser.panel().await?.is_none(), "the healthy page has a panel");
        Ok(())
    }

    /// The document requests that reached the edge: method, path and purpose.
    pub(crate) fn documents(&self, host: &str) -> Vec<(String, String, Purpose)> {
        let own = |request: &Request| request.path != "/favicon.ico" && !request.path.starts_with("/cdn-cgi/");
        let requests = self.edge.requests(host).into_iter().filter(own);
        requests.map(|request| (request.method.clone(), request.path.clone(), request.purpose())).collect()
    }
}

/// A stored watch without its diagnoses.
fn brief(watch: &Value) -> String {
    let mut watch: Value = watch.as_str().and_then(|watch| serde_json::from_str(watch).ok()).unwrap_or_default();
    let diagnoses = watch.get_mut("tabs").and_then(Value::as_array_mut).into_iter().flatten();
    diagnoses.filter_map(Value::as_object_mut).for_each(|tab| drop(tab.remove("diagnosis")));
    let schedule = watch.get_mut("schedule").and_then(Value::as_object_mut);
    schedule.map(|schedule| schedule.remove("diagnosis"));
    watch.to_string()
}
