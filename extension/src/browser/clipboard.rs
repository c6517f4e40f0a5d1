//! The clipboard, for the extension's own pages.
//! <https://developer.mozilla.org/docs/Web/API/Clipboard/writeText>

use crate::error::Error;

/// Writes text to the clipboard.
///
/// # Errors
///
/// If the browser refuses, as it does without a user's click.
pub(crate) async fn write(text: &str) -> Result<(), Error> {
    js::write_text(text).await.map_err(Error::browser("clipboard.writeText"))
}

mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
        pub(super) async fn write_text(text: &str) -> Result<(), JsValue>;
    }
}
