//! The start of the worker, of the browser, and of a new version.

use std::collections::BTreeMap;

use rayback_core::time::Timestamp;
use rayback_core::watch::{Event, TabNumbers};

use crate::browser::storage::Area;
use crate::browser::{alarms, clock, scripting, tabs};
use crate::error::{Error, note};
use crate::wire;

use super::{Worker, hosts, menu};
use crate::stored::Key;
use crate::stored::watches;

/// In session storage for as long as the browser runs; an update of the extension takes it away too.
const RUNNING: &str = "running";

/// In local storage: since when the answers to POST are marked.
const MARKED_SINCE: &str = "markedSince";

impl Worker {
    /// What has to be set right before a worker's first event, whose name is given.
    ///
    /// Firefox keeps no alarms over a restart and Chrome does not promise to, so alarms are set anew from the watches.
    pub(super) async fn begin(&'static self, first: &str) -> Result<(), Error> {
        let _turn = self.turns.lock().await;
        let tabs = if Area::Session.get(RUNNING).await?.is_undefined() && first != "installed" {
            TabNumbers::Renewed
        } else {
            TabNumbers::Kept
        };
        Area::Session.set(RUNNING, &true.into()).await?;

        for (key, watch) in watches::all().await? {
            if let Err(error) = self.step_from(&key, watch, Event::Started { tabs }).await {
                note(&error);
            }
        }
        reconcile_alarms().await?;
        hosts::reconcile().await
    }

    /// The extension was installed or updated.
    pub(super) async fn installed(&'static self, details: wasm_bindgen::JsValue) -> Result<(), Error> {
        #[derive(serde::Deserialize)]
        struct Details {
            reason: String,
        }
        let details: Details = wire::from_js("the reason of the installation", details)?;
        if details.reason == "install" {
            answers_are_marked_from_now().await?;
        }
        menu::create().await.unwrap_or_else(|error| note(&error)); // Firefox for Android has no such menus
        self.look_at_open_tabs().await
    }

    /// The person gave access to web pages.
    pub(super) async fn permitted(&'static self) -> Result<(), Error> {
        answers_are_marked_from_now().await?;
        self.look_at_open_tabs().await
    }

    /// Puts the gate into tabs that were open before; Chrome does not do so by itself, and the scripts of an older
    /// version are cut off.
    async fn look_at_open_tabs(&'static self) -> Result<(), Error> {
        for tab in tabs::web_pages().await?.into_iter().filter(|tab| !tab.discarded).filter_map(|tab| tab.id) {
            // It fails where no extension may run a script, as in the browsers' own shops.
            let _refused = scripting::execute(tab, &["content/testimony.js", "content/gate.js"]).await;
        }
        Ok(())
    }
}

/// Documents that are older than this tell nothing by bearing no mark.
async fn answers_are_marked_from_now() -> Result<(), Error> {
    Area::Local.set(MARKED_SINCE, &wire::to_stored(&clock::now())?).await
}

/// Since when the answers to POST are marked; `None` if that is not known.
pub(super) async fn answers_are_marked_since() -> Option<Timestamp> {
    let stored = Area::Local.get(MARKED_SINCE).await.ok()?;
    wire::from_stored(MARKED_SINCE, &stored).ok()
}

/// One alarm for each watch that needs one, at the moment it says, and no other.
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
