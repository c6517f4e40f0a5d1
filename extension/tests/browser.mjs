// A fake browser that records the extension's calls to `chrome` and to the network, in order.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const dist = new URL("../../dist/chrome/", import.meta.url);

/** Cloudflare's page for an unresponsive origin: our own text with the real page's ids. */
export const PAGE_522 = `<!DOCTYPE html><html class="no-js" lang="en-US"><head><title>shop.example | 522: Connection timed out</title>
<link rel="stylesheet" href="/cdn-cgi/styles/main.css"></head><body><div id="cf-wrapper"><div id="cf-error-details" class="p-0">
<header><h1><span class="inline-block">Connection timed out</span><span class="code-label">Error code 522</span></h1></header>
<div class="cf-error-footer"><span class="cf-footer-item">Cloudflare Ray ID: <strong class="font-semibold">230b030023ae2822</strong></span></div>
</div></div></body></html>`;

export const PROBLEM_522 = JSON.stringify({
  type: "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-522/",
  title: "Error 522: Connection timed out",
  status: 522,
  error_code: 522,
  error_name: "connection_timeout",
  error_category: "origin",
  ray_id: "230b030023ae2822",
  instance: "230b030023ae2822",
  zone: "shop.example",
  cloudflare_error: true,
  retryable: true,
  retry_after: 120,
});

/** A browser that has just started. */
export class Browser {
  local = new Map();
  session = new Map();
  alarms = new Map();
  tabs = new Map();
  badges = new Map();
  notifications = new Map();
  scripts = new Map();
  /** Every call, in order: `[name, ...arguments]`. */
  calls = [];
  /** Every request that was sent. */
  requests = [];
  /** Every message sent to a tab's scripts: `[tab, message]`. */
  tabMessages = [];
  /** The latest panel of each tab, from the response to its report or a later message. */
  panels = new Map();
  /** Returns the response to a request. */
  answer = () => new Response(PROBLEM_522, { status: 522, headers: { "content-type": "application/problem+json", "cf-ray": "230b030023ae2822-FRA" } });
  /** The report of an inspected tab; `null` if no script may run in it. */
  pageReport = () => null;
  isPermitted = true;
  /** Whether it asks its user for consent before data leaves it, as Firefox does. */
  wantsConsent = false;
  /** Whether its user consents. */
  consents = false;
  /** Namespaces of the API that this browser doesn't have. */
  lacks = [];
  /** Whether it shows buttons on notifications; a browser that can't throws an error. */
  hasButtons = true;
  installType = "development";
  language = "en-GB";
  /** Files that replace the package's own, by path: their text or bytes; `null` for a file that's missing. */
  files = new Map();
  /** The package's files that were read, by path. */
  loaded = [];
  /** The report of a page's script on the page's requests. */
  requestReport = () => null;
  /** The entries of the button's menu: their titles. */
  menu = [];

  /** Installs this browser's globals and starts a worker. */
  async start(reason = "install") {
    globalThis.chrome = this.#api();
    for (const missing of this.lacks) delete globalThis.chrome[missing];
    globalThis.fetch = (request) => this.#fetch(request);
    Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
    await this.restartWorker();
    await this.event("installed", { reason });
    return this;
  }

  /** Replaces the worker with a new one, which knows only the stored state. */
  async restartWorker() {
    const file = new URL("wasm/worker.js", dist);
    // Each worker needs its own module: the query makes Node load it again.
    const module = await import(`${file.href}?${(Browser.#workers += 1)}`);
    await module.default({ module_or_path: await readFile(new URL("wasm/worker_bg.wasm", dist)) });
    this.dispatch = module.dispatch;
    this.#left = Infinity;
  }

  /** Closes the browser and opens it again: session storage is empty, and the worker is new. */
  async reopen() {
    this.session.clear();
    await this.restartWorker();
  }

  /** Sets the clock forward to `time`, or back to the real time if that's `null`. */
  passUntil(time) {
    const ahead = time === null ? 0 : Math.max(time - Browser.#realNow(), Date.now() - Browser.#realNow());
    Date.now = () => Browser.#realNow() + ahead;
  }

  static #realNow = Date.now;

  /** Everything stored and scheduled, for `restore`. */
  snapshot() {
    return structuredClone([this.local, this.session, this.alarms, this.scripts, this.tabs]);
  }

  /** Restores a snapshot and forgets the calls and requests since. */
  restore(snapshot) {
    const kept = [this.local, this.session, this.alarms, this.scripts, this.tabs];
    for (const [number, map] of structuredClone(snapshot).entries()) {
      kept[number].clear();
      for (const [key, value] of map) kept[number].set(key, value);
    }
    this.calls.length = 0;
    this.requests.length = 0;
  }

  static #workers = 0;

  /** Stops the worker after this many calls: later ones never return. */
  cutAfter(calls) {
    this.#left = calls;
    // A stopped worker gives no answer.
    const dispatch = this.dispatch;
    this.dispatch = (...event) => Promise.race([dispatch(...event), new Promise((resolve) => setTimeout(resolve, 100))]);
  }

  #left = Infinity;

  /** Sends one event, waits until the worker has handled it, and returns the response. */
  async event(name, ...details) {
    const answer = await this.dispatch(name, details);
    if (answer?.kind === "draw") this.panels.set(details[1].tab.id, answer);
    await this.settle();
    return answer;
  }

  /** Waits until the worker stops making calls and requests. */
  async settle() {
    for (let seen = -1; seen !== this.calls.length + this.requests.length; ) {
      seen = this.calls.length + this.requests.length;
      await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 5)));
    }
  }

  /** Reports a failing document in a tab and returns the response. */
  async fail(tab, { url = "https://shop.example/cart", body = PAGE_522, status = 522, arrival = "navigate", incognito = false, visibility = "visible" } = {}) {
    const shown = { id: tab, windowId: 1, url, active: true, discarded: false, status: "complete", incognito };
    this.tabs.set(tab, shown);
    const page = { url, status, body, arrival, loadedAt: Date.now() + 1, visibility, unsavedInput: "none" };
    this.pageReport = () => page;
    return await this.event("message", { failing: { sighting: "fresh", page } }, { tab: shown, url });
  }

  /** Reports that a form leaves this tab's page. */
  async submit(tab, { address = "https://shop.example/cart", shownIn = "this-tab", certainty = "sent" } = {}) {
    const sender = { tab: { id: tab, windowId: 1, status: "complete", incognito: false } };
    await this.event("message", { formSent: { address, at: Date.now(), shownIn, certainty } }, sender);
  }

  /** Fires the first alarm, even if it isn't due. */
  async ring() {
    const [name] = [...this.alarms.keys()];
    await this.event("alarm", { name, scheduledTime: Date.now() });
  }

  /** The stored watches, by key. */
  get watches() {
    const stored = [...this.local, ...this.session].filter(([key]) => /^(watch|private):/.test(key));
    return Object.fromEntries(stored.map(([key, watch]) => [key, JSON.parse(watch)]));
  }

  /** The position of the first call with this name and matching arguments; -1 if there's none. */
  when(name, matches = () => true) {
    return this.calls.findIndex(([called, ...details]) => called === name && matches(...details));
  }

  called(name) {
    return this.calls.filter(([called]) => called === name).map(([, ...details]) => details);
  }

  async #fetch(request) {
    if (request.url.startsWith("chrome-extension:")) {
      const path = new URL(request.url).pathname.slice(1);
      this.loaded.push(path);
      if (this.files.get(path) === null) throw new TypeError("Failed to fetch");
      return new Response(this.files.get(path) ?? (await readFile(new URL(path, dist))));
    }
    this.requests.push(request);
    return this.answer(request);
  }

  #api() {
    const call = (name, act) => async (...details) => {
      if ((this.#left -= 1) < 0) return new Promise(() => {}); // the worker was stopped
      this.calls.push([name, ...details]);
      return act(...details);
    };
    const area = (name, values) => ({
      get: call(`storage.${name}.get`, (keys) => Object.fromEntries([...values].filter(([known]) => keys === null || [keys].flat().includes(known)))),
      set: call(`storage.${name}.set`, (items) => Object.entries(items).forEach(([key, value]) => values.set(key, value))),
      remove: call(`storage.${name}.remove`, (keys) => [keys].flat().forEach((key) => values.delete(key))),
    });
    const notify = call("notifications.create", (name, options) => void this.notifications.set(name, options));
    const required = (value, message) => {
      if (value === undefined) throw new Error(message);
      return value;
    };
    return {
      action: {
        setBadgeText: call("action.setBadgeText", ({ tabId, text }) => void this.badges.set(tabId, text)),
        setBadgeBackgroundColor: call("action.setBadgeBackgroundColor", () => {}),
        setTitle: call("action.setTitle", () => {}),
        setPopup: call("action.setPopup", () => {}),
        openPopup: call("action.openPopup", () => {}),
      },
      alarms: {
        create: call("alarms.create", (name, { when }) => void this.alarms.set(name, when)),
        clear: call("alarms.clear", (name) => this.alarms.delete(name)),
        getAll: call("alarms.getAll", () => [...this.alarms].map(([name, scheduledTime]) => ({ name, scheduledTime }))),
      },
      contextMenus: {
        create: ({ title }) => void this.menu.push(title),
        removeAll: call("contextMenus.removeAll", () => void (this.menu.length = 0)),
      },
      i18n: { getUILanguage: () => this.language },
      management: { getSelf: call("management.getSelf", () => ({ installType: this.installType })) },
      notifications: {
        create: (name, options) => {
          // Firefox throws at once.
          if (options.buttons && !this.hasButtons) throw new Error('Property "buttons" is unsupported.');
          return notify(name, options);
        },
        clear: call("notifications.clear", (name) => this.notifications.delete(name)),
      },
      permissions: {
        contains: call("permissions.contains", () => this.isPermitted),
        getAll: call("permissions.getAll", () => (this.wantsConsent ? { data_collection: this.consents ? ["browsingActivity"] : [] } : {})),
      },
      runtime: { id: "rayback", getURL: (path) => `chrome-extension://rayback/${path}` },
      scripting: {
        executeScript: call("scripting.executeScript", ({ files }) => {
          if (!this.isPermitted) throw new Error("Cannot access contents of the page.");
          if (files.includes("content/requests.js")) return [{ result: this.requestReport() }];
          if (!files.includes("content/inspect.js")) return [{}];
          const result = this.pageReport();
          if (!result) throw new Error("Cannot access contents of the page.");
          return [{ result }];
        }),
        registerContentScripts: call("scripting.registerContentScripts", (made) => made.forEach((one) => this.scripts.set(one.id, one))),
        unregisterContentScripts: call("scripting.unregisterContentScripts", ({ ids }) => ids.forEach((id) => this.scripts.delete(id))),
        getRegisteredContentScripts: call("scripting.getRegisteredContentScripts", (filter) => [...this.scripts.values()].filter(({ id }) => filter?.ids.includes(id) ?? true)),
      },
      storage: { local: area("local", this.local), session: area("session", this.session) },
      tabs: {
        get: call("tabs.get", (id) => required(this.tabs.get(id), `No tab with id: ${id}.`)),
        create: call("tabs.create", () => ({})),
        query: call("tabs.query", () => [...this.tabs.values()]),
        update: call("tabs.update", (id) => required(this.tabs.get(id), `No tab with id: ${id}.`)),
        sendMessage: call("tabs.sendMessage", (id, message) => {
          this.tabMessages.push([id, message]);
          if (message.kind === "draw") this.panels.set(id, message);
        }),
      },
      windows: { update: call("windows.update", () => {}) },
    };
  }
}

/** Every node of a tree in order, including texts. */
export function* nodes(tree) {
  yield tree;
  for (const child of joined(tree.children ?? [])) yield* nodes(child);
}

/** The children without `wbr` elements; texts on both sides of one are joined. */
function joined(children) {
  const rest = [];
  for (const child of children.filter(({ tag }) => tag !== "wbr")) {
    if (typeof child === "string" && typeof rest.at(-1) === "string") rest.push(rest.pop() + child);
    else rest.push(child);
  }
  return rest;
}

/** The tree's text, with `{time}` not yet replaced. */
export function text(tree) {
  return [...nodes(tree)].map((node) => (typeof node === "string" ? node : (node.text ?? ""))).join(" ");
}

/** When a stored watch needs its alarm. */
export function due(watch) {
  const [phase] = Object.values(watch.phase);
  return phase.at ?? phase.deadline ?? phase.checkAt ?? phase.until;
}

/** Waits until a condition is true. */
export async function until(condition, patience = 8000) {
  const end = Date.now() + patience;
  while (!condition()) {
    assert.ok(Date.now() < end, `never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
