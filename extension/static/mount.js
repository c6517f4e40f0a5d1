// Creates elements from the trees that Rust builds (src/ui/), and for each later tree changes only what differs. The panel
// and the extension's own pages share it.
//
// A function declaration, not a `const`: a page may get this script twice.

// Shows trees at the end of `parent`. `act` gets a control's action, the control and the event when it's used.
function mountTree(parent, act) {
  const SVG = "http://www.w3.org/2000/svg";
  const trees = new WeakMap(); // each node with the tree it shows
  const countdowns = new Set();
  const rings = new Set(); // circles whose line gets shorter
  let shown = null;
  let language;

  function draw(tree) {
    // Times are written as in the user's own region, if the browser names one for this language, but with Latin digits, like
    // the texts.
    const [spoken] = tree.attributes.lang.split("-");
    const regional = navigator.languages.find((tag) => tag.split("-")[0] === spoken) ?? tree.attributes.lang;
    language = new Intl.Locale(regional, { numberingSystem: "latn" }).toString();
    if (shown && trees.get(shown).tag === tree.tag) patch(shown, tree);
    else {
      shown?.remove();
      shown = create(tree);
      parent.append(shown);
    }
    tick();
  }

  function create(tree) {
    if (tree.tag === undefined) return patch(document.createTextNode(""), tree);
    const isSvg = ["svg", "path", "circle"].includes(tree.tag);
    const node = isSvg ? document.createElementNS(SVG, tree.tag) : document.createElement(tree.tag);
    if (tree.class) node.setAttribute("class", tree.class);
    if (tree.action) {
      const search = tree.attributes?.type === "search"; // at each key
      node.addEventListener(search ? "input" : tree.tag === "input" ? "change" : "click", (event) => {
        const { action } = trees.get(node);
        if (action) act(action, node, event);
      });
    }
    return patch(node, tree);
  }

  // Changes what differs from the tree that the node shows. What the user has changed since, such as opened details,
  // stays.
  function patch(node, tree) {
    const before = trees.get(node) ?? {};
    trees.set(node, tree);
    if (node.nodeType === Node.TEXT_NODE) {
      if (tree.countdown !== undefined) countdowns.add(node);
      else {
        countdowns.delete(node);
        // A label that now reads "Copied" isn't touched by a tree whose text is the same as before.
        if (JSON.stringify(before) !== JSON.stringify(tree)) write(node, words(tree));
      }
      return node;
    }
    const [old, attributes] = [before.attributes ?? {}, tree.attributes ?? {}];
    for (const name of Object.keys(old)) if (!(name in attributes)) set(node, name, null);
    for (const [name, value] of Object.entries(attributes)) if (old[name] !== value) set(node, name, value);
    if (tree.wait) rings.add(node);
    patchChildren(node, tree.children);
    return node;
  }

  // A field that the user has changed no longer follows its attributes.
  function set(node, name, value) {
    if (value === null) node.removeAttribute(name);
    else node.setAttribute(name, value);
    if (node.localName !== "input") return;
    if (name === "checked") node.checked = value !== null;
    if (name === "value") node.value = value ?? "";
  }

  // A node is reused for the first of the new children with the same tag, class and id.
  function patchChildren(parent, children) {
    const left = [...parent.childNodes];
    const kept = children.map((tree) => {
      const at = left.findIndex((node) => identity(trees.get(node)) === identity(tree));
      return at < 0 ? null : left.splice(at, 1)[0];
    });
    const focused = [...parent.childNodes].findIndex((node) => node.matches?.(":focus"));
    const isFocusLost = left.includes(parent.childNodes[focused]);
    for (const node of left) node.remove();
    children.forEach((tree, index) => {
      const node = kept[index] ? patch(kept[index], tree) : create(tree);
      if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
    });
    if (isFocusLost) parent.childNodes[Math.min(focused, children.length - 1)]?.focus?.();
  }

  function identity(tree) {
    return `${tree?.tag}.${tree?.class ?? ""}#${tree?.attributes?.id ?? ""}`;
  }

  function write(node, text) {
    if (node.data !== text) node.data = text;
  }

  // A moment is written the way the browser writes times; with its date, unless that's today.
  function words(tree) {
    if (typeof tree === "string") return tree;
    const at = new Date(tree.at);
    const isToday = at.toDateString() === new Date().toDateString();
    const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
    return tree.text.replace("{time}", at.toLocaleString(language, style));
  }

  function tick() {
    for (const node of countdowns) {
      if (shown?.contains(node)) write(node, remaining(trees.get(node).countdown));
      else countdowns.delete(node);
    }
    for (const ring of rings) {
      if (shown?.contains(ring)) ring.style.strokeDasharray = `${share(trees.get(ring).wait)} 1`;
      else rings.delete(ring);
    }
  }

  // How much of a wait is left, from 1 to 0.
  function share([from, to]) {
    return Math.min(1, Math.max(0, (to - Date.now()) / Math.max(1, to - from)));
  }

  // "4:32" or "1:04:32", in the digits of the tree's language.
  function remaining(deadline) {
    const seconds = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
    const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
    return parts
      .map((part, index) => part.toLocaleString(language, { minimumIntegerDigits: index === 0 ? 1 : 2 }))
      .join(":");
  }

  // Changes a button's label permanently.
  function relabel(button, label) {
    const tree = trees.get(button);
    trees.set(button, { ...tree, children: [label] });
    trees.set(button.firstChild, label);
    write(button.firstChild, label);
  }

  // Changes a button's label for 2 seconds.
  function acknowledge(button, done) {
    write(button.firstChild, done);
    setTimeout(() => write(button.firstChild, words(trees.get(button.firstChild))), 2000);
  }

  const clock = setInterval(tick, 1000);
  return { draw, acknowledge, relabel, dispose: () => clearInterval(clock) };
}
