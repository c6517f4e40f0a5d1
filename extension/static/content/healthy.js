// Runs on watched hosts only: reports a document that doesn't fail, which the gate keeps to itself.
if (!isWorthReporting()) chrome.runtime.sendMessage("healthy");
