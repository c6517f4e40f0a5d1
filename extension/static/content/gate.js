// Starts the worker for a page that fails; a healthy one starts nothing. A document that had already loaded isn't new:
// the worker injected this script into it after an installation or an update.
if (isWorthReporting()) {
  const report = document.readyState === "complete" ? "repeated" : "fresh";
  // The panel's script, injected meanwhile into the same world, draws the answer. A worker that can't answer leaves none.
  globalThis.raybackAnswer = chrome.runtime.sendMessage({ kind: "failing", report, page: pageReport() }).catch(() => null);
}
