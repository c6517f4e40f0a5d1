//! Lets core count as the browser does. The extension and the website depend on it.

use std::rc::Rc;

use js_sys::{Array, Intl, Object};
use rayback_core::words::{Counting, Language, PluralCategory};
use wasm_bindgen::JsValue;

/// A language's counting by the browser's `Intl`.
#[must_use]
pub fn counting(language: &Language) -> Counting {
    let locales = Array::of1(&language.tag.into());
    let rules = Intl::PluralRules::new(&locales, &Object::new());
    let format = Intl::NumberFormat::new(&locales, &Object::new()).format();
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let category = Rc::new(move |number| PluralCategory::named(&String::from(rules.select(number as f64))));
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let digits = Rc::new(move |number: u64| {
        let written = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(number as f64));
        // It can't fail for a number.
        written.ok().and_then(|written| written.as_string()).unwrap_or_else(|| number.to_string())
    });
    Counting { category, digits }
}
