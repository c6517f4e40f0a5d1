//! Notifications.
//! <https://developer.chrome.com/docs/extensions/reference/api/notifications>

use rayback_core::view::NoticeView;
use serde::Serialize;

use super::settled;
use crate::error::Error;
use crate::wire;

const CREATE: &str = "notifications.create";

/// Shows a notification, replacing any of the same name. Leaves out its button if the browser refuses buttons, as
/// Firefox does.
pub(crate) async fn create(name: &str, view: &NoticeView) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Button<'a> {
        title: &'a str,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Options<'a> {
        r#type: &'static str,
        icon_url: &'static str,
        title: &'a str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        buttons: Option<[Button<'a>; 1]>,
    }
    let NoticeView { title, message, stop } = view;
    let buttons = stop.as_ref().map(|title| [Button { title }]);
    let mut options = Options { r#type: "basic", icon_url: "icons/128.png", title, message, buttons };
    let mut created = settled(CREATE, js::create(name, &wire::to_js(&options)?)).await;
    if created.is_err() && options.buttons.take().is_some() {
        created = settled(CREATE, js::create(name, &wire::to_js(&options)?)).await;
    }
    created.map(drop)
}

/// Removes a notification, if it's shown.
pub(crate) async fn clear(name: &str) -> Result<(), Error> {
    settled("notifications.clear", js::clear(name)).await?;
    Ok(())
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
        pub(super) fn create(name: &str, options: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
        pub(super) fn clear(name: &str) -> Result<Promise, JsValue>;
    }
}
