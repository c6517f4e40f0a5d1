//! What can go wrong between Rust and the browser.

use core::fmt;

use wasm_bindgen::{JsCast as _, JsValue};

/// Something that the browser refused, or that could not be read.
#[derive(Debug)]
pub(crate) enum Error {
    /// A call of the browser's failed.
    Browser {
        /// Which call, as `tabs.update`.
        call: &'static str,
        /// The browser's own words.
        cause: String,
    },
    /// A value from outside is not what it has to be.
    Decode {
        /// Which value.
        what: String,
        /// What is wrong with it, and where.
        cause: String,
    },
}

impl Error {
    /// The failure of a call, from what it threw.
    pub(crate) fn browser(call: &'static str) -> impl FnOnce(JsValue) -> Self {
        move |thrown| Self::Browser { call, cause: text(&thrown) }
    }
}

/// An error's message, or whatever else was thrown, as text.
fn text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => thrown.as_string().unwrap_or_else(|| format!("{thrown:?}")),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser { call, cause } => write!(f, "{call} failed: {cause}"),
            Self::Decode { what, cause } => write!(f, "{what} cannot be read: {cause}"),
        }
    }
}

impl core::error::Error for Error {}

/// Puts a failure that costs nothing but itself on the console.
pub(crate) fn note(error: &Error) {
    web_sys::console::warn_1(&format!("rayback: {error}").into());
}
