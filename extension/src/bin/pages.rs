//! The module of the extension's own pages. JavaScript sees [`mount`], which draws one.

use wasm_bindgen::prelude::*;

/// Draws one of the extension's own pages, named by its body's `id`.
#[wasm_bindgen]
pub fn mount(page: &str) {
    rayback_extension::mount(page);
}

fn main() {
    console_error_panic_hook::set_once();
}
