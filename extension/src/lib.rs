//! The browser extension: carries out the decisions of [`rayback_core`] in Chrome and Firefox.
//!
//! JavaScript sees three functions: [`dispatch`] handles the browser's events in the background, [`mount`] draws one of
//! the extension's own pages, and the start routine logs panics.

mod browser;
mod concurrent;
mod error;
mod message;
mod page;
mod resource;
mod store;
mod ui;
mod wire;
mod worker;

use wasm_bindgen::prelude::*;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Handles one of the browser's events: the listener's name and its arguments. Resolves to the answer to a message;
/// `undefined` if there's none.
#[wasm_bindgen]
pub async fn dispatch(name: String, details: js_sys::Array) -> JsValue {
    worker::dispatch(&name, &details).await
}

/// Draws one of the extension's own pages, by the name of its body's `id`.
#[wasm_bindgen]
pub fn mount(page: &str) {
    page::mount(page);
}
