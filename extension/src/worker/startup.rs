//! The start of the worker, of the browser, and of a new version.

use std::collections::BTreeMap;

use rayback_core::watch::{Event, TabNumbers};
use wasm_bindgen_futures::spawn_local;

use crate::browser::storage::Area;
use crate::browser::{alarms, scripting, tabs};
use crate::error::{Error, note};
use crate::store::forms::Forms;
use crate::store::{Key, forms, watches};
use crate::wire;

use super::{Worker, menu, registration, report};

/// In session storage as long as the browser runs; updating the extension removes it too.
const RUNNING: &str = "running";

impl Worker {
    /// Brings everything in order for a worker's first event, whose name is given.
    ///
    /// Firefox keeps no alarms over a restart and Chrome doesn't promise to, so alarms are set again from the watches. An
    /// error costs the order, not the event.
    pub(super) async fn begin(&'static self, first: &str) {
        let is_running = Area::Session.get(RUNNING).await.is_ok_and(|running| !running.is_undefined());
        if is_running && first == "message" {
            // Only the worker is new. The message's answer is awaited, so its turn comes first.
            spawn_local(async { self.begin_with(TabNumbers::Kept).await.unwrap_or_else(|error| note(&error)) });
            return;
        }
        let tabs = if is_running || first == "installed" { TabNumbers::Kept } else { TabNumbers::Renewed };
        self.begin_with(tabs).await.unwrap_or_else(|error| note(&error));
    }

    async fn begin_with(&'static self, tabs: TabNumbers) -> Result<(), Error> {
        let _turn = self.turns.lock().await;
        let watches = watches::all().await?;
        if tabs == TabNumbers::Renewed {
            forms::keep_restorable(watches.iter().map(|(_, watch)| watch)).await?;
        }
        Area::Session.set(RUNNING, &true.into()).await?;
        for (key, watch) in watches {
            if let Err(error) = self.step_from(&key, watch, Event::Started { tabs }).await {
                note(&error);
            }
        }
        reconcile_alarms().await?;
        registration::reconcile().await
    }

    /// The extension was installed or updated.
    pub(super) async fn installed(&'static self, details: wasm_bindgen::JsValue) -> Result<(), Error> {
        #[derive(serde::Deserialize)]
        struct Details {
            reason: String,
        }
        let details: Details = wire::from_js("the reason of the installation", details)?;
        if details.reason == "install" || Forms::load().await?.since.is_none() {
            forms::start().await?;
        }
        menu::create().await.unwrap_or_else(|error| note(&error)); // Firefox for Android has no such menus
        self.report_open_tabs().await
    }

    /// The user granted access to web pages.
    pub(super) async fn permitted(&'static self) -> Result<(), Error> {
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

/// Sets one alarm for each watch that needs one, and clears all others.
async fn reconcile_alarms() -> Result<(), Error> {
    let set: BTreeMap<String, f64> =
        alarms::get_all().await?.into_iter().map(|alarm| (alarm.name, alarm.scheduled_time)).collect();
    let mut wanted = BTreeMap::new();
    for (key, watch) in watches::all().await? {
        if let Some(at) = watch.alarm_at() {
            wanted.insert(key.as_str().to_owned(), at);
        }
    }
    for name in set.keys().filter(|name| Key::parse(name).is_some() && !wanted.contains_key(*name)) {
        alarms::clear(name).await?;
    }
    for (name, at) in wanted {
        if !set.contains_key(&name) {
            alarms::create(&name, at).await?;
        }
    }
    Ok(())
}
