//! The extension itself.
//! <https://developer.chrome.com/docs/extensions/reference/api/runtime>

use serde::Serialize;
use wasm_bindgen::JsValue;

use super::settled;
use crate::error::Error;
use crate::wire;

/// The address of one of the extension's own files.
pub(crate) fn url(path: &str) -> String {
    js::get_url(path)
}

/// Whether the browser is based on Chromium.
pub(crate) fn is_chromium() -> bool {
    url("").starts_with("chrome-extension:")
}

/// Sends a message to the worker.
pub(crate) async fn send_message<T: Serialize>(message: &T) -> Result<(), Error> {
    request(message).await.map(drop)
}

/// Sends a message to the worker and returns its answer.
pub(crate) async fn request<T: Serialize>(message: &T) -> Result<JsValue, Error> {
    settled("runtime.sendMessage", js::send_message(&wire::to_js(message)?)).await
}

/// Opens the settings.
pub(crate) async fn open_options_page() -> Result<(), Error> {
    settled("runtime.openOptionsPage", js::open_options_page()).await.map(drop)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL)]
        pub(super) fn get_url(path: &str) -> String;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = sendMessage)]
        pub(super) fn send_message(message: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = openOptionsPage)]
        pub(super) fn open_options_page() -> Result<Promise, JsValue>;
    }
}
