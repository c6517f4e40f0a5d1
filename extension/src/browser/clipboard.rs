//! The clipboard, for the extension's own pages.
//! <https://developer.mozilla.org/docs/Web/API/Clipboard/writeText>

use super::settled;
use crate::error::Error;

/// Writes text to the clipboard.
///
/// # Errors
///
/// If the browser refuses, as it does without a user's click.
pub(crate) async fn write(text: &str) -> Result<(), Error> {
    settled("clipboard.writeText", js::write_text(text)).await.map(drop)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
        pub(super) fn write_text(text: &str) -> Result<Promise, JsValue>;
    }
}
