// Wakes the worker for a page that fails; a healthy one wakes nothing. A document that had loaded before is no news: then
// the worker has put this script into it after an installation or an update.
if (isWorthReporting()) {
  const report = document.readyState === "complete" ? "repeated" : "fresh";
  chrome.runtime.sendMessage({ kind: "failing", report, testimony: testimony() });
}
