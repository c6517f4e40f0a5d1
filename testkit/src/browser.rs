//! A real browser with the extension, with one interface for both browsers.

mod chrome;
mod display;
mod firefox;
mod panel;
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::common::command::Command;
use thirtyfour::{Capabilities, WebDriver, WindowHandle};
use tokio::sync::OnceCell;

pub use self::panel::Panel;
use crate::edge::Edge;
use crate::launch::capabilities::{self, FIREFOX_HOST, GECKO_ID};
use crate::launch::driver::Driver;
use crate::launch::process::{Process, Signal};
use crate::launch::program;
pub use crate::launch::{BrowserKind, Display, Install, Profile, Setup};
pub use crate::patience::eventually;
pub use thirtyfour::Key;

/// How long a browser may take for its own actions.
pub const SOON: Duration = Duration::from_secs(15);

/// How long a browser may take to start while others start too.
const START: Duration = Duration::from_mins(1);

/// The state of the extension's background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// It's running.
    Running,
    /// It's stopped until an event starts it.
    Stopped,
}

/// A browser with one window for sites and a second that shows a file of the extension. Scripts in the second can call
/// the extension's APIs without starting its background.
pub struct Browser {
    process: Process,
    session: WebDriver,
    _driver: Driver,
    profile: Arc<Profile>,
    setup: Setup,
    /// Scheme and host of the extension's own pages.
    base: String,
    site: WindowHandle,
    desk: OnceCell<WindowHandle>,
}

impl Browser {
    /// Starts a browser on a new profile, with every host mapped to the edge.
    ///
    /// # Errors
    /// If the browser or its driver can't be started.
    pub async fn start(kind: BrowserKind, edge: &Edge) -> Result<Self> {
        Self::start_with(Arc::new(Profile::new(kind)?), Setup::default(), edge).await
    }

    /// Starts a browser on a new or existing profile.
    ///
    /// # Errors
    /// If the browser or its driver can't be started.
    pub async fn start_with(profile: Arc<Profile>, setup: Setup, edge: &Edge) -> Result<Self> {
        let kind = profile.kind();
        let driver = Driver::start(kind, &profile).await?;
        if kind == BrowserKind::Firefox && setup.install == Install::Permanent {
            profile.install(GECKO_ID)?;
        }
        let capabilities = capabilities::of(edge, &profile, setup);
        let url = format!("http://127.0.0.1:{}", driver.port);
        let session =
            WebDriver::new(&url, Capabilities::from(capabilities)).await.context("the browser doesn't start")?;
        // Dropping a session ends it, slowly and with log output; ours ends with its process.
        session.clone().leak().map_err(|_| anyhow!("the browser exited immediately"))?;
        session.set_script_timeout(Duration::from_mins(1)).await?;

        let process = Process::named_by(session.capabilities().get(capabilities::process_id_key(kind)))?;

        if kind == BrowserKind::Firefox && setup.install == Install::Development && profile.extension().exists() {
            wire::install_temporarily(&session, &profile.extension().to_string_lossy()).await?;
        }
        let base = match kind {
            BrowserKind::Chrome if !profile.has_worker() => String::new(),
            BrowserKind::Chrome => {
                let id =
                    eventually("extension", START, async || chrome::extension_id(&session).await.map(Some)).await?;
                format!("chrome-extension://{id}")
            }
            BrowserKind::Firefox => format!("moz-extension://{FIREFOX_HOST}"),
        };

        let site = session.window().await?;
        let desk = OnceCell::new();
        Ok(Self { process, session, _driver: driver, profile, setup, base, site, desk })
    }

    /// The browser's family.
    #[must_use]
    pub fn kind(&self) -> BrowserKind {
        self.profile.kind()
    }

    /// The address of one of the extension's files.
    #[must_use]
    pub fn resource(&self, file: &str) -> String {
        format!("{}/{file}", self.base)
    }

    /// The profile, to change what the next start finds.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Opens an address in the window for sites and waits for the document.
    ///
    /// # Errors
    /// If the browser shows its own error page.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.turn_to_site().await?;
        self.session.goto(url).await.with_context(|| format!("cannot open {url}"))
    }

    /// Opens an address in a new tab of the same window and switches to the tab.
    ///
    /// # Errors
    /// If the browser shows its own error page.
    pub async fn open_beside(&self, url: &str) -> Result<WindowHandle> {
        self.turn_to_site().await?;
        let tab = self.session.new_tab().await?;
        self.turn_to(&tab).await?;
        self.session.goto(url).await.with_context(|| format!("cannot open {url}"))?;
        Ok(tab)
    }

    /// Switches to a tab.
    ///
    /// # Errors
    /// If it's closed.
    pub async fn turn_to(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.session.switch_to_window(tab.clone()).await?)
    }

    /// Switches to the first tab of the window for sites.
    ///
    /// # Errors
    /// If it's closed.
    pub async fn turn_to_site(&self) -> Result<()> {
        self.turn_to(&self.site).await
    }

    /// The title of the current document.
    ///
    /// # Errors
    /// If the tab is closed.
    pub async fn title(&self) -> Result<String> {
        Ok(self.session.title().await?)
    }

    /// Clicks the first element that matches the selector in the current page.
    ///
    /// # Errors
    /// If nothing matches.
    pub async fn click(&self, css: &str) -> Result<()> {
        Ok(self.session.find(thirtyfour::By::Css(css)).await?.click().await?)
    }

    /// Clicks an element inside a frame of the current page.
    ///
    /// # Errors
    /// If the frame or the element isn't found.
    pub async fn click_in_frame(&self, frame: &str, css: &str) -> Result<()> {
        self.session.find(thirtyfour::By::Css(frame)).await?.enter_frame().await?;
        let clicked = self.click(css).await;
        // The click may have replaced the page, and the frame with it.
        self.session.enter_default_frame().await?;
        clicked
    }

    /// Runs a script inside a frame of the current page.
    ///
    /// # Errors
    /// If the frame isn't found or the script throws.
    pub async fn evaluate_in_frame(&self, frame: &str, script: &str) -> Result<Value> {
        self.session.find(thirtyfour::By::Css(frame)).await?.enter_frame().await?;
        let value = self.evaluate(script).await;
        self.session.enter_default_frame().await?;
        value
    }

    /// Runs a script in the current page and returns its result.
    ///
    /// # Errors
    /// If the script throws.
    pub async fn evaluate(&self, script: &str) -> Result<Value> {
        Ok(self.session.execute(script, Vec::new()).await?.json().clone())
    }

    /// Pastes from the clipboard as a user does, into a field on the page at this address, and returns the text. Uses a
    /// separate tab.
    ///
    /// # Errors
    /// If the page can't be opened.
    pub async fn paste(&self, url: &str) -> Result<String> {
        let before = self.session.window().await?;
        self.open_beside(url).await?;
        self.evaluate("document.body.prepend(document.createElement('textarea'))").await?;
        let field = self.session.find(thirtyfour::By::Css("textarea")).await?;
        field.click().await?;
        field.send_keys(Key::Control + "v").await?;
        let pasted = field.prop("value").await?;
        self.session.close_window().await?;
        self.turn_to(&before).await?;
        pasted.context("the field has no value")
    }

    /// The panel in the current page, if there is one.
    ///
    /// # Errors
    /// If the tab is closed.
    pub async fn panel(&self) -> Result<Option<Panel<'_>>> {
        Panel::find(&self.session).await
    }

    /// Waits for the panel in the current page.
    ///
    /// # Errors
    /// If none appears within [`SOON`].
    pub async fn await_panel(&self) -> Result<Panel<'_>> {
        eventually("panel", SOON, async || self.panel().await).await
    }

    /// Presses a button of the panel in the current page, even if the panel is redrawn meanwhile.
    ///
    /// # Errors
    /// If no panel has that button within [`SOON`].
    pub async fn press(&self, name: &str) -> Result<()> {
        let poll = async || match self.panel().await? {
            Some(panel) => panel.press(name).await.map(Some),
            None => Ok(None),
        };
        eventually(&format!("panel with a button {name:?}"), SOON, poll).await
    }

    /// Turns to the tab in which the extension has opened one of its own files.
    ///
    /// # Errors
    /// If none opens soon.
    pub async fn turn_to_own(&self, file: &str) -> Result<()> {
        let poll = async || Ok(self.turn_to_own_now(file).await?.then_some(()));
        eventually(&format!("tab with {file}"), SOON, poll).await
    }

    /// Turns to the tab in which the extension has opened one of its own files, if there is one.
    ///
    /// # Errors
    /// If a tab is closed meanwhile.
    pub async fn turn_to_own_now(&self, file: &str) -> Result<bool> {
        let start = format!("{}/{file}", self.base);
        if self.kind() == BrowserKind::Chrome {
            // Its driver doesn't list tabs that an extension opens for its own files, so the same address is opened beside it.
            let script = "return (await chrome.tabs.query({})).find(tab => tab.url?.startsWith(args[0]))?.url ?? null";
            let url: Option<String> = self.ask(script, vec![start.into()]).await?;
            let Some(url) = url else { return Ok(false) };
            return self.open_beside(&url).await.map(|_| true);
        }
        let before = self.session.window().await?;
        for tab in self.session.windows().await? {
            self.turn_to(&tab).await?;
            if self.session.current_url().await?.as_str().starts_with(&start) {
                return Ok(true);
            }
        }
        self.turn_to(&before).await?;
        Ok(false)
    }

    /// Presses a button, or unfolds details, of the extension's own page in the current tab, even if it's redrawn meanwhile.
    ///
    /// # Errors
    /// If the page has none with this text soon.
    pub async fn press_own(&self, name: &str) -> Result<()> {
        let press = async || {
            for control in self.session.find_all(thirtyfour::By::Css("button, summary")).await? {
                if control.text().await? == name {
                    return control.click().await.map(Some).map_err(Into::into);
                }
            }
            Ok(None)
        };
        eventually(&format!("control {name:?}"), SOON, press).await
    }

    /// Opens a file of the extension, such as `popup.html`, in the window for sites.
    ///
    /// # Errors
    /// If there's no such file.
    pub async fn open_own(&self, file: &str) -> Result<()> {
        self.open(&format!("{}/{file}", self.base)).await
    }

    /// Opens the popup in a window of a popup's size and switches to it.
    ///
    /// # Errors
    /// If there's no popup.
    pub async fn open_popup(&self) -> Result<WindowHandle> {
        // In a tab, it can't know which one the user came from.
        let script = "const tabs = await chrome.tabs.query({url: ['http://*/*', 'https://*/*']}); \
             return tabs.sort((a, b) => b.lastAccessed - a.lastAccessed)[0]?.id ?? null";
        let site: Option<i32> = self.ask(script, Vec::new()).await?;
        let popup = self.session.new_window().await?;
        self.turn_to(&popup).await?;
        self.session.set_window_rect(0, 0, 420, 640).await?;
        let front = site.map_or_else(String::new, |tab| format!("?tab={tab}"));
        self.session.goto(format!("{}/popup.html{front}", self.base)).await?;
        Ok(popup)
    }

    /// Runs a script, the body of an async function, in a page of the extension, where it can call the extension's APIs
    /// without starting the background.
    ///
    /// # Errors
    /// If the script throws, with the thrown value.
    pub async fn ask<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T> {
        let session = &self.session;
        let before = session.window().await?;
        self.turn_to(self.desk().await?).await?;
        let script = format!(
            "const [args, done] = arguments; const chrome = globalThis.browser ?? globalThis.chrome; \
             (async () => {{ {script} }})().then(value => done({{value: value ?? null}}), error => done({{error: String(error)}}))"
        );
        let result = session.execute_async(&script, vec![Value::from(arguments)]).await;
        self.turn_to(&before).await?;
        let mut result: Value = result?.json().clone();
        match result.get_mut("value") {
            Some(value) => Ok(serde_json::from_value(value.take())?),
            None => Err(anyhow!("{result} to {script}")),
        }
    }

    /// The contents of one of the extension's storage areas, `local` or `session`.
    ///
    /// # Errors
    /// If there's no such area.
    pub async fn storage(&self, area: &str) -> Result<serde_json::Map<String, Value>> {
        self.ask("return await chrome.storage[args[0]].get(null)", vec![area.into()]).await
    }

    /// Stores one value in `storage.local`.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn store(&self, key: &str, value: Value) -> Result<()> {
        self.ask("await chrome.storage.local.set({[args[0]]: args[1]})", vec![key.into(), value]).await
    }

    /// The names of all alarms.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn alarms(&self) -> Result<Vec<String>> {
        self.ask("return (await chrome.alarms.getAll()).map(alarm => alarm.name)", vec![]).await
    }

    /// The text of the badge on the tab with this address.
    ///
    /// # Errors
    /// If no tab shows it.
    pub async fn badge(&self, url: &str) -> Result<String> {
        let script = "const tab = (await chrome.tabs.query({})).find(tab => tab.url === args[0]); \
             if (!tab) throw new Error(`no tab shows ${args[0]}`); \
             return await chrome.action.getBadgeText({tabId: tab.id})";
        self.ask(script, vec![url.into()]).await
    }

    /// Runs a script in every later document of the current tab, before the document's own. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn on_new_document(&self, script: &str) -> Result<()> {
        let source = json!({"source": script});
        self.session.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await?;
        Ok(())
    }

    /// The processor time that the browser's processes have taken so far, those that have exited included.
    #[must_use]
    pub fn cpu_time(&self) -> Duration {
        self.process.cpu_time()
    }

    /// The memory of the browser's processes in bytes: each one's private memory, and its share of shared memory.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.process.memory()
    }

    /// Whether the background is running.
    ///
    /// # Errors
    /// If the browser doesn't respond.
    pub async fn worker(&self) -> Result<Worker> {
        let session = &self.session;
        let runs = match self.kind() {
            BrowserKind::Chrome => chrome::worker_url(session).await?.is_some(),
            BrowserKind::Firefox => firefox::worker_state(session, GECKO_ID).await? != json!("stopped"),
        };
        Ok(if runs { Worker::Running } else { Worker::Stopped })
    }

    /// Stops the background, as the browser does when it's idle.
    ///
    /// # Errors
    /// If it doesn't stop.
    pub async fn stop_worker(&self) -> Result<()> {
        // From the desk, because a loading tab delays every command.
        let before = self.session.window().await?;
        self.turn_to(self.desk().await?).await?;
        // An alarm may restart it before we see it stopped.
        let stop = async || {
            match self.kind() {
                BrowserKind::Chrome => chrome::stop_worker(&self.session).await?,
                BrowserKind::Firefox => firefox::stop_worker(&self.session, GECKO_ID).await?,
            }
            Ok((self.worker().await? == Worker::Stopped).then_some(()))
        };
        let stopped = eventually("stopped worker", SOON, stop).await;
        self.turn_to(&before).await?;
        stopped
    }

    /// Stops the background without opening a page of the extension for it, which would take memory. Chromium only.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn stop_worker_from_here(&self) -> Result<()> {
        chrome::stop_worker(&self.session).await
    }

    /// Writes a screenshot of the current page to `shots/<name>-<browser>.png`.
    ///
    /// # Errors
    /// If it can't be written.
    pub async fn shot(&self, name: &str) -> Result<()> {
        self.shot_into(&program::shots(), name).await
    }

    /// Writes a screenshot of the current page to `<folder>/<name>-<browser>.png`.
    ///
    /// # Errors
    /// If it can't be written.
    pub async fn shot_into(&self, folder: &Path, name: &str) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let picture = self.session.screenshot_as_png().await?;
        std::fs::write(folder.join(format!("{name}-{}.png", self.kind().name())), picture)?;
        Ok(())
    }

    /// Closes the browser as a user does and starts it again on the same profile.
    ///
    /// # Errors
    /// If it doesn't close or start.
    pub async fn restart(&mut self, edge: &Edge) -> Result<()> {
        self.close().await?;
        self.start_again(edge).await
    }

    /// Kills every process of the browser and starts it again on the same profile.
    ///
    /// # Errors
    /// If it doesn't start.
    pub async fn crash(&mut self, edge: &Edge) -> Result<()> {
        self.process.signal(Signal::Kill)?;
        self.await_end().await?;
        self.start_again(edge).await
    }

    /// Updates the extension in the running browser to this version.
    ///
    /// # Errors
    /// If the browser doesn't install it.
    pub async fn update(&mut self, version: &str) -> Result<()> {
        self.profile.set_version(version)?;
        match self.kind() {
            BrowserKind::Chrome => chrome::reload(&self.session, &self.base).await?,
            BrowserKind::Firefox => {
                wire::install_temporarily(&self.session, &self.profile.extension().to_string_lossy()).await?;
            }
        }
        self.desk = OnceCell::new();
        let poll = async || {
            // The new version's files can't be opened until it's installed.
            self.show_icon(self.desk().await?).await?;
            self.turn_to_site().await?;
            let now: String = self.ask("return chrome.runtime.getManifest().version", vec![]).await?;
            Ok((now == version).then_some(()))
        };
        eventually("updated extension", SOON, poll).await
    }

    /// Switches to the tab that the browser restored after a restart and whose address starts with `url`.
    ///
    /// # Errors
    /// If there's none in time.
    pub async fn turn_to_restored(&mut self, url: &str) -> Result<()> {
        let poll = async || {
            for tab in self.session.windows().await? {
                self.turn_to(&tab).await?;
                if self.session.current_url().await?.as_str().starts_with(url) {
                    return Ok(Some(tab));
                }
            }
            Ok(None)
        };
        self.site = eventually(&format!("restored tab of {url}"), START, poll).await?;
        self.turn_to_site().await
    }

    /// Allows the extension in private windows, opens an address in one and switches to it.
    ///
    /// # Errors
    /// If the browser opens no private window.
    pub async fn open_private(&mut self, url: &str) -> Result<WindowHandle> {
        match self.kind() {
            BrowserKind::Chrome => chrome::allow_private(&self.session, &self.base).await?,
            BrowserKind::Firefox => firefox::allow_private(&self.session, GECKO_ID).await?,
        }
        // Granting access reloads the extension and closes its pages.
        self.desk = OnceCell::new();
        self.turn_to_site().await?;
        let before = self.session.windows().await?;
        let open = async || {
            let desk = self.desk().await?;
            self.show_icon(desk).await?;
            self.turn_to_site().await?;
            self.ask::<()>("await chrome.windows.create({incognito: true})", vec![]).await.map(Some)
        };
        eventually("private window", SOON, open).await?;
        let desk = self.desk().await?;
        let new = async || {
            let windows = self.session.windows().await?;
            Ok(windows.into_iter().find(|window| window != desk && !before.contains(window)))
        };
        let private = eventually("private window", SOON, new).await?;
        self.turn_to(&private).await?;
        self.session.goto(url).await.with_context(|| format!("cannot open {url}"))?;
        Ok(private)
    }

    /// Withdraws the access to web pages that the manifest requests, as a user can.
    ///
    /// # Errors
    /// If the browser refuses.
    pub async fn withhold_access(&self) -> Result<()> {
        match self.kind() {
            BrowserKind::Chrome => chrome::withhold_access(&self.session, &self.base).await,
            BrowserKind::Firefox => {
                let script = "return await chrome.permissions.remove({origins: ['http://*/*', 'https://*/*']})";
                self.ask::<bool>(script, vec![]).await.map(drop)
            }
        }
    }

    /// Closes the browser as a user does.
    ///
    /// # Errors
    /// If it doesn't close.
    pub async fn close(&self) -> Result<()> {
        self.session.handle().cmd(Command::DeleteSession).await?;
        self.await_end().await
    }

    async fn start_again(&mut self, edge: &Edge) -> Result<()> {
        *self = Self::start_with(self.profile.clone(), self.setup, edge).await?;
        Ok(())
    }

    async fn await_end(&self) -> Result<()> {
        eventually("end of the browser", SOON, async || Ok((!self.process.runs()).then_some(()))).await
    }

    /// Switches Firefox's "Work Offline" on or off; Chromium has no such mode.
    ///
    /// # Errors
    /// If the browser isn't Firefox.
    pub async fn work_offline(&self, is_offline: bool) -> Result<()> {
        firefox::work_offline(&self.session, is_offline).await
    }

    /// The browser's complaints about the extension: manifest warnings and script errors.
    ///
    /// # Errors
    /// If the browser doesn't respond.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        match self.kind() {
            BrowserKind::Chrome => chrome::complaints(&self.session, &self.base).await,
            BrowserKind::Firefox => firefox::complaints(&self.session, GECKO_ID).await,
        }
    }

    /// The browser's warnings about the extension's manifest.
    ///
    /// # Errors
    /// If the browser doesn't respond.
    pub async fn manifest_warnings(&self) -> Result<Vec<String>> {
        match self.kind() {
            BrowserKind::Chrome => chrome::manifest_warnings(&self.session, &self.base).await,
            BrowserKind::Firefox => firefox::complaints(&self.session, GECKO_ID).await,
        }
    }

    /// Suspends every process for a while, as closing a laptop's lid does.
    ///
    /// # Errors
    /// If the browser has exited.
    pub async fn sleep(&self, time: Duration) -> Result<()> {
        self.process.signal(Signal::Stop)?;
        tokio::time::sleep(time).await;
        self.process.signal(Signal::Continue)
    }

    /// The window that shows a file of the extension that runs no script.
    async fn desk(&self) -> Result<&WindowHandle> {
        let open = async || {
            let desk = self.session.new_window().await?;
            self.show_icon(&desk).await?;
            Ok(desk)
        };
        self.desk.get_or_try_init(open).await
    }

    async fn show_icon(&self, desk: &WindowHandle) -> Result<()> {
        self.turn_to(desk).await?;
        self.session.goto(format!("{}/icons/16.png", self.base)).await?;
        Ok(())
    }
}
