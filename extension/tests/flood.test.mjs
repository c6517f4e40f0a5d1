// Tests the built worker with many hosts at once, a full store, a worker that's stopped at any point, and wrong times.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Browser, PROBLEM_522, due, until } from "./browser.mjs";

const isWatch = (key) => key.startsWith("watch:");
const DUE = Date.now() - 1000;

/** The entries of the index by the watches' names. */
const indexOf = (browser) => Object.fromEntries(browser.session.get("index"));

/** Makes every watch due by changing its stored times and those in the index. */
function makeDue(browser) {
  const index = indexOf(browser);
  for (const [key, watch] of Object.entries(browser.watches)) {
    watch.phase.waiting.at = DUE;
    watch.schedule.notBefore = DUE;
    browser.local.set(key, JSON.stringify(watch));
    index[key].due = DUE;
  }
}

/** The latest time at which an alarm may ring for a watch. */
const latest = (watch) => Math.max(due(watch), Date.now() + 60_000);

/** Checks that after the worker was stopped, the alarm and the index still lead to every stored watch. */
function assertFound(browser, what) {
  for (const [key, watch] of Object.entries(browser.watches)) {
    assert.ok(browser.alarms.get("next") <= latest(watch), `${what}: no alarm for ${key}`);
    assert.ok(indexOf(browser)[key]?.due <= latest(watch), `${what}: ${key} isn't found by the index`);
  }
}

test("after a cut at any call of the alarm's turns, every watch that's due is stepped by the next rings", { timeout: 600_000 }, async () => {
  const browser = await new Browser().start();
  for (let host = 0; host < 12; host += 1) await browser.fail(host, { url: `https://s${host}.example/` });
  makeDue(browser);
  browser.alarms.clear(); // as the browser does before it starts a worker for it
  const before = browser.snapshot();
  for (let cut = 1; ; cut += 7) {
    browser.restore(before);
    await browser.restartWorker();
    browser.cutAfter(cut);
    await browser.event("alarm", { name: "next", scheduledTime: Date.now() });
    const wasCut = browser.calls.length >= cut;
    assertFound(browser, `cut after ${cut} calls`);
    await browser.restartWorker();
    for (let ring = 0; ring < 6; ring += 1) {
      browser.passUntil(browser.alarms.get("next"));
      await browser.ring();
    }
    browser.passUntil(null);
    const left = Object.entries(browser.watches).filter(([, watch]) => watch.phase.waiting?.at === DUE);
    assert.deepEqual(left.map(([key]) => key), [], `cut after ${cut} calls`);
    if (!wasCut) break;
    assert.ok(cut < 5000);
  }
});

test("after a cut at any call of a new host's turn, the alarm and the index lead to every stored watch", { timeout: 600_000 }, async () => {
  const browser = await new Browser().start();
  for (let host = 0; host < 3; host += 1) await browser.fail(host, { url: `https://s${host}.example/` });
  const before = browser.snapshot();
  for (let cut = 1; ; cut += 1) {
    browser.restore(before);
    await browser.restartWorker();
    browser.cutAfter(cut);
    await browser.fail(9, { url: "https://new.example/" });
    assertFound(browser, `cut after ${cut} calls`);
    if (browser.calls.length < cut) break;
    assert.ok(cut < 500);
  }
});

test("500 tabs of 200 hosts cost no event more than the index and the watches it concerns, and at most 10 requests at a time", { timeout: 600_000 }, async () => {
  const browser = await new Browser().start();
  let inFlight = 0;
  let most = 0;
  browser.answer = async () => {
    most = Math.max(most, (inFlight += 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    inFlight -= 1;
    return new Response(PROBLEM_522, { status: 522, headers: { "content-type": "application/problem+json", "cf-ray": "230b030023ae2822-FRA" } });
  };
  browser.local.set("settings", { statusPage: "off" }); // it would step every watch once a minute
  await browser.fail(1002, { url: "https://first.example/" });
  const usual = await event(browser, () => browser.fail(1000, { url: "https://usual.example/" }));
  let worst = usual;
  for (let tab = 0; tab < 500; tab += 1) {
    const host = `h${tab % 200}.flood${tab % 20}.example`;
    const cost = await event(browser, () => browser.fail(tab, { url: `https://${host}/${tab}` }));
    assert.deepEqual(cost.watches, [`watch:https://${host}`], "an event touched another host's watch");
    if (cost.calls > worst.calls) worst = cost;
  }
  const flooded = await event(browser, () => browser.fail(1001, { url: "https://victim.example/" }));
  assert.ok(most <= 10, `${most} requests at a time`);
  assert.ok(flooded.calls <= 2 * usual.calls, JSON.stringify({ usual, flooded }));
  assert.deepEqual([...browser.alarms.keys()], ["next"]);
  assert.equal(browser.scripts.size, 203);

  makeDue(browser);
  most = 0;
  browser.requests.length = 0;
  await browser.ring();
  const attempts = () => new Set(browser.requests.map(({ url }) => url).filter((url) => url.endsWith(".example/"))).size;
  await until(() => attempts() === 203, 60_000);
  assert.ok(most <= 10, `${most} requests at a time`);
  const stored = JSON.stringify([...browser.local]).length;
  console.log(JSON.stringify({ usual, worst, flooded, most, stored, index: JSON.stringify(browser.session.get("index")).length }));
});

/** The calls, bytes and watches that an event costs. */
async function event(browser, act) {
  browser.calls.length = 0;
  const begun = performance.now();
  const answer = await act();
  assert.equal(answer.kind, "draw");
  const ms = Math.round(performance.now() - begun);
  const named = browser.calls.flatMap(([name, keys]) => (name.endsWith("get") ? [keys].flat() : /set$/.test(name) ? Object.keys(keys) : []));
  assert.ok(!named.includes(null), JSON.stringify(browser.calls.filter(([, keys]) => keys === null)));
  const written = browser.calls.filter(([name]) => name.startsWith("storage") && name.endsWith("set")).map(([, items]) => JSON.stringify(items).length);
  const watches = [...new Set(named.filter((key) => typeof key === "string" && isWatch(key)))];
  return { calls: browser.calls.length, ms, bytesWritten: written.reduce((sum, length) => sum + length, 0), watches };
}

test("a tab that goes from failure to failure keeps no other site waiting", async () => {
  const browser = await new Browser().start();
  browser.local.set("settings", { statusPage: "off" }); // it's read for every watch
  await browser.fail(3, { url: "https://first.example/" });
  const { calls: usual } = await event(browser, () => browser.fail(3, { url: "https://usual.example/" }));
  browser.calls.length = 0;
  const flood = Array.from({ length: 100 }, (_, hop) => browser.fail(1, { url: `https://n${hop}.example/` }));
  const answer = await browser.fail(2, { url: "https://victim.example/" });
  await Promise.all(flood);
  assert.equal(answer.kind, "draw");
  const stored = browser.when("storage.local.set", (items) => "watch:https://victim.example" in items);
  assert.ok(stored >= 0 && stored < 6 * usual, `${stored} calls, usually ${usual}`);
  const watched = Object.keys(browser.watches).filter((key) => /\/n\d/.test(key));
  assert.ok(watched.includes("watch:https://n99.example") && watched.length < 5, `${watched}`);
  assert.equal(browser.panels.get(1)?.kind, "draw", "the last page has no panel");
});

test("answers that ask for a day keep few watches, whatever the number of hosts", { timeout: 600_000 }, async () => {
  const browser = await new Browser().start();
  browser.answer = () => new Response("", { status: 404 });
  const body = JSON.stringify({ ...JSON.parse(PROBLEM_522), retry_after: 999_999_999 });
  for (let host = 0; host < 150; host += 1) await browser.fail(9, { url: `https://s${host}.example/`, body });
  const kept = Object.values(browser.watches).filter((watch) => watch.tabs.length === 0);
  assert.ok(kept.some((watch) => watch.schedule.notBefore > Date.now() + 80_000_000), "no watch has a floor of a day");
  assert.equal(kept.length, 64);
  assert.equal(browser.scripts.size, 65);
});

test("a full store drops watches that no tab needs, and the alarm is set", async () => {
  const browser = await new Browser().start();
  browser.answer = () => new Response("", { status: 404 });
  for (let host = 0; host < 20; host += 1) await browser.fail(9, { url: `https://s${host}.example/` });
  await browser.fail(7);
  const quota = size(browser);
  const { set } = chrome.storage.local;
  chrome.storage.local.set = async (items) => {
    if (size(browser) + JSON.stringify(items).length > quota) throw new Error("Resource::kQuotaBytes quota exceeded");
    return set(items);
  };
  browser.alarms.clear();
  assert.equal((await browser.fail(8, { url: "https://fresh.example/" })).kind, "draw");
  await until(() => "watch:https://fresh.example" in browser.watches);
  assert.ok("watch:https://shop.example" in browser.watches, "a watch with a tab was dropped");
  assert.ok(Object.keys(browser.watches).length < 22);
  assert.ok(browser.alarms.get("next") <= due(browser.watches["watch:https://fresh.example"]));
  assert.doesNotMatch(JSON.stringify(browser.panels.get(8).tree), /Not checking automatically/);
});

test("a store that stays full keeps the old state's alarm", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  chrome.storage.local.set = () => Promise.reject(new Error("Resource::kQuotaBytes quota exceeded"));
  makeDue(browser);
  browser.alarms.clear();
  await browser.event("alarm", { name: "next", scheduledTime: Date.now() });
  assert.ok(browser.alarms.get("next") <= Date.now() + 60_000);
  assert.deepEqual(browser.requests.filter(({ url }) => url === "https://shop.example/"), [], "a request whose step isn't stored");
});

const size = (browser) => JSON.stringify([...browser.local]).length;

test("hopping through subdomains keeps the store, the scripts and the alarms small, and another host's panel quick", { timeout: 600_000 }, async () => {
  const browser = await new Browser().start();
  browser.answer = () => new Response("", { status: 404 });
  const timed = async (tab, url) => {
    const calls = browser.calls.length;
    const begun = performance.now();
    assert.equal((await browser.fail(tab, { url })).kind, "draw");
    return { ms: performance.now() - begun, calls: browser.calls.length - calls };
  };
  await timed(2, "https://first.example/");
  const usual = await timed(3, "https://usual.example/");
  for (let hop = 0; hop < 5000; hop += 1) await timed(9, `https://h${hop}.evil.example/`);
  const flooded = await timed(4, "https://victim.example/");
  console.log(JSON.stringify({ usual, flooded, watches: Object.keys(browser.watches).length, scripts: browser.scripts.size, bytes: size(browser) }));
  assert.ok(Object.keys(browser.watches).length <= 13, Object.keys(browser.watches).join());
  assert.ok(browser.scripts.size <= 13);
  assert.deepEqual([...browser.alarms.keys()], ["next"]);
  assert.ok(flooded.calls <= 2 * usual.calls, JSON.stringify({ usual, flooded }));
});

test("a form dated in the future gets the present time, and other forms don't expire", async () => {
  for (const at of [Date.now() + 601_000, 4e12, 9e15]) {
    const browser = await new Browser().start();
    await browser.submit(7);
    const tab = { id: 3, windowId: 1, url: "https://evil.example/", status: "complete", incognito: false };
    const formSent = { address: tab.url, at, shownIn: "this-tab", certainty: "sent" };
    await browser.event("message", { formSent }, { tab, url: tab.url });
    const forms = browser.session.get("sentForms");
    assert.deepEqual(forms.map(({ tab }) => tab), [7, 3], `${at}`);
    assert.ok(forms.every((form) => form.at <= Date.now()), JSON.stringify(forms));
    await browser.fail(7);
    assert.equal(browser.watches["watch:https://shop.example"].tabs[0].method, "other", `${at}`);
  }
});

/** Runs something with the clock set back by a year. */
async function yearBack(act) {
  const now = Date.now;
  Date.now = () => now() - 365 * 86_400_000;
  try {
    return await act();
  } finally {
    Date.now = now;
  }
}

test("after the clock is set back, the next event of any host corrects every watch's times", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.fail(8, { url: "https://other.example/" });
  const before = browser.snapshot();
  for (const index of ["kept", "lost"]) {
    browser.restore(before);
    if (index === "lost") browser.session.delete("index");
    await yearBack(async () => {
      await browser.restartWorker();
      await browser.fail(9, { url: "https://fresh.example/" });
      const ahead = () => Object.values(browser.watches).map((watch) => due(watch) - Date.now());
      await until(() => ahead().length === 3 && Math.max(...ahead()) < 86_400_000);
      await until(() => browser.alarms.get("next") <= Date.now() + 600_000);
      await until(() => Object.values(indexOf(browser)).every((entry) => entry.due < Date.now() + 86_400_000));
    });
  }
});

test("if watching forms seems to have begun in the future, it begins again at the next start", async () => {
  const browser = await new Browser().start();
  await yearBack(async () => {
    await browser.reopen();
    await browser.event("startup");
    assert.ok(browser.local.get("formsWatchedSince") <= Date.now());
    await browser.fail(7);
    assert.equal(browser.watches["watch:https://shop.example"].tabs[0].method, "get");
  });
});
