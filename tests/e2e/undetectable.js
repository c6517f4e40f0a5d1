// Looks everywhere a script in a page can look for an extension. It comes first in the page, before any other script.
// It looks a second after it has loaded and, with `#panel`, once a panel is there. Then it asks for `/looked`, and what it
// found is in `looked`. `resource` is the address of one of the extension's files.
(() => {
  const found = { events: {}, calls: {}, entries: [] };
  const isPanel = (node) => node instanceof HTMLDivElement && node.parentNode === document.documentElement;
  const count = (where, name) => (where[name] = (where[name] ?? 0) + 1);

  // Everything that's called or heard in the page's own world.
  for (const [owner, names] of [
    [EventTarget.prototype, ["addEventListener", "removeEventListener", "dispatchEvent"]],
    [Element.prototype, ["attachShadow", "append", "setAttribute", "matches", "closest", "animate", "requestFullscreen"]],
    [Node.prototype, ["appendChild", "insertBefore", "removeChild", "cloneNode"]],
    [HTMLElement.prototype, ["showPopover", "hidePopover", "focus", "attachInternals", "click"]],
    [Document.prototype, ["createElement", "querySelector", "querySelectorAll", "execCommand", "getSelection"]],
    [History.prototype, ["pushState", "replaceState", "back", "go"]],
    [globalThis, ["fetch", "postMessage", "matchMedia", "getComputedStyle", "setTimeout", "requestIdleCallback", "stop"]],
    [Navigator.prototype, ["sendBeacon"]],
    [Storage.prototype, ["getItem", "setItem"]],
    [Performance.prototype, ["mark", "measure", "getEntriesByType", "now"]],
  ]) {
    for (const name of names) {
      const own = owner[name];
      if (own) owner[name] = function (...details) { count(found.calls, name); return own.apply(this, details); };
    }
  }
  const listen = EventTarget.prototype.addEventListener;
  for (const name of [
    "message", "messageerror", "securitypolicyviolation", "copy", "cut", "selectionchange", "selectstart", "focusin", "animationstart",
    "transitionstart", "toggle", "beforetoggle", "error", "unhandledrejection", "storage", "popstate", "hashchange", "resize",
    "slotchange", "fullscreenchange", "scroll", "DOMNodeInserted",
  ]) {
    listen.call(globalThis, name, ({ target }) => { if (!isPanel(target)) count(found.events, name); }, true);
  }
  new PerformanceObserver((list) => found.entries.push(...list.getEntries())).observe({ type: "resource", buffered: true });

  const [frame, ask] = [requestAnimationFrame.bind(globalThis), fetch.bind(globalThis)];
  listen.call(globalThis, "load", async () => {
    const expectsPanel = location.hash === "#panel";
    let frames = 0;
    while (frames < 60 || (expectsPanel && ![...document.documentElement.children].some((child) => isPanel(child)))) {
      await new Promise((next) => { frame(next); });
      frames += 1;
    }
    // Copied, because the test's own commands count from now on.
    const before = JSON.parse(JSON.stringify(found));
    globalThis.looked = await look(before).catch((error) => ({ failed: String(error) }));
    await ask("/looked");
  });

  const look = async (before) => {
    const root = document.documentElement;
    const panels = [...root.children].filter((child) => isPanel(child));
    const copy = root.cloneNode(true);
    copy.querySelectorAll(":scope > div").forEach((panel) => panel.remove());
    const source = await (await ask(location.href, { headers: { accept: "text/html" } })).text();
    // The Ray ID and the time differ in each answer.
    const plain = ({ outerHTML }) => outerHTML.replaceAll(/[0-9a-f]{16}|\d\d:\d\d:\d\d/gu, "");
    const parsed = new DOMParser().parseFromString(source, "text/html").documentElement;
    const inner = document.createElement("iframe");
    document.body.append(inner);
    const usual = new Set(Object.getOwnPropertyNames(inner.contentWindow));
    inner.remove();
    const names = Object.getOwnPropertyNames(globalThis).filter((name) => !usual.has(name) && !/^(cdc_|\d+$)/u.test(name));
    const load = (name, attribute) => new Promise((done) => {
      const element = document.createElement(name);
      element[attribute] = resource;
      element.onload = () => done("loaded");
      element.onerror = () => done("refused");
      document.head.append(element);
      setTimeout(() => done("silent"), 3000);
    });
    const [navigation] = performance.getEntriesByType("navigation");
    return {
      panels: panels.length,
      attributes: panels.flatMap((panel) => panel.getAttributeNames()).sort(),
      isAsSent: plain(copy) === plain(parsed),
      names: names.sort(),
      calls: before.calls,
      events: before.events,
      entries: [...before.entries, navigation].map(({ name }) => name).filter((name) => !name.startsWith(location.origin)),
      serverTiming: (navigation.serverTiming ?? []).map(({ name }) => name),
      sheets: [document.styleSheets.length, document.adoptedStyleSheets?.length, document.fonts.size],
      animations: document.getAnimations().length,
      custom: [...getComputedStyle(root)].filter((name) => name.startsWith("--")),
      frames: globalThis.length,
      referrer: document.referrer,
      state: history.state,
      length: history.length,
      stored: [Object.keys(localStorage), Object.keys(sessionStorage), await (globalThis.indexedDB?.databases?.() ?? []), document.cookie],
      caches: globalThis.caches ? await caches.keys() : [],
      runtime: String(globalThis.chrome?.runtime?.id),
      controller: String(navigator.serviceWorker?.controller),
      named: panels.length === 0 && globalThis.find("Rayback"),
      resources: [
        await fetch(resource).then(() => "loaded", () => "refused"),
        await load("img", "src"), await load("script", "src"),
      ],
    };
  };
})();
