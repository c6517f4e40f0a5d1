//! The browser's language.
//! <https://developer.chrome.com/docs/extensions/reference/api/i18n>

use std::rc::Rc;

use js_sys::{Array, Intl, Object};
use rayback_core::words::{Language, PluralCategory, PluralRule};

/// The tags of the browser's own language, the one that it chooses `_locales` by.
pub(crate) fn languages() -> [String; 1] {
    [js::get_ui_language()]
}

/// The browser's plural rule of a language.
pub(crate) fn plural_rule(language: &Language) -> PluralRule {
    let rules = Intl::PluralRules::new(&Array::of1(&language.tag.into()), &Object::new());
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    Rc::new(move |number| PluralCategory::named(&String::from(rules.select(number as f64))))
}

mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage)]
        pub(super) fn get_ui_language() -> String;
    }
}
