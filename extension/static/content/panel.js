// Draws the view that Rust computed into a failing page, and reports what the person does there. It decides nothing.
//
// The page can neither read nor restyle what is under a closed shadow root, and only trusted events act. It can remove the
// panel; then the badge and the popup still tell.
(() => {
  // A second copy in one document: the same version injected again has nothing to do; one that an update left behind goes.
  if (globalThis.raybackPanel?.isCurrent()) return;
  globalThis.raybackPanel?.dispose();
  for (const orphan of document.querySelectorAll("rayback-panel")) orphan.remove();

  const SVG = "http://www.w3.org/2000/svg";
  const life = new AbortController();
  let view = null;
  let drawing = null; // the nodes, once there is something to draw
  let isClosed = false; // by the person, for this document
  const wasOpen = new Set(); // the questions that the person has open

  globalThis.raybackPanel = { isCurrent, dispose };
  chrome.runtime.onMessage.addListener(receive);
  listen(document, "visibilitychange", () => send({ kind: "visibility", visibility: visibility() }));
  listen(globalThis, "online", () => send({ kind: "connection", online: true }));
  listen(globalThis, "offline", () => send({ kind: "connection", online: false }));
  const clock = setInterval(tick, 1000);

  // Once the extension is updated or removed, its old scripts stay behind without a `runtime.id`.
  function isCurrent() {
    return !life.signal.aborted && chrome.runtime?.id !== undefined;
  }

  function dispose() {
    life.abort();
    clearInterval(clock);
    drawing?.host.remove();
  }

  function listen(target, type, heard) {
    target.addEventListener(type, (event) => event.isTrusted && heard(event), { signal: life.signal });
  }

  function send(message) {
    if (isCurrent()) chrome.runtime.sendMessage(message).catch(tick);
    else dispose();
  }

  function visibility() {
    return document.visibilityState === "visible" ? "visible" : "hidden";
  }

  function receive(message, _sender, answer) {
    if (life.signal.aborted) return;
    if (message.kind === "draw") draw(message.view, message.style);
    if (message.kind === "navigate") answer(navigate());
    if (message.kind === "copy") void copyText(message.text).then(() => drawing && acknowledge(drawing[message.what], beforeAndAfter(message.what)));
  }

  // Going to an address that differs in nothing, fragment and all, would only scroll. So the document first takes another
  // address, which the navigation then replaces in the history. A sandboxed document may not; then the answer is no.
  function navigate() {
    const address = location.href;
    try {
      history.replaceState(history.state, "", `${location.pathname}?rayback`);
    } catch {
      return false;
    }
    location.replace(address);
    return true;
  }

  function draw(next, style) {
    if (isClosed || next.origin !== location.origin) return; // the worker may not know yet that the tab has moved on
    view = next;
    if (!drawing) {
      drawing = build(style);
      drawing.panel.dataset.size = view.size;
    }
    if (!drawing.host.isConnected) show(drawing.host);
    fill(drawing, view);
    tick();
  }

  function show(host) {
    document.documentElement.append(host);
    host.popover = "manual"; // the top layer: above every element of the page
    host.showPopover();
  }

  function tick() {
    if (!isCurrent()) return dispose();
    if (!drawing || !view) return;
    const { countdown, brand } = drawing;
    const left = view.state.countsDownTo === null ? "" : remaining(view.state.countsDownTo);
    if (countdown.textContent !== left) countdown.textContent = left;
    const title = isSmall() ? [view.code ?? view.name, left].filter(Boolean).join(" · ") : view.host;
    if (brand.textContent !== title) brand.textContent = title;
  }

  // "4:32" or "1:04:32", in the digits of the view's language.
  function remaining(deadline) {
    const seconds = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
    const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
    return parts
      .map((part, index) => part.toLocaleString(view.language, { minimumIntegerDigits: index === 0 ? 1 : 2 }))
      .join(":");
  }

  // A phrase of the view, with its moment put in as this browser writes times.
  function say({ text, at }) {
    return at === null ? text : text.replace("{time}", new Date(at).toLocaleTimeString(view.language, { timeStyle: "short" }));
  }

  function node(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function shape(className, viewBox, paths) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", className);
    svg.setAttribute("viewBox", viewBox);
    svg.setAttribute("aria-hidden", "true");
    for (const [name, attributes] of paths) {
      const path = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) path.setAttribute(key, value);
      svg.append(path);
    }
    return svg;
  }

  function button(label, pressed) {
    const made = node("button", "", label);
    made.type = "button";
    listen(made, "click", pressed);
    return made;
  }

  function build(style) {
    const host = document.createElement("rayback-panel");
    const root = host.attachShadow({ mode: "closed" });
    const mark = shape("mark", "0 0 128 128", [
      ["circle", { cx: 64, cy: 64, r: 64, fill: "#3566e8" }],
      ["path", { d: "M60 40h16a24 24 0 0 1 0 48H36", fill: "none", stroke: "#fff", "stroke-width": 16, "stroke-linecap": "round" }],
      ["path", { d: "M52 70 34 88l18 18", fill: "none", stroke: "#fff", "stroke-width": 16, "stroke-linecap": "round", "stroke-linejoin": "round" }],
      ["circle", { cx: 36, cy: 40, r: 10, fill: "#ffc53d" }],
    ]);
    const nodes = {
      host,
      brand: node("span", "brand"),
      fold: button("", () => resize(!isSmall())),
      close: button("", shut),
      code: node("span", "code"),
      name: node("span"),
      cause: node("p", "cause"),
      state: node("span"),
      note: node("p", "attempt"),
      attempt: node("span", "attempt"),
      countdown: node("span", "countdown"),
      choices: node("div", "choices"),
      facts: node("dl", "facts"),
      more: node("details", "more"),
      moreLabel: node("summary"),
      evidence: node("ul", "evidence"),
      evidenceLabel: node("h3"),
      questions: node("div", "questions"),
      tools: node("div", "choices"),
      report: button("", copyReport),
      withAddress: node("input"),
      withAddressLabel: node("label"),
      misread: button("", () => send({ kind: "misread", body: excerpt() })),
    };
    nodes.withAddress.type = "checkbox";
    nodes.withAddress.id = "with-address";
    nodes.withAddressLabel.htmlFor = "with-address";
    const tick = node("div", "tick", nodes.withAddress, nodes.withAddressLabel);
    nodes.tools.append(nodes.report, tick, nodes.misread);
    nodes.more.append(nodes.moreLabel, nodes.evidenceLabel, nodes.evidence, nodes.questions, nodes.tools);
    nodes.fold.className = "fold";
    nodes.fold.append(shape("icon", "0 0 16 16", [["path", { d: "M3 6l5 5 5-5" }]]));
    nodes.close.append(shape("icon", "0 0 16 16", [["path", { d: "M3 3l10 10M13 3L3 13" }]]));
    nodes.countdown.setAttribute("aria-hidden", "true"); // the state says the time once; a number each second would be noise
    nodes.live = node("div", "", nodes.state, nodes.note);
    nodes.live.setAttribute("role", "status");
    nodes.stateBox = node("div", "state", nodes.live, nodes.countdown, nodes.attempt);
    nodes.body = node(
      "div",
      "body",
      node("h2", "head", nodes.code, nodes.name),
      nodes.cause,
      nodes.stateBox,
      nodes.choices,
      nodes.facts,
      nodes.more,
    );
    nodes.panel = node("section", "panel", node("div", "bar", mark, nodes.brand, nodes.fold, nodes.close), nodes.body);
    const sheet = node("style", "", style);
    root.append(sheet, nodes.panel);
    return nodes;
  }

  function isSmall() {
    return drawing?.panel.dataset.size === "small";
  }

  function resize(small) {
    drawing.panel.dataset.size = small ? "small" : "full"; // the person's choice, for this document
    name(drawing.fold, small ? view.labels.expand : view.labels.collapse);
    drawing.fold.setAttribute("aria-expanded", String(!small));
    tick();
  }

  function shut() {
    isClosed = true;
    drawing.host.remove();
  }

  function name(control, label) {
    control.setAttribute("aria-label", label);
    control.title = label;
  }

  function fill(nodes, { labels, state }) {
    nodes.panel.lang = view.language;
    nodes.panel.dir = view.direction;
    nodes.host.dir = view.direction; // on which side it stands
    nodes.panel.setAttribute("aria-label", labels.region);
    name(nodes.close, labels.close);
    name(nodes.fold, isSmall() ? labels.expand : labels.collapse);
    nodes.fold.setAttribute("aria-expanded", String(!isSmall()));
    write(nodes.code, view.code ?? "");
    write(nodes.name, view.name);
    write(nodes.cause, view.cause);
    nodes.stateBox.dataset.tone = state.tone;
    write(nodes.state, say(state.text));
    write(nodes.note, state.note ?? "");
    write(nodes.attempt, view.attempt ?? "");
    replace(nodes.choices, view.choices, choice);
    replace(nodes.facts, view.facts, fact);
    nodes.more.hidden = view.more === null;
    if (view.more === null) return;
    write(nodes.moreLabel, view.more.label);
    write(nodes.evidenceLabel, view.more.evidenceLabel);
    replace(nodes.evidence, view.more.evidence, clue);
    replace(nodes.questions, view.more.questions, question);
    if (!nodes.report.dataset.isAcknowledged) write(nodes.report, view.more.report.label);
    write(nodes.withAddressLabel, view.more.reportAddress);
    if (!nodes.misread.dataset.isAcknowledged) write(nodes.misread, view.more.misread[0]);
  }

  // Only what changed, so that a screen reader is told of changes alone and the focus stays where it is.
  function write(target, text) {
    if (target.textContent !== text) target.textContent = text;
    target.hidden = text === "";
  }

  function replace(target, items, make) {
    const shown = JSON.stringify(items);
    if (target.dataset.shown === shown) return;
    const index = [...target.children].findIndex((child) => child.matches(":focus"));
    target.dataset.shown = shown;
    target.replaceChildren(...items.flatMap(make));
    target.hidden = items.length === 0;
    if (index >= 0) target.children[Math.min(index, target.children.length - 1)]?.focus();
  }

  function choice({ label, look, choice }) {
    const made = button(label, () => send({ kind: "pressed", choice }));
    made.dataset.look = look;
    return made;
  }

  function fact({ label, text, list, note, copy }) {
    const told = node("dd");
    if (text !== null) told.append(node("span", "", say(text)));
    if (list.length > 0) told.append(node("ul", "", ...list.map((item) => node("li", "", item))));
    if (note !== null) told.append(node("div", "note", say(note)));
    if (copy !== null) told.append(copyable(copy));
    return node("div", "", node("dt", "", label), told);
  }

  function clue({ text, source }) {
    return node("li", "", text, node("div", "note", say(source)));
  }

  // Open while its answer is awaited or shown, and wherever the person left it open.
  function question({ question, label, says, button: ask, text, list, link }) {
    const asked = node("details", "question", node("summary", "", label));
    asked.open = text !== null || link !== null || wasOpen.has(question);
    asked.addEventListener("toggle", () => (asked.open ? wasOpen.add(question) : wasOpen.delete(question)));
    if (text !== null) asked.append(node("p", "", say(text)));
    if (list.length > 0) asked.append(node("ul", "", ...list.map((item) => node("li", "", item))));
    if (link !== null) asked.append(anchor(link));
    if (ask !== null) {
      asked.append(node("p", "note", says));
      asked.append(button(ask, () => send({ kind: "asked", question })));
    }
    return asked;
  }

  function anchor({ label, url }) {
    const made = node("a", "", label);
    made.href = url;
    made.target = "_blank";
    made.rel = "noopener noreferrer";
    return made;
  }

  // The view's report is without the visitor's address; the worker makes the other one when it is wanted.
  async function copyReport() {
    if (drawing.withAddress.checked) return send({ kind: "reportWithAddress" });
    await copyText(view.more.report.text);
    acknowledge(drawing.report, beforeAndAfter("report"));
  }

  // What a copying button says before and after.
  function beforeAndAfter(what) {
    return what === "report" ? [view.more.report.label, view.more.report.done] : view.more.misread;
  }

  function acknowledge(control, [label, done]) {
    control.dataset.isAcknowledged = "yes";
    control.textContent = done;
    setTimeout(() => {
      delete control.dataset.isAcknowledged;
      control.textContent = label;
    }, 2000);
  }

  function copyable({ text, label, done }) {
    const copier = button(label, async () => {
      await copyText(text);
      acknowledge(copier, [label, done]);
    });
    copier.setAttribute("aria-live", "polite");
    return node("div", "ray", node("code", "", text), copier);
  }

  // Pages that are not https have no clipboard object, and a browser may refuse it.
  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = node("textarea", "", text);
      drawing.panel.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }
})();
