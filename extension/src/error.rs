//! Errors between Rust and the browser.

use wasm_bindgen::{JsCast as _, JsValue};

/// A call that the browser refused, or a value that can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A call to the browser failed.
    #[error("{call} failed: {cause}")]
    Browser {
        /// The call, such as `tabs.update`.
        call: &'static str,
        /// The browser's message.
        cause: String,
    },
    /// The user has turned an outside service off.
    #[error("this service is turned off in the settings")]
    TurnedOff,
    /// The user hasn't consented to data leaving the browser, or has withdrawn their consent.
    #[error("the user hasn't consented to this request")]
    NotAllowed,
    /// A value from outside doesn't have the expected shape.
    #[error("{what} cannot be read: {cause}")]
    Decode {
        /// The value's name.
        what: String,
        /// The problem, and where it is.
        cause: String,
    },
}

impl Error {
    /// Makes an error of the value that a call threw.
    pub(crate) fn browser(call: &'static str) -> impl FnOnce(JsValue) -> Self {
        move |thrown| Self::Browser { call, cause: text(&thrown) }
    }
}

impl From<idb::Error> for Error {
    fn from(error: idb::Error) -> Self {
        Self::Browser { call: "indexedDB", cause: error.to_string() }
    }
}

/// The message of an error; anything else that was thrown, as text.
fn text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => thrown.as_string().unwrap_or_else(|| format!("{thrown:?}")),
    }
}

/// Logs an error that has no further consequences.
pub(crate) fn note(error: &Error) {
    web_sys::console::warn_1(&format!("rayback: {error}").into());
}
