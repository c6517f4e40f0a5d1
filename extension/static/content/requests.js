// The requests of this document, without query and fragment, as far as its browser shows them; the value of a script's last
// expression is the answer. Rust decides what they mean.
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
