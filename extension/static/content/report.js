// The page's report on itself: its address, status and markup. Rust decides what they mean. What is looked for comes from
// Rust too: the build writes `gateMarks` and `pieceSelectors` (content/marks.js) from the markers in core.
//
// Function declarations only: a script may be put into one document twice, and a second `const` would throw.

// Whether this document must be reported to the worker. A healthy page must not pass, or it would start the worker.
function isWorthReporting() {
  if (hasFailedStatus()) return true;
  const { names, titles, text } = gateMarks();
  if (new RegExp(titles, "i").test(document.title) || names.some((name) => document.getElementById(name))) return true;
  if (!(navigation()?.responseStatus >= 400)) return false;
  const page = wholePage();
  const marks = new RegExp(text);
  return page === null ? pieces().some((piece) => marks.test(piece.text)) : marks.test(page);
}

// A status that only Cloudflare sends, which a document has before it's parsed.
function hasFailedStatus() {
  return gateMarks().statuses.includes(navigation()?.responseStatus);
}

// Everything the worker learns about this document.
function pageReport() {
  const entry = navigation();
  const body = wholePage();
  return {
    url: location.href,
    status: entry?.responseStatus || null,
    body: body ?? "",
    fragments: body === null ? { total: null, ...boundedPieces() } : null,
    arrival: entry?.type ?? "unknown",
    loadedAt: Math.round(Date.now() - performance.now()),
    visibility: document.visibilityState === "visible" ? "visible" : "hidden",
    unsavedInput: hasUnsavedInput() ? "some" : "none",
  };
}

// Missing in some documents, such as one that a script opened.
function navigation() {
  return performance.getEntriesByType("navigation")[0];
}

// The document's markup; a text document without the markup in which the browser wraps it. `null` if it's over 64 Ki
// characters; then only a few elements are read.
function wholePage() {
  const { most } = gateMarks();
  if (!/html|xml/.test(document.contentType)) return (document.body?.textContent ?? "").slice(0, most);
  // Building the markup of a huge page would block it.
  if (navigation()?.decodedBodySize > 1 << 20 || document.getElementsByTagName("*").length > 4000) return null;
  const markup = document.documentElement.outerHTML;
  return markup.length > most ? null : markup;
}

// The elements that markers are read in, in document order, each cut to its limit. Those inside one that's sent whole
// are left out.
function pieces() {
  const selectors = pieceSelectors();
  const any = selectors.map(({ css }) => css).join(",");
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT);
  const found = [];
  let [visited, budget] = [0, 4 << 20]; // a page may be built to make this slow
  let element = walker.currentNode;
  while (element && visited < 20000 && budget > 0) {
    visited += 1;
    const most = element.matches(any) ? room(element, selectors) : 0;
    const markup = most > 0 ? element.outerHTML : "";
    budget -= markup.length;
    if (most > 0) found.push({ at: visited * 131072, text: markup.slice(0, most) });
    element = most > 0 && markup.length <= most ? following(walker) : walker.nextNode();
  }
  found.isCut = element !== null; // whether the walk ended before the page did
  return found;
}

// How much of an element is sent; 0 if it lacks the text that makes it relevant.
function room(element, selectors) {
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
  const has = (holds) => texts.some((text) => holds.some((part) => text.includes(part)));
  const fits = selectors.filter(({ css, holds }) => element.matches(css) && (holds.length === 0 || has(holds)));
  return Math.max(0, ...fits.map(({ most }) => most));
}

// The next element after the current one's subtree.
function following(walker) {
  do {
    const sibling = walker.nextSibling();
    if (sibling) return sibling;
  } while (walker.parentNode());
  return null;
}

// As many pieces as fit in 64 Ki characters.
function boundedPieces() {
  const found = pieces();
  let left = gateMarks().most;
  const kept = found.filter(({ text }) => (left -= text.length) >= 0);
  return { isCut: found.isCut || kept.length < found.length, pieces: kept };
}

// Whether something was typed or chosen that a navigation would lose.
function hasUnsavedInput() {
  if (document.activeElement?.isContentEditable) return true; // what was there before can't be known
  return [...document.querySelectorAll("input, textarea, select")].some((field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.selected)
      : field.matches("[type=checkbox], [type=radio]")
        ? field.checked !== field.defaultChecked
        : field.type !== "hidden" && field.value !== field.defaultValue,
  );
}
