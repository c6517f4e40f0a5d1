//! Access to web pages, which the user may withhold, and their consent to data that leaves Firefox.
//! <https://developer.chrome.com/docs/extensions/reference/api/permissions>
//! <https://extensionworkshop.com/documentation/develop/firefox-builtin-data-consent/>

use rayback_core::url::Origin;
use serde::{Deserialize, Serialize};

use super::settled;
use crate::error::Error;
use crate::wire;

#[derive(Serialize)]
struct Origins<'a> {
    origins: &'a [&'a str],
}

/// The same as in the manifest.
const WEB: Origins<'_> = Origins { origins: &["http://*/*", "https://*/*"] };

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

/// Whether this browser wants its users' consent to data that leaves it.
pub(crate) async fn wants_consent() -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Granted {
        #[serde(default)]
        data_collection: Option<Vec<String>>,
    }
    let granted = settled("permissions.getAll", js::get_all()).await?;
    let Granted { data_collection } = wire::from_js("the granted permissions", &granted)?;
    Ok(data_collection.is_some())
}

/// Asks the user for consent to pass on a site's name or address; possible only within a click. Returns whether it was given,
/// now or before.
pub(crate) async fn request_consent() -> Result<bool, Error> {
    #[derive(Serialize)]
    struct Data {
        data_collection: [&'static str; 1],
    }
    let names = Data { data_collection: ["browsingActivity"] };
    let answer = settled("permissions.request", js::request(&wire::to_js(&names)?)).await?;
    Ok(answer.is_truthy())
}

/// Asks the user for access to one host, unless it's granted; possible only within a click. Returns whether it's granted.
pub(crate) async fn request_host(origin: &Origin) -> Result<bool, Error> {
    let (scheme, _) = origin.as_str().split_once(':').unwrap_or_default();
    let pattern = format!("{scheme}://{}/*", origin.host()); // patterns have no port
    let origins = wire::to_js(&Origins { origins: &[&pattern] })?;
    Ok(settled("permissions.request", js::request(&origins)).await?.is_truthy())
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
        #[wasm_bindgen(catch, js_namespace = ["chrome", "permissions"], js_name = getAll)]
        pub(super) fn get_all() -> Result<Promise, JsValue>;
    }
}
