// Runs on watched hosts only: tells the worker of a document that does not fail, which the gate keeps to itself.
if (!isWorthReporting()) chrome.runtime.sendMessage({ kind: "settled" });
