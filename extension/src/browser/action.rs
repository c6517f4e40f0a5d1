//! The toolbar button.
//! <https://developer.chrome.com/docs/extensions/reference/api/action>

use rayback_core::watch::TabId;
use serde::Serialize;

use super::settled;
use crate::error::Error;
use crate::wire;

/// Sets the badge text of one tab's button. Browsers remove it automatically when the tab navigates.
pub(crate) async fn set_badge_text(tab: TabId, text: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Details<'a> {
        tab_id: TabId,
        text: &'a str,
    }
    let details = wire::to_js(&Details { tab_id: tab, text })?;
    settled("action.setBadgeText", js::set_badge_text(&details)).await.map(drop)
}

/// Sets the badge colour of one tab's button, a CSS colour.
pub(crate) async fn set_badge_colour(tab: TabId, colour: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Details<'a> {
        tab_id: TabId,
        color: &'a str,
    }
    let details = wire::to_js(&Details { tab_id: tab, color: colour })?;
    settled("action.setBadgeBackgroundColor", js::set_badge_background_color(&details)).await.map(drop)
}

/// Sets the text shown when the pointer rests on one tab's button.
pub(crate) async fn set_title(tab: TabId, title: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Details<'a> {
        tab_id: TabId,
        title: &'a str,
    }
    settled("action.setTitle", js::set_title(&wire::to_js(&Details { tab_id: tab, title })?)).await.map(drop)
}

/// Opens a file of the extension as the popup of one tab's button.
pub(crate) async fn open_as_popup(tab: TabId, window: i32, file: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Window {
        window_id: i32,
    }
    set_popup(tab, file).await?;
    let window = wire::to_js(&Window { window_id: window })?;
    let opened = settled("action.openPopup", js::open_popup(&window)).await;
    set_popup(tab, POPUP).await?;
    opened.map(drop)
}

/// The popup that the manifest names.
const POPUP: &str = "popup.html";

async fn set_popup(tab: TabId, file: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Details<'a> {
        tab_id: TabId,
        popup: &'a str,
    }
    let details = wire::to_js(&Details { tab_id: tab, popup: file })?;
    settled("action.setPopup", js::set_popup(&details)).await.map(drop)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setBadgeText)]
        pub(super) fn set_badge_text(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setBadgeBackgroundColor)]
        pub(super) fn set_badge_background_color(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setTitle)]
        pub(super) fn set_title(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setPopup)]
        pub(super) fn set_popup(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = openPopup)]
        pub(super) fn open_popup(options: &JsValue) -> Result<Promise, JsValue>;
    }
}
