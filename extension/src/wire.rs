//! Conversion of values between Rust and the browser.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::error::Error;

/// A value for the browser.
///
/// Objects, not `Map`s, and numbers, not `BigInt`s: Chrome sends messages as JSON, which would lose either.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, Error> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|cause| Error::Decode { what: "a value for the browser".to_owned(), cause: cause.to_string() })
}

/// A value from the browser; `what` names it in the error.
pub(crate) fn from_js<T: DeserializeOwned>(what: &str, value: JsValue) -> Result<T, Error> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|cause| Error::Decode { what: what.to_owned(), cause: cause.to_string() })
}

/// A value for storage.
///
/// Goes through JSON text, because stored maps may have numbers as keys, which the serializer above refuses.
pub(crate) fn to_stored<T: Serialize>(value: &T) -> Result<JsValue, Error> {
    let text = serde_json::to_string(value)
        .map_err(|cause| Error::Decode { what: "a value for storage".to_owned(), cause: cause.to_string() })?;
    js_sys::JSON::parse(&text).map_err(Error::browser("JSON.parse"))
}

/// A value from storage; `what` names it in the error. A key that isn't stored is an error, too.
pub(crate) fn from_stored<T: DeserializeOwned>(what: &str, value: &JsValue) -> Result<T, Error> {
    // JSON has no text for `undefined`, so `stringify` returns it unchanged, whatever its type says.
    let text: JsValue = js_sys::JSON::stringify(value).map_err(Error::browser("JSON.stringify"))?.into();
    let absent = || Error::Decode { what: what.to_owned(), cause: "nothing is stored".to_owned() };
    let text = text.as_string().ok_or_else(absent)?;
    serde_json::from_str(&text).map_err(|cause| Error::Decode { what: what.to_owned(), cause: cause.to_string() })
}
