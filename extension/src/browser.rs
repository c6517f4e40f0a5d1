//! The browser's own functions, one file per API: the only place that names `chrome`.
//!
//! Both browsers have the global `chrome` with promises since the versions that the manifest asks for (Chrome 123,
//! Firefox 142), so there is no other name to try and nothing to polyfill. Only what is called is bound. A function is bound
//! to return its promise, which [`settled`] awaits. So one that a browser lacks, as `contextMenus` in Firefox for Android, or
//! that throws instead of rejecting, answers with an error like any other that fails; and all calls share one future.

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

/// What a call's promise resolves to; an error also if the call itself threw. `name` is the call's name in the error.
async fn settled(name: &'static str, call: Result<Promise, JsValue>) -> Result<JsValue, Error> {
    let promise = call.map_err(Error::browser(name))?;
    JsFuture::from(promise).await.map_err(Error::browser(name))
}
