//! The menus of the toolbar button and of pages.

use rayback_core::watch::{Choice, Event};
use rayback_core::words::keys;
use serde::Deserialize;
use wasm_bindgen::JsValue;

use crate::browser::context_menus;
use crate::browser::tabs::Tab;
use crate::error::Error;
use crate::wire;

use super::Worker;
use super::receive::open_own;
use crate::resource;
use crate::store::{settings, watches};

const CHECK: &str = "check";
const STOP: &str = "stop";

/// Creates the menu, replacing an earlier version's.
pub(super) async fn create() -> Result<(), Error> {
    context_menus::remove_all().await?;
    let words = resource::words(resource::SHOWN, &settings::load().await?).await;
    context_menus::create(CHECK, words.get(keys::menu::LOOK), &["action", "page"])?;
    context_menus::create(STOP, words.get(keys::menu::STOP), &["action"])
}

impl Worker {
    /// Handles a click on an entry.
    pub(super) async fn menu_clicked(&'static self, entry: JsValue, tab: JsValue) -> Result<(), Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Entry {
            menu_item_id: String,
        }
        let entry: Entry = wire::from_js("a menu entry", &entry)?;
        let tab: Tab = wire::from_js("a tab", &tab)?;
        let Some(id) = tab.id else { return Ok(()) };
        match entry.menu_item_id.as_str() {
            CHECK => open_own(&tab, &format!("page-check.html?tab={}", id.0)).await,
            STOP => match watches::key_of_tab(&tab).await? {
                Some(key) => {
                    self.turn(&key, Event::Pressed(Choice::Stop)).await;
                    Ok(())
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}
