//! Alarms: the only clock that outlives the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/alarms>

use rayback_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::settled;
use crate::concurrent::spawn;
use crate::error::Error;
use crate::wire;

/// An alarm that's set.
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

/// Sets the one alarm, replacing its previous time. The call is made before this returns; nothing waits for its result.
pub(crate) fn set_next(at: Timestamp) {
    let ordered = wire::to_js(&Info { when: at }).map(|info| js::create(NEXT, &info));
    spawn(async { settled("alarms.create", ordered?).await.map(drop) });
}

/// Clears an alarm, if it's set.
pub(crate) async fn clear(name: &str) -> Result<(), Error> {
    settled("alarms.clear", js::clear(name)).await?;
    Ok(())
}

/// Every alarm that's set.
pub(crate) async fn get_all() -> Result<Vec<Alarm>, Error> {
    wire::from_js("the list of alarms", &settled("alarms.getAll", js::get_all()).await?)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) fn create(name: &str, info: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) fn clear(name: &str) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"], js_name = getAll)]
        pub(super) fn get_all() -> Result<Promise, JsValue>;
    }
}
