// Shows in a failing page the panel that Rust computed, and reports what the user does there. It decides nothing.
//
// The host is a plain `div`, because a page could define any element with a hyphen and open its shadow root by
// `attachInternals`. So the page can neither read nor restyle the inside of the closed root. It can still remove or
// cover the panel. Then the panel goes back to its place, and a click counts only if it's trusted and the panel wasn't
// covered. The popup always shows the state.
(() => {
  // The answer to the gate's report, which both scripts can see because they share a world.
  const answer = globalThis.raybackAnswer;
  delete globalThis.raybackAnswer;

  // A second copy in one document: the same version only takes the new answer; one left over from an update is removed.
  if (globalThis.raybackPanel?.isCurrent()) return void (answer && globalThis.raybackPanel.await(answer));
  globalThis.raybackPanel?.dispose();
  for (const orphan of [...(document.documentElement?.children ?? [])].filter(isPanel)) orphan.remove();

  // How long the panel must have been in its place, and uncovered, before a click acts on anything but the panel.
  const SETTLED_MS = 500;
  // Older browsers lack this selector, and the oldest have no view transitions.
  const TRANSITION = CSS.supports("selector(:active-view-transition)") ? ":active-view-transition" : ":not(*)";
  const life = new AbortController();
  let panel = null; // the host, its root and the mounted tree, once there's something to draw
  let draws = 0;
  let isClosed = false; // by the user, for this document
  let from = null; // the page's element that had the focus before the panel got it
  let below = new WeakSet(); // elements of the top layer that the panel was put above
  let inPlaceSince = Infinity; // since when the panel has been in its place, and uncovered

  globalThis.raybackPanel = { isCurrent, dispose, await: awaitAnswer };
  chrome.runtime.onMessage.addListener(receive);
  listen(document, "visibilitychange", () => send({ visibility: { visibility: visibility() } }));
  listen(globalThis, "online", () => send({ connection: { online: true } }));
  listen(globalThis, "offline", () => send({ connection: { online: false } }));
  // An element that's shown again comes above the panel.
  document.addEventListener("toggle", ({ target }) => below.delete(target), { capture: true, signal: life.signal });
  const clock = setInterval(() => (isCurrent() ? keepInPlace() : dispose()), 1000);
  void awaitAnswer(answer);

  // Once the extension is updated or removed, its old scripts stay in the page without a `runtime.id`.
  function isCurrent() {
    return !life.signal.aborted && chrome.runtime?.id !== undefined;
  }

  function dispose() {
    life.abort();
    clearInterval(clock);
    panel?.watcher?.disconnect();
    panel?.mounted.dispose();
    panel?.host.remove();
  }

  function listen(target, type, heard) {
    target.addEventListener(type, (event) => event.isTrusted && heard(event), { signal: life.signal });
  }

  async function send(message) {
    if (!isCurrent()) return dispose();
    return chrome.runtime.sendMessage(message).catch(() => isCurrent() || dispose());
  }

  function visibility() {
    return document.visibilityState === "visible" ? "visible" : "hidden";
  }

  // A drawing that the worker sends meanwhile is newer than the answer. Without any, the page isn't Cloudflare's.
  async function awaitAnswer(answer) {
    const before = draws;
    const drawing = await answer;
    if (drawing && draws === before) draw(drawing);
    else if (draws === 0) dispose();
  }

  function receive(message, _sender, reply) {
    if (life.signal.aborted) return;
    if (message.kind === "draw") draw(message);
    if (message.kind === "navigate") reply(navigate());
  }

  // Navigating to the present address, fragment included, would only scroll. So the document first takes the address of the
  // site's root, which the navigation then replaces in the history. A page's own script could see that address, so it's one
  // that says nothing about Rayback. A sandboxed document isn't allowed to; then the answer is no.
  function navigate() {
    const address = location.href;
    const other = location.pathname === "/" && !location.search ? "/?" : "/";
    try {
      history.replaceState(history.state, "", other);
    } catch {
      return false;
    }
    location.replace(address);
    return true;
  }

  function draw({ origin, tree, style }) {
    // The worker may not know yet that the tab has moved on. Rust writes hosts in lower case, Chromium `%2A` in upper case.
    if (isClosed || origin !== location.origin.toLowerCase()) return;
    draws += 1;
    panel ??= build(style);
    panel.mounted.draw(tree);
    // At 400 % zoom there's no room for more than a line. A warning is shown whole.
    if (draws === 1 && tree.attributes["data-tone"] === "calm" && matchMedia("(max-height: 22em)").matches) fold();
    panel.host.dir = tree.attributes.dir; // decides on which side of the window the panel is
    keepInPlace();
  }

  function fold() {
    const { dataset } = panel.root.querySelector(".panel");
    if (dataset.size === "full") dataset.size = "small";
  }

  function build(style) {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = document.createElement("style");
    sheet.textContent = style;
    const zoom = document.createElement("style");
    root.append(sheet, zoom);
    root.addEventListener("keydown", (event) => event.isTrusted && event.key === "Escape" && stepBack());
    root.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget && !root.contains(relatedTarget)) from = relatedTarget;
    });
    const mounted = mountTree(root, (action, control, event) => event.isTrusted && void carryOut(action, control));
    return { host, root, zoom, mounted, watcher: watch(host) };
  }

  // Whether an element is a panel left by an old script. Only a panel's root has this content.
  function isPanel(element) {
    if (element.localName !== "div" || element.popover !== "manual") return false;
    const root = globalThis.chrome?.dom?.openOrClosedShadowRoot?.(element) ?? element.openOrClosedShadowRoot;
    return root?.querySelector("style ~ .panel") != null;
  }

  // Chromium reports whether anything covers or changes an element; in Firefox only its place is known.
  function watch(host) {
    if (!("isVisible" in IntersectionObserverEntry.prototype)) return null;
    const watcher = new IntersectionObserver(([...entries]) => see(entries.at(-1)), { threshold: 1, trackVisibility: true, delay: 100 });
    watcher.observe(host);
    return watcher;
  }

  function see({ isVisible }) {
    inPlaceSince = isVisible ? Math.min(inPlaceSince, performance.now()) : Infinity;
    markReady();
  }

  // Puts the panel back in its place, above everything the page has opened since.
  function keepInPlace() {
    const root = document.documentElement;
    if (!panel || isClosed || !root || isInPlace()) return markReady();
    const { host } = panel;
    inPlaceSince = Infinity;
    panel.zoom.textContent = `:host { zoom: ${1 / rootZoom()} !important }`;
    if (host.matches(":popover-open")) host.hidePopover();
    if (host.parentNode !== root) root.append(host);
    host.popover = "manual"; // the top layer: above every element of the page
    host.showPopover();
    below = new WeakSet(othersOnTop());
    if (!panel.watcher) inPlaceSince = performance.now();
    // An observer reports changes only, and there may be none.
    panel.watcher?.unobserve(host);
    panel.watcher?.observe(host);
    markReady();
  }

  function othersOnTop(root = document) {
    return [...root.querySelectorAll(":popover-open, :modal, :fullscreen")].filter((other) => other !== panel.host);
  }

  // The root's zoom by its style, which could shrink the panel to a dot.
  function rootZoom() {
    return Number(getComputedStyle(document.documentElement).zoom) || 1;
  }

  function isInPlace() {
    const { host } = panel;
    if (host.parentNode !== document.documentElement || !host.matches(":popover-open")) return false;
    if (Math.abs(rootZoom() * Number(getComputedStyle(host).zoom) - 1) > 0.01) return false;
    const { left, right, bottom } = host.getBoundingClientRect();
    const { clientWidth } = document.documentElement;
    const isAtEdge = host.dir === "rtl" ? left >= 0 && left < 64 : Math.abs(clientWidth - right) < 64;
    const isAtBottom = Math.abs(innerHeight - bottom) < 64;
    return isAtEdge && isAtBottom && (panel.watcher !== null || othersOnTop().every((other) => below.has(other)));
  }

  function isReady() {
    return isInPlace() && performance.now() - inPlaceSince >= SETTLED_MS && !isCovered();
  }

  // Whether something that lets clicks through may be drawn above the panel. A view transition's pictures are above
  // everything. Without an observer, elements that shadow trees put in the top layer have to be searched for.
  function isCovered() {
    if (document.querySelector(TRANSITION)) return true;
    return panel.watcher === null && shadowRoots(document).some((root) => othersOnTop(root).length > 0);
  }

  function shadowRoots(root) {
    const inner = [...root.querySelectorAll("*")].map((element) => element.openOrClosedShadowRoot).filter((inner) => inner && inner !== panel.root);
    return [root, ...inner.flatMap(shadowRoots)];
  }

  // Marks the panel for tests, inside the closed root.
  function markReady() {
    panel?.root.querySelector(".panel")?.toggleAttribute("data-ready", isReady());
    if (inPlaceSince !== Infinity && !isReady()) setTimeout(() => panel && isReady() && markReady(), SETTLED_MS);
  }

  async function carryOut(action, control) {
    if (action === "collapse" || action === "expand") return resize(action === "collapse" ? "small" : "full");
    if (action === "close") {
      isClosed = true;
      panel.host.remove();
      return from?.focus({ preventScroll: true });
    }
    // The page could go there itself, so it gains nothing by tricking the user into this.
    if (action === "leave") return location.replace("about:blank");
    // A page may have moved or covered the panel to make the user press something they can't see.
    if (!isReady()) return keepInPlace();
    if (action.send) await send(action.send.message);
    if (action.stopRefresh) {
      globalThis.stop();
      await send(action.stopRefresh.message);
    }
    if (action.copy) await copy(() => action.copy.text, action.copy, control);
    if (action.copyAnswer) await copy(() => send(complete(action.copyAnswer.message)), action.copyAnswer, control);
  }

  // Adds to a message what only the document knows.
  function complete(message) {
    return message.misread ? { misread: { body: wholePage() ?? pieces().map(({ text }) => text).join("\n") } } : message;
  }

  // The message that opens the extension's own page, with the text that couldn't be copied.
  function opening(message) {
    const { misread } = complete(message ?? {});
    return misread ? { misread: { ...misread, opens: true } } : "openHost";
  }

  // Only by the browser's clipboard: text that's selected in a page to be copied can be read and replaced by the page. Pages
  // that aren't https have no clipboard, and a policy may refuse it; then the button opens the extension's own page.
  async function copy(text, { done, refused, message }, control) {
    if (control.dataset.refused !== undefined) return void send(opening(message));
    try {
      const copied = await text();
      if (!copied) return;
      await navigator.clipboard.writeText(copied);
      panel.mounted.acknowledge(control, done);
    } catch {
      control.dataset.refused = "";
      panel.mounted.relabel(control, refused);
    }
  }

  // Closes the details; if they're closed, folds the panel to one line. A warning stays.
  function stepBack() {
    const details = panel.root.querySelector("details[open]");
    if (details) {
      details.open = false;
      details.querySelector("summary").focus();
    } else if (panel.root.querySelector('[data-size="full"] .collapse')) resize("small");
  }

  // Follows the user's choice in this document. If the press was certainly theirs, the worker remembers it for the
  // site.
  function resize(size) {
    if (isReady()) void send({ panelSized: { size } });
    panel.root.querySelector(".panel").dataset.size = size;
    panel.root.querySelector(size === "small" ? ".expand" : ".collapse").focus();
  }
})();
