// Browsers honour only the listeners registered while this file first runs, and WebAssembly loads later. So the
// listeners live here, and each waits for Rust, which decides everything.
import init, { dispatch } from "./wasm/worker.js";

const ready = init();
const hear = (name, ...details) => ready.then(() => dispatch(name, details));
const on = (event, name) => event?.addListener((...details) => void hear(name, ...details));

// First, because every page depends on them. A browser may lack any of the other APIs.
chrome.runtime.onMessage.addListener((message, sender, answer) => {
  // At the first sign of failure, while Rust may still be loading: without an answer the panel's script draws nothing.
  const isFirstSign = message === "soon" || (message?.failing && message.failing.panel !== "coming");
  if (isFirstSign && sender.tab) injectPanel(sender.tab.id);
  hear("message", message, sender).then(answer, () => answer(null));
  return true; // the answer comes later
});

on(chrome.runtime.onInstalled, "installed");
on(chrome.runtime.onStartup, "startup");
on(chrome.alarms?.onAlarm, "alarm");
on(chrome.contextMenus?.onClicked, "menuClicked"); // Firefox for Android has none
// Firefox shows no buttons and warns of a listener for them.
if (!chrome.runtime.getBrowserInfo) on(chrome.notifications?.onButtonClicked, "notificationButtonClicked");
on(chrome.notifications?.onClicked, "notificationClicked");
on(chrome.permissions?.onAdded, "permissionsAdded");

function injectPanel(tabId) {
  const files = ["mount.js", "content/panel.js"];
  // It fails if the tab is closed or has moved on by now, and then there's nothing to show.
  chrome.scripting.executeScript({ target: { tabId }, files, injectImmediately: true }).catch(() => {});
}
