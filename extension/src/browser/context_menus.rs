//! Entries in the menu of the toolbar button and of pages.
//! <https://developer.chrome.com/docs/extensions/reference/api/contextMenus>

use serde::Serialize;

use super::settled;
use crate::error::Error;
use crate::wire;

/// Adds an entry.
pub(crate) fn create(id: &str, title: &str, contexts: &[&str]) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Properties<'a> {
        id: &'a str,
        title: &'a str,
        contexts: &'a [&'a str],
    }
    let properties = wire::to_js(&Properties { id, title, contexts })?;
    js::create(&properties).map_err(Error::browser("contextMenus.create"))?;
    Ok(())
}

/// Removes every entry.
pub(crate) async fn remove_all() -> Result<(), Error> {
    settled("contextMenus.removeAll", js::remove_all()).await.map(drop)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "contextMenus"])]
        pub(super) fn create(properties: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "contextMenus"], js_name = removeAll)]
        pub(super) fn remove_all() -> Result<Promise, JsValue>;
    }
}
