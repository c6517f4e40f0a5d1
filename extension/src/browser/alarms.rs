//! Alarms: the only clock that outlives the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/alarms>

use rayback_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::error::{Error, note};
use crate::wire;

/// An alarm that is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alarm {
    /// Its name.
    pub(crate) name: String,
}

/// The one alarm, for the watch that's due first: Chromium allows 500, and a hostile site can make more watches than that.
pub(crate) const NEXT: &str = "next";

#[derive(Serialize)]
struct Info {
    when: Timestamp,
}

/// Sets the one alarm, in place of what it was set to. The browser has the order when this returns; nothing waits for it.
pub(crate) fn set_next(at: Timestamp) {
    let ordered = wire::to_js(&Info { when: at })
        .and_then(|info| js::create(NEXT, &info).map_err(Error::browser("alarms.create")));
    match ordered {
        Ok(promise) => spawn_local(async move {
            let done = JsFuture::from(promise).await.map_err(Error::browser("alarms.create"));
            done.map_or_else(|error| note(&error), drop);
        }),
        Err(error) => note(&error),
    }
}

/// Clears an alarm, if it is set.
pub(crate) async fn clear(name: &str) -> Result<(), Error> {
    js::clear(name).await.map_err(Error::browser("alarms.clear"))?;
    Ok(())
}

/// Every alarm that is set.
pub(crate) async fn get_all() -> Result<Vec<Alarm>, Error> {
    wire::from_js("the list of alarms", &js::get_all().await.map_err(Error::browser("alarms.getAll"))?)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) fn create(name: &str, info: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) async fn clear(name: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"], js_name = getAll)]
        pub(super) async fn get_all() -> Result<JsValue, JsValue>;
    }
}
