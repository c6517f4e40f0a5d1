// Browsers honour only the listeners registered while this file first runs, and WebAssembly loads later. So the
// listeners live here, and each waits for Rust, which decides everything.
import init, { dispatch } from "./wasm/rayback.js";

const ready = init();
const on = (event, name) => event?.addListener((...details) => void ready.then(() => dispatch(name, details)));

on(chrome.alarms.onAlarm, "alarm");
on(chrome.contextMenus?.onClicked, "menuClicked"); // Firefox for Android has none
on(chrome.notifications.onClicked, "notificationClicked");
on(chrome.permissions.onAdded, "permissionsAdded");
on(chrome.runtime.onInstalled, "installed");
on(chrome.runtime.onMessage, "message");
on(chrome.runtime.onStartup, "startup");
