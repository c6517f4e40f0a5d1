// A fake document in which one of the extension's own pages is drawn. It keeps the latest tree, and can use its
// controls.

import { readFile } from "node:fs/promises";

import { nodes, text } from "./browser.mjs";

const dist = new URL("../../dist/chrome/", import.meta.url);
let pages = 0;

/** Opens a page in a fake browser, after `start`. `grants` answers each request for a permission. */
export async function open(browser, name, { search = "", origin = "chrome-extension://rayback/", grants = () => true } = {}) {
  const page = { tree: null, title: "", links: [], asked: [], sent: [] };
  class Window {
    static [Symbol.hasInstance] = (value) => value === globalThis;
  }
  class Element {
    attributes = {};
    setAttribute(name, value) {
      this.attributes[name] = value;
    }
    click() {
      page.links.push(this.attributes);
    }
  }
  const document = {
    body: new Element(),
    documentElement: new Element(),
    createElement: () => new Element(),
    set title(title) {
      page.title = title;
    },
  };
  const globals = { Window, Element, HTMLElement: Element, HTMLInputElement: class extends Element {}, document, location: { search, reload: () => {} } };
  for (const [key, value] of Object.entries(globals)) Object.defineProperty(globalThis, key, { value, configurable: true, writable: true });
  globalThis.mountTree = (_parent, act) => {
    page.act = act;
    return { draw: (tree) => void (page.tree = structuredClone(tree)) };
  };
  Object.assign(chrome.runtime, {
    getURL: (path) => `${origin}${path}`,
    sendMessage: async (message) => void page.sent.push(message),
    openOptionsPage: async () => {},
  });
  chrome.permissions.request = async (permissions) => {
    page.asked.push(permissions);
    return grants(permissions);
  };
  chrome.storage.onChanged = { addListener: () => {} };
  const { fetch } = globalThis;
  const own = (request) => new Request(request.url.replace(origin, "chrome-extension://rayback/"));
  globalThis.fetch = (request) => fetch(request.url.startsWith(origin) ? own(request) : request);
  const module = await import(`${new URL("wasm/pages.js", dist).href}?${(pages += 1)}`);
  await module.default({ module_or_path: await readFile(new URL("wasm/pages_bg.wasm", dist)) });
  module.mount(name);
  /** Uses the control with this label. */
  page.use = (label) => {
    const control = [...nodes(page.tree)].find((node) => node.action && text(node).trim() === label);
    if (!control) throw new Error(`no control "${label}": ${text(page.tree)}`);
    page.act(control.action, document.createElement("button"));
  };
  page.text = () => (page.tree ? text(page.tree) : "");
  return page;
}
