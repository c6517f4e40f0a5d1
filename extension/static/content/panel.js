// Shows in a failing page the panel that Rust computed, and reports what the user does there. It decides nothing.
//
// The page can neither read nor restyle the inside of a closed shadow root, and only trusted events act. It can remove the
// panel; the toolbar button and the popup still show the state then.
(() => {
  // The answer to the gate's report, which both scripts can see because they share a world.
  const answer = globalThis.raybackAnswer;
  delete globalThis.raybackAnswer;

  // A second copy in one document: the same version only takes the new answer; one left over from an update is removed.
  if (globalThis.raybackPanel?.isCurrent()) return void (answer && globalThis.raybackPanel.await(answer));
  globalThis.raybackPanel?.dispose();
  for (const orphan of document.querySelectorAll("rayback-panel")) orphan.remove();

  const life = new AbortController();
  let panel = null; // the host, its root and the mounted tree, once there's something to draw
  let draws = 0;
  let isClosed = false; // by the user, for this document

  globalThis.raybackPanel = { isCurrent, dispose, await: awaitAnswer };
  chrome.runtime.onMessage.addListener(receive);
  listen(document, "visibilitychange", () => send({ kind: "visibility", visibility: visibility() }));
  listen(globalThis, "online", () => send({ kind: "connection", online: true }));
  listen(globalThis, "offline", () => send({ kind: "connection", online: false }));
  const clock = setInterval(() => isCurrent() || dispose(), 1000);
  void awaitAnswer(answer);

  // Once the extension is updated or removed, its old scripts stay in the page without a `runtime.id`.
  function isCurrent() {
    return !life.signal.aborted && chrome.runtime?.id !== undefined;
  }

  function dispose() {
    life.abort();
    clearInterval(clock);
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

  // Navigating to the present address, fragment included, would only scroll. So the document first takes another address,
  // which the navigation then replaces in the history. A sandboxed document may not; then the answer is no.
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

  function draw({ origin, tree, style }) {
    if (isClosed || origin !== location.origin) return; // the worker may not know yet that the tab has moved on
    draws += 1;
    panel ??= build(style);
    panel.mounted.draw(tree);
    panel.host.dir = tree.attributes.dir; // decides on which side the panel stands
    if (!panel.host.isConnected) show(panel.host);
  }

  function build(style) {
    const host = document.createElement("rayback-panel");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = document.createElement("style");
    sheet.textContent = style;
    root.append(sheet);
    return { host, root, mounted: mountTree(root, (action, control, event) => event.isTrusted && void carryOut(action, control)) };
  }

  function show(host) {
    document.documentElement.append(host);
    host.popover = "manual"; // the top layer: above every element of the page
    host.showPopover();
  }

  async function carryOut(action, control) {
    const { kind } = action;
    if (kind === "send") await send(action.message);
    if (kind === "copy" && (await copyText(action.text))) panel.mounted.acknowledge(control, action.done);
    if (kind === "copyAnswer") {
      const text = await send(complete(action.message));
      if (text && (await copyText(text))) panel.mounted.acknowledge(control, action.done);
    }
    if (kind === "collapse" || kind === "expand") resize(kind === "collapse" ? "small" : "full");
    if (kind === "close") {
      isClosed = true;
      panel.host.remove();
    }
  }

  // Adds to a message what only the document knows.
  function complete(message) {
    if (message.kind === "misread") return { ...message, body: wholePage() ?? pieces().map(({ text }) => text).join("\n") };
    if (message.kind !== "report") return message;
    return { ...message, address: panel.root.getElementById("with-address").checked ? "included" : "left-out" };
  }

  // The user's choice, for this document.
  function resize(size) {
    panel.root.querySelector(".panel").dataset.size = size;
    panel.root.querySelector(size === "small" ? ".expand" : ".collapse").focus();
  }

  // Pages that aren't https have no clipboard object, and a browser may refuse it.
  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      panel.root.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    return true;
  }
})();
