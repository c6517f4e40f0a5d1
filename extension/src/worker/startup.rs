//! The start of the worker, of the browser, and of a new version.

use rayback_core::settings::Install;
use rayback_core::watch::{Event, TabNumbers};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use crate::browser::storage::Area;
use crate::browser::{alarms, clock, runtime, scripting, tabs};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::store::{Key, forms, history, index, settings, watches};
use crate::wire;

use super::{SAFETY, Worker, menu, registration, report, set_alarm};

/// In session storage as long as the browser runs: the start-up's [`TabNumbers`] until it's done, and then `true`. Updating
/// the extension removes it too.
const RUNNING: &str = "running";

impl Worker {
    /// Prepares a new worker for its first event, whose name is given.
    ///
    /// Firefox keeps no alarms over a restart and Chrome doesn't promise to, so the alarm is set again from the watches. If
    /// the preparation fails, the event is still handled, and the next one prepares the worker again.
    pub(super) async fn begin(&'static self, first: &str) {
        if let Err(error) = self.try_to_begin(first).await {
            note(&error);
            alarms::set_next(clock::now().after(SAFETY));
            self.has_begun.set(false);
        }
    }

    async fn try_to_begin(&'static self, first: &str) -> Result<(), Error> {
        let now = clock::now();
        let running = Area::Session.get(RUNNING).await?;
        let unfinished = wire::from_js(RUNNING, &running).ok();
        if unfinished.is_none() && !running.is_undefined() {
            // Only the worker is new, so at most the alarm is lost. A message's answer is awaited, so its turn comes first.
            if first != "alarm" {
                spawn(self.restore_alarm());
            }
            return Ok(());
        }
        // In case the worker is stopped before the alarm is set from the watches.
        alarms::set_next(now.after(SAFETY));
        let is_first = unfinished.is_none();
        let since_now = if first == "installed" { TabNumbers::Kept } else { TabNumbers::Renewed { since: now } };
        let mut tabs = unfinished.unwrap_or(since_now);
        if is_first && let Err(error) = Area::Session.set(RUNNING, &wire::to_js(&tabs)?).await {
            note(&error);
            // Every new worker will seem to be the browser's first, and mustn't remove tabs each time. A tab is looked at
            // before it's navigated, so an old number does no harm.
            tabs = TabNumbers::Kept;
        }
        self.begin_with(tabs).await
    }

    async fn restore_alarm(&'static self) -> Result<(), Error> {
        let _turn = self.turns.lock().await;
        set_alarm(&index::load().await?).await
    }

    async fn begin_with(&'static self, tabs: TabNumbers) -> Result<(), Error> {
        let _turn = self.turns.lock().await;
        // Before any watch is read, because reading sets damaged ones aside.
        watches::remove_aside().await.unwrap_or_else(|error| note(&error));
        let is_renewed = tabs != TabNumbers::Kept;
        // Kept once: an earlier attempt to start may have removed tabs from their watches.
        if is_renewed && Area::Session.get(forms::RESTORABLE).await?.is_undefined() {
            let watches = watches::all().await?;
            let kept = forms::keep_restorable(watches.iter().map(|(_, watch)| watch));
            kept.await.unwrap_or_else(|error| note(&error));
        }
        let settings = settings::load().await?;
        spawn(async move { history::prune(&settings).await });
        if forms::have_started().await.is_ok_and(|have_started| !have_started) {
            forms::start().await.unwrap_or_else(|error| note(&error));
        }
        let index = index::rebuild().await?;
        if is_renewed {
            self.is_starting.set(true);
            for key in index.keys().filter_map(Key::parse) {
                if let Err(error) = self.step(&key, Event::Started { tabs }).await {
                    note(&error);
                }
            }
            self.is_starting.set(false);
        }
        set_alarm(&index::load().await?).await.unwrap_or_else(|error| note(&error));
        Area::Session.set(RUNNING, &true.into()).await.unwrap_or_else(|error| note(&error));
        clear_alarms().await.unwrap_or_else(|error| note(&error));
        registration::reconcile().await.unwrap_or_else(|error| note(&error));
        Ok(())
    }

    /// The extension was installed or updated. Chrome also sends "installed" for an unpacked extension at each start.
    pub(super) async fn installed(&'static self, details: &JsValue) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Details {
            reason: String,
        }
        menu::create().await.unwrap_or_else(|error| note(&error)); // Firefox for Android has no such menus
        let details: Details = wire::from_js("the details of an installation", details)?;
        if details.reason == "install" && settings::install().await == Install::Normal {
            tabs::open(&runtime::url("welcome.html")).await.unwrap_or_else(|error| note(&error));
        }
        self.report_open_tabs().await
    }

    /// The user granted a permission. With access to sites, their forms are watched from now on; without, it was consent.
    pub(super) async fn permitted(&'static self, granted: &JsValue) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Granted {
            #[serde(default)]
            origins: Vec<String>,
        }
        let Granted { origins } = wire::from_js("the granted permissions", granted)?;
        if origins.is_empty() {
            return Ok(());
        }
        forms::start().await?;
        self.report_open_tabs().await
    }

    /// Injects the gate into tabs that are already open. Chrome doesn't do so, and an older version's scripts are cut off.
    async fn report_open_tabs(&'static self) -> Result<(), Error> {
        for tab in tabs::web_pages().await?.into_iter().filter(|tab| !tab.discarded).filter_map(|tab| tab.id) {
            // It fails where no extension may run a script, such as in the browsers' own stores.
            let _refused = scripting::execute_in_frames(tab, &["content/forms.js"]).await;
            let _refused = scripting::execute(tab, &report::GATE).await;
        }
        Ok(())
    }
}

/// Clears an earlier version's alarms.
async fn clear_alarms() -> Result<(), Error> {
    for alarm in alarms::get_all().await?.into_iter().filter(|alarm| alarm.name != alarms::NEXT) {
        alarms::clear(&alarm.name).await?;
    }
    Ok(())
}
