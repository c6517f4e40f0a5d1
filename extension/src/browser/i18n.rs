//! The browser's language.
//! <https://developer.chrome.com/docs/extensions/reference/api/i18n>

/// The tag of the browser's own language, by which it also chooses from `_locales`.
pub(crate) fn languages() -> [String; 1] {
    [js::get_ui_language()]
}

mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage)]
        pub(super) fn get_ui_language() -> String;
    }
}
