//! Notifications.
//! <https://developer.chrome.com/docs/extensions/reference/api/notifications>

use serde::Serialize;

use crate::error::Error;
use crate::wire;

/// Shows a notification, in place of one of the same name. It has no buttons, because Firefox refuses them.
pub(crate) async fn create(name: &str, title: &str, message: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Options<'a> {
        r#type: &'static str,
        icon_url: &'static str,
        title: &'a str,
        message: &'a str,
    }
    let options = wire::to_js(&Options { r#type: "basic", icon_url: "icons/128.png", title, message })?;
    js::create(name, &options).await.map_err(Error::browser("notifications.create"))?;
    Ok(())
}

/// Removes a notification, if it is shown.
pub(crate) async fn clear(name: &str) -> Result<(), Error> {
    js::clear(name).await.map_err(Error::browser("notifications.clear"))?;
    Ok(())
}

mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
        pub(super) async fn create(name: &str, options: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
        pub(super) async fn clear(name: &str) -> Result<JsValue, JsValue>;
    }
}
