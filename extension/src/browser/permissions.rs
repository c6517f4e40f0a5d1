//! Access to web pages, which the user may withhold, and their consent to data that leaves Firefox.
//! <https://developer.chrome.com/docs/extensions/reference/api/permissions>
//! <https://extensionworkshop.com/documentation/develop/firefox-builtin-data-consent/>

use rayback_core::url::Origin;
use rayback_core::view::Access;
use serde::{Deserialize, Serialize};

use super::settled;
use crate::error::Error;
use crate::wire;

/// Permissions to ask for at once. Chromium doesn't know `data_collection`, so it's left out unless it's needed.
#[derive(Default, Serialize)]
struct Permissions<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    origins: &'a [&'a str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    data_collection: &'a [&'a str],
}

/// The consent to send a site's name or address elsewhere.
const BROWSING: &str = "browsingActivity";

/// The same as in the manifest.
const WEB: Permissions<'_> = Permissions { origins: &["http://*/*", "https://*/*"], data_collection: &[] };

/// Whether the extension may access web pages.
pub(crate) async fn access() -> Result<Access, Error> {
    let answer = settled("permissions.contains", js::contains(&wire::to_js(&WEB)?)).await?;
    Ok(if answer.is_truthy() { Access::Granted } else { Access::Withheld })
}

/// Asks the user for access to web pages; possible only within a click. Returns whether it was granted.
pub(crate) async fn request() -> Result<bool, Error> {
    ask(&WEB).await
}

async fn ask(permissions: &Permissions<'_>) -> Result<bool, Error> {
    let answer = settled("permissions.request", js::request(&wire::to_js(permissions)?)).await?;
    Ok(answer.is_truthy())
}

/// Whether this browser asks its users for consent before data leaves it; true if that can't be found out.
pub(crate) async fn wants_consent() -> bool {
    !matches!(consents().await, Ok(None))
}

/// Whether a site's name or address may be sent elsewhere. If the browser asks for consent, the user may withdraw it.
pub(crate) async fn may_send() -> Result<bool, Error> {
    Ok(consents().await?.is_none_or(|given| given.iter().any(|consent| consent == BROWSING)))
}

/// What the user consents to; `None` if this browser doesn't ask.
async fn consents() -> Result<Option<Vec<String>>, Error> {
    #[derive(Deserialize)]
    struct Granted {
        #[serde(default)]
        data_collection: Option<Vec<String>>,
    }
    let granted = settled("permissions.getAll", js::get_all()).await?;
    let Granted { data_collection } = wire::from_js("the granted permissions", &granted)?;
    Ok(data_collection)
}

/// Asks the user for consent to send a site's name or address elsewhere, unless they gave it before; possible only within
/// a click. Returns whether they consent.
pub(crate) async fn request_consent() -> Result<bool, Error> {
    ask(&Permissions { data_collection: &[BROWSING], ..Permissions::default() }).await
}

/// Asks the user for access to one host, unless it's granted; possible only within a click. Returns whether it's granted.
pub(crate) async fn request_host(origin: &Origin) -> Result<bool, Error> {
    ask(&Permissions { origins: &[&pattern(origin)], ..Permissions::default() }).await
}

/// Asks for a host and for consent at once, because a click allows only one request. Returns whether the user agrees to
/// both.
pub(crate) async fn request_host_and_consent(origin: &Origin) -> Result<bool, Error> {
    ask(&Permissions { origins: &[&pattern(origin)], data_collection: &[BROWSING] }).await
}

/// The match pattern of an origin. It covers every port, because Firefox's patterns can't name one.
pub(crate) fn pattern(origin: &Origin) -> String {
    let (scheme, _) = origin.as_str().split_once(':').unwrap_or_default();
    format!("{scheme}://{}/*", origin.host())
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
