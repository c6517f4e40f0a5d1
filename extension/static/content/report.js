// The page's report on itself: its address, status and markup. Rust decides what they mean.
//
// Function declarations only: a script may be put into one document twice, and a second `const` would throw.

// Whether the worker has to hear of this document. A healthy page must not pass, or it would start the worker.
function isWorthReporting() {
  const status = navigation()?.responseStatus ?? 0;
  if (status >= 520 && status <= 530) return true;
  // Titles and ids that only Cloudflare's pages have, and those that imitate them; an article about them has neither.
  const title = /^(just a moment|attention required!|(please )?(verify|verifying|checking|confirm)\b.*\b(human|browser)\b)/i;
  const ids = "#cf-wrapper, #cf-error-details, #challenge-error-text, #challenge-running, #cf-please-wait";
  if (title.test(document.title) || document.querySelector(ids)) return true;
  // An origin's own 503 has none of these, even if Cloudflare passed it on.
  const markers =
    /cf-error-details|cf-footer-item|_cf_chl_opt|\/cdn-cgi\/styles\/|<center>cloudflare|^\s*error code: \d|"?cloudflare_error"?\s*:|cloudflareaccess|Cloudflare Access|Waiting Room powered/;
  return status >= 400 && markers.test(excerpt());
}

// Everything the worker learns about this document.
function pageReport() {
  const entry = navigation();
  return {
    url: location.href,
    status: entry?.responseStatus || null,
    body: excerpt(),
    method: method(entry),
    loadedAt: Math.round(performance.timeOrigin),
    visibility: document.visibilityState === "visible" ? "visible" : "hidden",
    unsavedInput: hasUnsavedInput() ? "some" : "none",
  };
}

// Missing in some documents, such as one that a script opened.
function navigation() {
  return performance.getEntriesByType("navigation")[0];
}

// The first 64 Ki characters; a text document without the markup in which the browser wraps it.
function excerpt() {
  const isMarkup = /html|xml/.test(document.contentType);
  const text = isMarkup ? document.documentElement.outerHTML : (document.body?.textContent ?? "");
  return text.slice(0, 65536);
}

// How the document was requested: one of the extension's rules marks the answers to POST (rules/method.json). Firefox has
// no `serverTiming` outside secure contexts, so there it's unknown.
function method(entry) {
  const marks = entry?.serverTiming;
  if (marks?.some(({ name, description }) => name === "rayback" && description === "post")) return "other";
  return marks ? "get" : "unknown";
}

// Whether something was typed or chosen that a navigation would lose.
function hasUnsavedInput() {
  return [...document.querySelectorAll("input, textarea, select")].some((field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.selected)
      : field.matches("[type=checkbox], [type=radio]")
        ? field.checked !== field.defaultChecked
        : field.type !== "hidden" && field.value !== field.defaultValue,
  );
}
