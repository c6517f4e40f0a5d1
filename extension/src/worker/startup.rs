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

/// The key in session storage of whether the browser's start has been handled: the [`TabNumbers`] of a start that isn't
/// done yet, and then `true`. Updating the extension removes it too.
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
        let tabs = match unfinished {
            Some(tabs) => tabs,
            None if first == "installed" => store_start(TabNumbers::Kept).await?,
            None => store_start(TabNumbers::Renewed { since: now }).await?,
        };
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
        let watches = watches::all().await?;
        let is_renewed = tabs != TabNumbers::Kept;
        // Only once, because an earlier attempt to start may have removed tabs from their watches.
        if is_renewed && Area::Session.get(forms::RESTORABLE).await?.is_undefined() {
            let kept = forms::keep_restorable(watches.iter().map(|(_, watch)| watch));
            kept.await.unwrap_or_else(|error| note(&error));
        }
        let settings = settings::load().await?;
        spawn(async move { history::prune(&settings).await });
        if forms::have_started().await.is_ok_and(|have_started| !have_started) {
            forms::start().await.unwrap_or_else(|error| note(&error));
        }
        let index = index::rebuild(&watches).await?;
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

    /// The user granted a permission. If it's access to sites, forms are watched from now on; otherwise it's only the
    /// consent to send data.
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

/// Stores that the browser's start isn't done yet. Returns how to handle the tabs' numbers.
async fn store_start(tabs: TabNumbers) -> Result<TabNumbers, Error> {
    let Err(error) = Area::Session.set(RUNNING, &wire::to_js(&tabs)?).await else { return Ok(tabs) };
    note(&error);
    // Every later worker will seem to be the browser's first, and mustn't remove the tabs each time. An old number does
    // no harm, because a tab is inspected before it's navigated.
    Ok(TabNumbers::Kept)
}

/// Clears an earlier version's alarms.
async fn clear_alarms() -> Result<(), Error> {
    for alarm in alarms::get_all().await?.into_iter().filter(|alarm| alarm.name != alarms::NEXT) {
        alarms::clear(&alarm.name).await?;
    }
    Ok(())
}
