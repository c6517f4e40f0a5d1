//! Tabs.
//! <https://developer.chrome.com/docs/extensions/reference/api/tabs>

use rayback_core::watch::TabId;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::settled;
use crate::error::Error;
use crate::wire;

/// One tab.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tab {
    /// Its number; absent in developer tools windows.
    #[serde(default)]
    pub(crate) id: Option<TabId>,
    /// Its window.
    pub(crate) window_id: i32,
    /// The address that it shows; absent without permission for the host.
    #[serde(default)]
    pub(crate) url: Option<String>,
    /// Whether the browser has unloaded it.
    #[serde(default)]
    pub(crate) discarded: bool,
    /// "loading" or "complete"; some browsers have more.
    #[serde(default)]
    status: String,
    /// Whether it's in a private window.
    pub(crate) incognito: bool,
    /// Its container (Firefox); shown only to extensions that may read cookies, which this one may not.
    #[serde(default)]
    pub(crate) cookie_store_id: Option<String>,
}

impl Tab {
    /// Whether a navigation is under way; until it arrives, the tab shows the old document.
    pub(crate) fn is_loading(&self) -> bool {
        self.status == "loading"
    }
}

/// One tab; an error once it's closed.
pub(crate) async fn get(tab: TabId) -> Result<Tab, Error> {
    wire::from_js("a tab", &settled("tabs.get", js::get(tab.0)).await?)
}

/// Every open tab that shows a web page.
pub(crate) async fn web_pages() -> Result<Vec<Tab>, Error> {
    #[derive(Serialize)]
    struct Query {
        url: [&'static str; 2],
    }
    let query = wire::to_js(&Query { url: ["http://*/*", "https://*/*"] })?;
    wire::from_js("the list of tabs", &settled("tabs.query", js::query(&query)).await?)
}

/// The tab in front in this page's window; `None` if it has no number.
pub(crate) async fn in_front() -> Result<Option<TabId>, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Query {
        active: bool,
        current_window: bool,
    }
    let query = wire::to_js(&Query { active: true, current_window: true })?;
    let tabs = settled("tabs.query", js::query(&query)).await?;
    let tabs: Vec<Tab> = wire::from_js("the list of tabs", &tabs)?;
    Ok(tabs.into_iter().find_map(|tab| tab.id))
}

/// Navigates a tab by GET.
pub(crate) async fn navigate(tab: TabId, url: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Update<'a> {
        url: &'a str,
    }
    update(tab, &Update { url }).await
}

/// Opens a tab in the window in front.
pub(crate) async fn open(url: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Properties<'a> {
        url: &'a str,
    }
    settled("tabs.create", js::create(&wire::to_js(&Properties { url })?)).await?;
    Ok(())
}

/// Opens a tab in a window.
pub(crate) async fn create(url: &str, window: i32) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Properties<'a> {
        url: &'a str,
        window_id: i32,
    }
    settled("tabs.create", js::create(&wire::to_js(&Properties { url, window_id: window })?)).await?;
    Ok(())
}

/// Brings a tab into view within its window.
pub(crate) async fn activate(tab: TabId) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Update {
        active: bool,
    }
    update(tab, &Update { active: true }).await
}

async fn update<T: Serialize>(tab: TabId, properties: &T) -> Result<(), Error> {
    settled("tabs.update", js::update(tab.0, &wire::to_js(properties)?)).await?;
    Ok(())
}

/// Sends a message to the scripts of a tab's top document, and returns their answer; an error if none of them listens.
/// A page may never answer.
pub(crate) async fn send_message(tab: TabId, message: &JsValue) -> Result<JsValue, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Options {
        frame_id: i32,
    }
    let options = wire::to_js(&Options { frame_id: 0 })?;
    settled("tabs.sendMessage", js::send_message(tab.0, message, &options)).await
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn get(tab: i32) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn create(properties: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn query(query: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn update(tab: i32, properties: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"], js_name = sendMessage)]
        pub(super) fn send_message(tab: i32, message: &JsValue, options: &JsValue) -> Result<Promise, JsValue>;
    }
}
