//! The browser's own functions, one file per API: the only place that names `chrome`.
//!
//! Both browsers have the global `chrome` with promises since the versions that the manifest asks for (Chrome 123,
//! Firefox 142), so there is no other name to try and nothing to polyfill. Only what is called is bound. A function that
//! is missing, as `contextMenus` is in Firefox for Android, answers with an error like any other that fails.

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
