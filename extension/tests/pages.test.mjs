// Tests the built module of the extension's own pages, in a fake document.

import assert from "node:assert/strict";
import { resolveObjectURL } from "node:buffer";
import { test } from "node:test";

import { Browser, until } from "./browser.mjs";
import { open } from "./page.mjs";

const NAME = "watch:https://shop.example";

test("the demonstration sends and stores nothing", async () => {
  const browser = await new Browser().start();
  const before = JSON.stringify([[...browser.local], [...browser.session], [...browser.alarms]]);
  globalThis.indexedDB = { open: () => assert.fail("the history was opened") };
  try {
    const page = await open(browser, "welcome");
    await until(() => page.text().includes("Try the demo"));
    page.use("Try the demo");
    await until(() => /Demo .*522/.test(page.text()));
    await until(() => page.text().includes("Checking now"), 20_000);
    await until(() => page.text().includes("shop.example is back"), 40_000);
    assert.deepEqual(browser.requests, []);
    assert.deepEqual(page.sent, []);
    assert.equal(JSON.stringify([[...browser.local], [...browser.session], [...browser.alarms]]), before);
    assert.equal(browser.badges.size + browser.notifications.size, 0);
  } finally {
    delete globalThis.indexedDB;
  }
});

test("the welcome page asks for access only where it's withheld", async () => {
  const browser = new Browser();
  browser.isPermitted = false;
  await browser.start();
  const page = await open(browser, "welcome");
  await until(() => page.text().includes("Allow on all sites"));
  page.use("Allow on all sites");
  await until(() => page.text().includes("All set."));
  assert.doesNotMatch(page.text(), /Allow on all sites/);
  const granted = await open(await new Browser().start(), "welcome");
  await until(() => granted.text().includes("Try the demo"));
  assert.doesNotMatch(granted.text(), /Allow on all sites/);
});

test("the settings page lists the keyboard shortcuts, and works without any", async () => {
  const browser = await new Browser().start();
  const without = await open(browser, "settings");
  await until(() => without.text().includes("How often to check"));
  assert.doesNotMatch(without.text(), /Keyboard shortcuts/);
  chrome.commands = { getAll: async () => [{ name: "_execute_action", shortcut: "Alt+Shift+R" }] };
  const page = await open(browser, "settings");
  await until(() => page.text().includes("Alt+Shift+R opens Rayback."));
});

test("resetting the settings stores the defaults, and saving them writes a file that has them", async () => {
  const browser = await new Browser().start();
  browser.local.set("settings", { schedule: "eager", trustedOrigins: ["https://shop.example"] });
  const page = await open(browser, "settings");
  await until(() => page.text().includes("Save to a file"));
  page.use("Save to a file");
  await until(() => page.links.length > 0);
  const saved = JSON.parse(await resolveObjectURL(page.links[0].href).text());
  assert.deepEqual([saved.schedule, saved.trustedOrigins], ["eager", ["https://shop.example"]]);
  page.use("Reset");
  await until(() => browser.local.get("settings").schedule === "proportional");
  assert.deepEqual(browser.local.get("settings").trustedOrigins, []);
  assert.deepEqual(page.sent, ["settingsChanged"]);
});

test("a settings page left open keeps what was changed elsewhere meanwhile", async () => {
  const browser = await new Browser().start();
  const stored = { schedule: "eager", trustedOrigins: ["https://shop.example"] };
  browser.local.set("settings", stored);
  const page = await open(browser, "settings");
  await until(() => page.text().includes("https://shop.example"));
  browser.local.set("settings", { ...stored, panelSizes: [["https://blog.example", "hidden"]] });
  page.use("Remove");
  await until(() => browser.local.get("settings").trustedOrigins.length === 0);
  assert.deepEqual(browser.local.get("settings").panelSizes, [["https://blog.example", "hidden"]]);
});

test("a question is asked once the user consents to it, and nobody is asked if they don't", async () => {
  const browser = new Browser();
  browser.wantsConsent = true;
  await browser.start();
  await browser.fail(7);
  const consents = [false, true];
  const page = await open(browser, "host", { search: `?key=${encodeURIComponent(NAME)}&tab=7`, grants: () => consents.shift() });
  await until(() => page.text().includes("Find an archived copy"));
  page.use("Find an archived copy");
  await until(() => page.text().includes("Nobody was asked"));
  assert.deepEqual(page.asked, [{ data_collection: ["browsingActivity"] }]);
  assert.deepEqual(page.sent, []);
  page.use("Find an archived copy");
  await until(() => page.sent.length > 0);
  assert.equal(page.sent[0].asked.question, "archived-copy");
  await until(() => !page.text().includes("Nobody was asked"));
});

test("a browser without such a consent isn't asked for it", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const page = await open(browser, "host", { search: `?key=${encodeURIComponent(NAME)}&tab=7` });
  await until(() => page.text().includes("Find an archived copy"));
  page.use("Find an archived copy");
  await until(() => page.sent.length > 0);
  assert.deepEqual(page.asked, []);
});

test("a page whose data can't be read says so, in the user's language", async () => {
  const pages = { history: "", host: `?key=${encodeURIComponent(NAME)}&tab=7`, "page-check": "?tab=7", popup: "?tab=7", settings: "" };
  for (const [name, search] of Object.entries(pages)) {
    const browser = new Browser();
    browser.language = "de";
    await browser.start();
    await browser.fail(7);
    for (const area of Object.values(chrome.storage)) area.get = () => Promise.reject(new Error("IO error"));
    const page = await open(browser, name, { search });
    await until(() => page.text().includes("konnte die Daten von Rayback nicht lesen"));
    const { lang, dir } = document.documentElement.attributes;
    assert.deepEqual([lang, dir, page.title], ["de", "ltr", "Rayback"], name);
    assert.equal(browser.local.get("settings"), undefined);
  }
});

test("the history page says so if the browser has no database", async () => {
  const page = await open(await new Browser().start(), "history");
  await until(() => page.text().includes("couldn't read Rayback's data"));
});

test("the popup shows every watch even if neither the tab in front nor the permissions can be read", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  chrome.tabs.query = chrome.permissions.contains = () => Promise.reject(new Error("not now"));
  const page = await open(browser, "popup");
  await until(() => page.text().includes("shop.example"));
});

test("the welcome page asks for access even if neither the settings nor the permissions can be read", async () => {
  const browser = await new Browser().start();
  chrome.storage.local.get = chrome.permissions.contains = () => Promise.reject(new Error("not now"));
  const page = await open(browser, "welcome");
  await until(() => page.text().includes("Allow on all sites"));
});

const SHOP = { id: 9, windowId: 1, url: "https://shop.example/basket", status: "complete", incognito: false };

async function checkPage(report, change = () => {}) {
  const browser = await new Browser().start();
  browser.tabs.set(9, SHOP);
  browser.requestReport = () => report;
  change(browser);
  const page = await open(browser, "page-check", { search: "?tab=9" });
  await until(() => page.text() !== "");
  return [browser, page];
}

test("a page's report on its requests is drawn as text, limited, or refused", async () => {
  const requests = [
    { url: "https://shop.example/<img src=x onerror=alert(1)>", status: 500 },
    { url: "https://shop.example/cart", status: 503 },
    { url: "javascript:alert(1)", status: 500 },
    ...Array.from({ length: 100_000 }, (_, number) => ({ url: `https://host-${number}.example/`, status: 0 })),
  ];
  const [, page] = await checkPage({ status: 200, requests });
  assert.match(page.text(), /part of it failed.*\/cart.*HTTP 503/);
  assert.doesNotMatch(page.text(), /javascript:|onerror/);
  const hosts = page.text().match(/can't be read from here/g);
  assert.equal(hosts.length, 20);
  for (const damaged of [null, 7, "text", { requests: [{ url: 1 }] }, { requests: [{ url: "x", status: -1 }] }, { requests: {} }]) {
    const [, other] = await checkPage(damaged);
    assert.match(other.text(), /can't be read from here/, JSON.stringify(damaged));
  }
});

test("a host is asked once, on a click, and never in the user's own network", async () => {
  const requests = ["https://api.example/1", "http://192.168.1.1/x", "http://localhost:8080/"].map((url) => ({ url, status: 0 }));
  const [browser, page] = await checkPage({ status: 200, requests });
  browser.answer = () => new Response("error code: 522", { status: 522, headers: { server: "cloudflare" } });
  assert.equal(browser.requests.length, 0);
  assert.equal(page.text().match(/Check this host/g).length, 1);
  page.use("Check this host");
  await until(() => /Error 522/.test(page.text()));
  assert.deepEqual(browser.requests.map(({ url }) => url), ["https://api.example/"]);
  const { credentials, redirect } = browser.requests[0];
  assert.deepEqual([credentials, redirect], ["omit", "manual"]);
  assert.deepEqual(page.asked, [{ origins: ["https://api.example/*"] }]);
});

test("where the browser asks for consent, a host is checked only with it, and the user can try again", async () => {
  const browser = new Browser();
  browser.wantsConsent = true;
  await browser.start();
  browser.tabs.set(9, SHOP);
  browser.requestReport = () => ({ status: 200, requests: [{ url: "https://api.example/1", status: 0 }] });
  const grants = [false, true];
  const page = await open(browser, "page-check", { search: "?tab=9", grants: () => grants.shift() });
  await until(() => page.text().includes("Check this host"));
  page.use("Check this host");
  // Checked at once, because the browser accepts the request only within the click.
  assert.deepEqual(page.asked, [{ origins: ["https://api.example/*"], data_collection: ["browsingActivity"] }]);
  await until(() => page.text().includes("Nobody was asked"));
  assert.deepEqual(browser.requests, []);
  page.use("Check this host");
  await until(() => browser.requests.length > 0);
  assert.deepEqual(browser.requests.map(({ url }) => url), ["https://api.example/"]);
  await until(() => !page.text().includes("Nobody was asked"));
});

test("without access to the tab, or with the check turned off, no host is asked", async () => {
  const [, hidden] = await checkPage(null, (browser) => browser.tabs.set(9, { ...SHOP, url: undefined }));
  assert.match(hidden.text(), /There's no web page to check/);
  const [, gone] = await checkPage(null, (browser) => browser.tabs.delete(9));
  assert.match(gone.text(), /There's no web page to check/);
  const requests = [{ url: "https://api.example/", status: 0 }];
  const [browser, off] = await checkPage({ requests }, (browser) => browser.local.set("settings", { pageHosts: "off" }));
  assert.match(off.text(), /turned this check off/);
  assert.doesNotMatch(off.text(), /Check this host/);
  assert.equal(browser.requests.length, 0);
});
