//! Windows.
//! <https://developer.chrome.com/docs/extensions/reference/api/windows>

use serde::Serialize;

use super::settled;
use crate::error::Error;
use crate::wire;

/// Brings a window to the front.
pub(crate) async fn focus(window: i32) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Update {
        focused: bool,
    }
    settled("windows.update", js::update(window, &wire::to_js(&Update { focused: true })?)).await?;
    Ok(())
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "windows"])]
        pub(super) fn update(window: i32, properties: &JsValue) -> Result<Promise, JsValue>;
    }
}
