//! Lets core count, and write numbers and lists, as the browser does. The extension and the website depend on it.

use std::rc::Rc;

use js_sys::Intl::{ListFormat, ListFormatOptions, ListFormatStyle, NumberFormat, PluralRules};
use js_sys::{Array, Object};
use rayback_core::words::{Formats, Language, PluralCategory};
use wasm_bindgen::JsValue;

/// A language's formats by the browser's `Intl`.
#[must_use]
pub fn formats(language: &Language) -> Formats {
    let locales = Array::of1(&language.locale().into());
    let rules = PluralRules::new(&locales, &Object::new());
    let number_format = NumberFormat::new(&locales, &Object::new()).format();
    let style = ListFormatOptions::new();
    style.set_style(ListFormatStyle::Narrow);
    let list_format = ListFormat::new(&locales, &style);
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let category = Rc::new(move |number| PluralCategory::named(&String::from(rules.select(number as f64))));
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let digits = Rc::new(move |number: u64| {
        let written = number_format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(number as f64));
        // It can't fail for a number.
        written.ok().and_then(|written| written.as_string()).unwrap_or_else(|| number.to_string())
    });
    let list = Rc::new(move |names: &[String]| {
        let names: Array = names.iter().map(JsValue::from).collect();
        String::from(list_format.format(&names))
    });
    Formats { category, digits, list }
}
