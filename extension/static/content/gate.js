// Starts the worker for a page that fails; a healthy one starts nothing. It runs before the page is parsed, because a later
// script would delay the page's load event, and waits until the page's marks are there.
(() => {
  const send = (message) => chrome.runtime.sendMessage(message).catch(() => null);

  // A page that's loaded ahead of time may never be seen.
  const isAhead = document.prerendering;
  if (isAhead) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();

  function begin() {
    // A document that had already loaded isn't new: the worker put this script into it, or the user asked for it.
    const { readyState } = document;
    if (readyState !== "loading") return check(readyState === "complete" && !isAhead ? "repeated" : "fresh", "wanted");
    // The status alone decides. The worker starts while the page is parsed.
    const isCertain = hasFailedStatus();
    let settle = null;
    if (isCertain) {
      globalThis.raybackAnswer = new Promise((resolve) => (settle = resolve));
      send("soon");
    }
    document.addEventListener("DOMContentLoaded", () => check("fresh", isCertain ? "coming" : "wanted", settle), { once: true });
  }

  function restored({ persisted }) {
    if (persisted) check("repeated", "wanted");
  }

  function check(sighting, panel, settle) {
    if (!isWorthReporting()) return;
    const answer = send({ failing: { sighting, panel, page: pageReport() } });
    // The panel's script, injected meanwhile into the same world, draws the answer. If the worker can't answer, there's
    // no panel.
    if (settle) settle(answer);
    else globalThis.raybackAnswer = answer;
    // The watch may have dropped the tab by the time the user goes back to this document.
    addEventListener("pageshow", restored);
  }
})();
