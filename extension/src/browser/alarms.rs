//! Alarms: the only clock that outlives the worker.
//! <https://developer.chrome.com/docs/extensions/reference/api/alarms>

use rayback_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::wire;

/// An alarm that is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alarm {
    /// Its name, which is also the key of its watch.
    pub(crate) name: String,
    /// When it rings, in Unix milliseconds; fractions occur.
    pub(crate) scheduled_time: f64,
}

#[derive(Serialize)]
struct Info {
    when: Timestamp,
}

/// Sets an alarm, in place of one of the same name.
pub(crate) async fn create(name: &str, at: Timestamp) -> Result<(), Error> {
    let info = wire::to_js(&Info { when: at })?;
    js::create(name, &info).await.map_err(Error::browser("alarms.create"))
}

/// Clears an alarm, if it is set.
pub(crate) async fn clear(name: &str) -> Result<(), Error> {
    js::clear(name).await.map_err(Error::browser("alarms.clear"))?;
    Ok(())
}

/// Every alarm that is set.
pub(crate) async fn get_all() -> Result<Vec<Alarm>, Error> {
    wire::from_js("the list of alarms", js::get_all().await.map_err(Error::browser("alarms.getAll"))?)
}

mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) async fn create(name: &str, info: &JsValue) -> Result<(), JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) async fn clear(name: &str) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"], js_name = getAll)]
        pub(super) async fn get_all() -> Result<JsValue, JsValue>;
    }
}
