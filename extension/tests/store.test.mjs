// Tests the built worker with every pair of stored values damaged in every way.
//
// Each combination needs a new worker, which Node never frees, so the combinations are spread over threads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

import { Browser, PAGE_522, due, until } from "./browser.mjs";

const NAME = "watch:https://shop.example";
const BYSTANDER = "watch:https://bystander.example";
const DAMAGES = { absent: undefined, null: null, wrong: { a: [-1] }, text: "{", huge: "x".repeat(1_000_000), version: JSON.stringify({ version: 99 }), number: 1e308 };
const THREADS = 8;

/** A browser with every kind of stored value. */
async function full() {
  const browser = await new Browser().start();
  browser.local.set("watch:https://older.example", JSON.stringify({ version: 1 }));
  await browser.submit(7);
  await browser.fail(7);
  await browser.fail(6, { url: "https://older.example/" }); // sets the old version's watch aside
  await browser.fail(8, { url: "https://bystander.example/" });
  await browser.event("message", { pressed: { choice: "trust-origin", key: NAME } }, { url: "chrome-extension://rayback/host.html" });
  browser.answer = () => new Response("{}", { status: 500 });
  await browser.event("message", { asked: { question: "archived-copy", page: { key: NAME, tab: 7 } } }, { url: "chrome-extension://rayback/host.html" });
  await until(() => browser.session.has(`findings:${NAME}`) && browser.session.has("statusPage"));
  browser.session.set("restorableMethods", []); // as after a restart
  browser.session.set("notified", [[NAME, 7]]); // as after a notification
  browser.answer = () => new Response("", { status: 404 });
  return browser;
}

/** Every stored key, as `[area, key]`. */
function keys(browser) {
  return ["local", "session"].flatMap((area) => [...browser[area].keys()].map((key) => [area, key])).filter(([, key]) => key !== BYSTANDER);
}

/** Every combination of two damaged keys, and of one. */
function* combinations(keys) {
  for (const [at, first] of keys.entries()) {
    for (const one of Object.keys(DAMAGES)) {
      yield [[first, one]];
      for (const second of keys.slice(at + 1)) {
        for (const other of Object.keys(DAMAGES)) yield [[first, one], [second, other]];
      }
    }
  }
}

if (isMainThread) {
  test("no stored value, absent or damaged, alone or with any other, costs another host its panel, its watch or its alarm", { timeout: 1_200_000 }, async () => {
    let checked = 0;
    for (let thread = 0; thread < THREADS; thread += 2) {
      const counts = await Promise.all([count(thread), count(thread + 1)]);
      checked += counts[0] + counts[1];
    }
    console.log(`${checked} combinations`);
    assert.ok(checked > 3000, `${checked}`);
  });

  test("a damaged setting doesn't affect the others, even after the settings are stored again", async () => {
    const rest = { schedule: "patient", mode: "only-notify", statusPage: "off", historyDays: 0, notifications: "off" };
    const damages = {
      language: 7,
      schedule: "from-a-newer-version",
      panelSizes: [["https://a b", "small"], ["https://a.example", "tiny"], 7],
      codeFloorsS: { x: 1 },
      floorS: 60.5,
      stepsS: [4294967296],
      trustedOrigins: { a: 1 },
      globalping: null,
      statusPage: "from-a-newer-version",
    };
    for (const [field, damage] of Object.entries(damages)) {
      const browser = await new Browser().start();
      browser.local.set("settings", { ...rest, [field]: damage });
      await browser.fail(7);
      assert.deepEqual(browser.requests.filter(({ url }) => url.includes("cloudflarestatus")), [], field);
      await browser.event("message", { panelSized: { size: "small" } }, { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
      const stored = browser.local.get("settings");
      assert.deepEqual(stored.panelSizes, [["https://shop.example", "small"]], field);
      for (const [other, value] of Object.entries(rest)) {
        if (other !== field || other === "statusPage") assert.equal(stored[other], value, `${other}, with ${field} damaged`);
      }
      if (field === "globalping") assert.equal(stored.globalping, "off");
    }
  });
} else {
  const browser = await full();
  const stored = keys(browser);
  for (const key of ["settings", "formsWatchedSince", NAME, "aside:watch:https://older.example"]) assert.ok(browser.local.has(key), key);
  for (const key of ["running", "index", "sentForms", "statusPage", "failures", `findings:${NAME}`, `outages:${NAME}`]) assert.ok(browser.session.has(key), key);
  const before = browser.snapshot();
  let checked = 0;
  let number = 0;
  for (const damaged of combinations(stored)) {
    if ((number += 1) % THREADS !== workerData.thread) continue;
    browser.restore(before);
    browser.alarms.clear();
    for (const [[area, key], how] of damaged) DAMAGES[how] === undefined ? browser[area].delete(key) : browser[area].set(key, DAMAGES[how]);
    await check(browser, damaged.map(([[, key], how]) => `${key} ${how}`).join(", "));
    checked += 1;
  }
  parentPort.postMessage(checked);
}

/** Checks a thread's share of the combinations; returns their number. */
async function count(thread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { thread } });
  const checked = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  await worker.terminate();
  return checked;
}

async function check(browser, what) {
  await browser.restartWorker();
  const url = "https://fresh.example/";
  const tab = { id: 9, windowId: 1, url, active: true, discarded: false, status: "complete", incognito: false };
  browser.tabs.set(9, tab);
  const page = { url, status: 522, body: PAGE_522, arrival: "navigate", loadedAt: Date.now() + 1, visibility: "visible", unsavedInput: "none" };
  const answer = await browser.dispatch("message", [{ failing: { sighting: "fresh", page } }, { tab, url }]);
  assert.equal(answer?.kind, "draw", what);
  const fresh = "watch:https://fresh.example";
  await until(() => browser.local.has(fresh) && browser.alarms.has("next")); // stored after the answer
  const { [fresh]: watch, [BYSTANDER]: other } = Object.fromEntries([fresh, BYSTANDER].map((key) => [key, JSON.parse(browser.local.get(key))]));
  assert.ok(other, `${what}: another host's watch is lost`);
  assert.ok(browser.alarms.get("next") <= Math.min(due(watch), Math.max(due(other), Date.now() + 60_000)), what);
  const asides = [...browser.local.keys()].filter((key) => key.startsWith("aside:"));
  assert.ok(asides.length <= 5, asides.join());
}
