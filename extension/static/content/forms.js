// Notes that a form is being sent by POST, because no script can find out later how its answer was requested. Runs in
// frames too: a form in a frame may replace the whole page. It sends the address without its query, and none of the
// fields.
(() => {
  const { runtime } = chrome;
  // A second copy in one document. Once the extension is updated, its old scripts stay without a `runtime.id`.
  if (globalThis.raybackForms?.id) return;
  globalThis.raybackForms = runtime;

  const isTop = window === window.top;
  // Firefox before 147 has none.
  const hasNavigation = "navigation" in window;
  let submitted = null; // the latest submit event, for one task
  let leaving = null; // a form that was submitted and should replace this page
  const patience = 50; // milliseconds until its navigation begins

  // What the browser itself reports, for forms whose answer replaces this page. Chromium goes by the form's method and
  // ignores its button's, so what was seen when the form was submitted takes precedence.
  if (isTop && hasNavigation) {
    window.navigation.addEventListener("navigate", ({ isTrusted, formData, destination }) => {
      if (!isTrusted) return;
      const seen = leaving?.address === address(destination.url) ? leaving : null;
      if (seen ? !seen.isPost : !formData) return;
      clearTimeout(seen?.timer);
      leaving = null;
      send(destination.url, "this-tab", "sent", Date.now());
    });
  }

  window.addEventListener("submit", (event) => {
      if (!event.isTrusted) return;
      submitted = event;
      setTimeout(() => (submitted = submitted === event ? null : submitted));
    }, true);

  // Fires for every form that leaves, and for every `new FormData(form)`.
  window.addEventListener("formdata", ({ isTrusted, target: form }) => {
      if (!isTrusted) return;
      // Otherwise a script reads the fields, or submits the form past its event. In Firefox the event isn't over yet.
      const event = submitted?.target === form ? submitted : null;
      const isSubmitted = event !== null && event.eventPhase === Event.NONE && !event.defaultPrevented;
      const at = Date.now();
      for (const { url, isPost, shownIn } of isSubmitted ? [aim(form, event.submitter)] : aims(form, event?.submitter)) {
        if (shownIn === "this-tab" && isTop && hasNavigation) {
          if (isSubmitted) leaving = { address: address(url), isPost, timer: setTimeout(goElsewhere, patience, url, isPost, at) };
        } else if (shownIn && isPost) send(url, shownIn, isSubmitted ? "sent" : "perhaps", at);
      }
    }, true);

  // Where a form goes, and how: its button may differ from the form.
  function aim(form, button) {
    const isPost = (attribute(button, "formmethod") ?? attribute(form, "method") ?? "").toLowerCase() === "post";
    const url = new URL(attribute(button, "formaction") || attribute(form, "action") || location.href, document.baseURI).href;
    return { url, isPost, shownIn: place(attribute(button, "formtarget") ?? attribute(form, "target") ?? baseTarget()) };
  }

  // With and without its button, because it isn't known which was used.
  function aims(form, button) {
    const [plain, pressed] = [aim(form, null), aim(form, button)];
    return JSON.stringify(plain) === JSON.stringify(pressed) ? [plain] : [plain, pressed];
  }

  // With a key held down, the answer goes to a new tab, and this page sees no navigation.
  function goElsewhere(url, isPost, at) {
    leaving = null;
    if (isPost) send(url, "another-tab", "sent", at);
  }

  // Where an answer is shown; `null` if that's in a frame.
  function place(target) {
    const name = target.toLowerCase();
    const isSelf = name === "" || name === "_self" || target === window.name;
    if (name === "_top" || (isSelf && isTop)) return "this-tab";
    if (name === "_parent") return window.parent === window.top ? "this-tab" : null;
    if (isSelf || document.querySelector(`iframe[name="${CSS.escape(target)}"], frame[name="${CSS.escape(target)}"]`)) return null;
    return "another-tab";
  }

  function baseTarget() {
    return attribute(document.querySelector("base[target]"), "target") ?? "";
  }

  // A field's name may shadow a property of its form.
  function attribute(element, name) {
    return element ? Element.prototype.getAttribute.call(element, name) : null;
  }

  // Origin and path; empty for what isn't a web page.
  function address(url) {
    const { protocol, origin, pathname } = new URL(url);
    return /^https?:$/.test(protocol) ? origin + pathname : "";
  }

  async function send(url, shownIn, certainty, at) {
    if (!address(url) || !runtime.id) return;
    await runtime.sendMessage({ formSent: { address: address(url), at, shownIn, certainty } }).catch(() => {});
  }
})();
