//! Access to web pages, which the user may withhold.
//! <https://developer.chrome.com/docs/extensions/reference/api/permissions>

use serde::Serialize;

use super::settled;
use crate::error::Error;
use crate::wire;

#[derive(Serialize)]
struct Origins {
    origins: [&'static str; 2],
}

/// The same as in the manifest.
const WEB: Origins = Origins { origins: ["http://*/*", "https://*/*"] };

/// Whether web pages may be accessed.
pub(crate) async fn contains() -> Result<bool, Error> {
    let answer = settled("permissions.contains", js::contains(&wire::to_js(&WEB)?)).await?;
    Ok(answer.is_truthy())
}

/// Asks the user for access to web pages; possible only within a click. Returns whether it was granted.
pub(crate) async fn request() -> Result<bool, Error> {
    let answer = settled("permissions.request", js::request(&wire::to_js(&WEB)?)).await?;
    Ok(answer.is_truthy())
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "permissions"])]
        pub(super) fn contains(permissions: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "permissions"])]
        pub(super) fn request(permissions: &JsValue) -> Result<Promise, JsValue>;
    }
}
