//! The browser's own functions, one file per API: the only place that names `chrome`.
//!
//! Since the versions that the manifest requires (Chrome 123, Firefox 142), both browsers have the global `chrome` with
//! promises, so there's no other name to try and nothing to polyfill. Only what's called is bound, as a function that
//! returns its promise. [`settled`] awaits them all. So a function that a browser lacks (`contextMenus` in Firefox for
//! Android) or that throws instead of rejecting returns an error like any other call that fails.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::error::Error;

pub(crate) mod action;
pub(crate) mod alarms;
pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod commands;
pub(crate) mod context_menus;
pub(crate) mod i18n;
pub(crate) mod management;
pub(crate) mod network;
pub(crate) mod notifications;
pub(crate) mod permissions;
pub(crate) mod runtime;
pub(crate) mod scripting;
pub(crate) mod storage;
pub(crate) mod tabs;
pub(crate) mod windows;

/// Awaits a call's promise. If the call itself threw, that's an error too. `name` is the call's name in the error.
async fn settled(name: &'static str, call: Result<Promise, JsValue>) -> Result<JsValue, Error> {
    let promise = call.map_err(Error::browser(name))?;
    JsFuture::from(promise).await.map_err(Error::browser(name))
}
