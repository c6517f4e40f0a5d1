//! The background worker's module. JavaScript sees [`dispatch`], which handles the browser's events.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

/// Handles one of the browser's events: the listener's name and its arguments. Resolves to the answer to a message;
/// `undefined` if there's none.
#[wasm_bindgen]
pub fn dispatch(name: String, details: Array) -> Promise {
    rayback_extension::dispatch(name, details)
}

fn main() {
    console_error_panic_hook::set_once();
}
