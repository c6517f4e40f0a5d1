//! Moments and waits, as the browser writes them.

use core::time::Duration;

use js_sys::{Array, Date, Intl, Object, Reflect};
use rayback_core::time::Timestamp;
use rayback_core::view::Phrase;
use wasm_bindgen::JsValue;

/// A phrase with its moment put in.
pub(crate) fn say(phrase: &Phrase) -> String {
    match phrase.at {
        Some(at) => phrase.text.replace("{time}", &clock(at)),
        None => phrase.text.clone(),
    }
}

/// "14:40", in the browser's language.
fn clock(at: Timestamp) -> String {
    let options = Object::new();
    // It fails for frozen objects only.
    let _set = Reflect::set(&options, &"timeStyle".into(), &"short".into());
    let format = Intl::DateTimeFormat::new(&Array::new(), &options).format();
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "exact for hundreds of thousands of years")]
    let date = Date::new(&JsValue::from_f64(at.unix_millis() as f64));
    format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string()).unwrap_or_else(|| at.to_string())
}

/// "4:32" or "1:04:32".
pub(crate) fn countdown(left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
