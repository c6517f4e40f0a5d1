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

test("the settings page works without keyboard shortcuts, and names those that there are", async () => {
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
