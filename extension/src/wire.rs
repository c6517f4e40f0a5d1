//! Conversion of values between Rust and the browser: as JSON, in storage and messages alike, so that each type has one
//! reader and one writer in the module.

use rayback_core::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::error::{Error, note};

/// A value for the browser or for storage.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, Error> {
    js_sys::JSON::parse(&json::to_string(value)).map_err(Error::browser("JSON.parse"))
}

/// A value from the browser or from storage; `what` names it in the error. `undefined` is an error, too.
pub(crate) fn from_js<T: DeserializeOwned>(what: &str, value: &JsValue) -> Result<T, Error> {
    text(value)
        .and_then(|text| json::from_str(&text).map_err(|cause| cause.to_string()))
        .map_err(|cause| Error::Decode { what: what.to_owned(), cause })
}

/// A stored value; `None` if there's none. One that can't be read is noted and counts as none; that may happen after an
/// update.
pub(crate) fn stored<T: DeserializeOwned>(key: &str, value: &JsValue) -> Option<T> {
    if value.is_undefined() {
        return None;
    }
    from_js(key, value).map_err(|error| note(&error)).ok()
}

/// A value as JSON; an error if it can't be written as JSON, such as `undefined`.
pub(crate) fn text(value: &JsValue) -> Result<String, String> {
    // JSON has no text for `undefined`, so `stringify` returns it unchanged, whatever its type says.
    let text: Option<JsValue> = js_sys::JSON::stringify(value).ok().map(Into::into);
    text.and_then(|text| text.as_string()).ok_or_else(|| "it isn't JSON".to_owned())
}
