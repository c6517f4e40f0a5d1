// This document's requests, without query and fragment, as far as the browser shows them. Rust decides what they mean, and
// checks both limits again (core/src/requests.rs). The value of the script's last expression is the answer.
(() => {
  const most = 500;
  const entries = performance.getEntriesByType("resource");
  const address = (name) => name.split(/[?#]/, 1)[0].slice(0, 2048);
  return {
    status: performance.getEntriesByType("navigation")[0]?.responseStatus || null,
    requests: entries.slice(-most).map(({ name, responseStatus }) => ({ url: address(name), status: responseStatus ?? 0 })),
    isCut: entries.length > most,
  };
})();
