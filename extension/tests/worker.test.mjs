// Tests the built worker in a fake browser: its calls and their order.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Browser, PAGE_522, nodes, text, until } from "./browser.mjs";

const NAME = "watch:https://shop.example";
/** The sender of the extension's own pages. */
const OWN = { url: "chrome-extension://rayback/host.html" };
const isProbe = ({ url }) => url === "https://shop.example/";

test("a failing page is stored before anything is done about it", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const stored = browser.when("storage.local.set", (items) => NAME in items);
  assert.ok(stored >= 0);
  assert.ok(browser.when("alarms.create") < stored, "the alarm must be set first, so that a worker stopped in between is started again");
  assert.ok(stored < browser.when("action.setBadgeText"));
  assert.deepEqual([...browser.alarms.keys()], ["next"]);
  assert.equal(browser.badges.get(7), "522");
});

test("the response to a failing page's report is its panel, which is drawn once", async () => {
  const browser = await new Browser().start();
  browser.answer = () => new Promise(() => {}); // no response
  const { kind, origin, tree, style } = await browser.fail(7);
  assert.deepEqual([kind, origin], ["draw", "https://shop.example"]);
  assert.match(text(tree), /522 .*Connection timed out/);
  assert.equal(countdown(tree), undefined, "a countdown is shown before the edge has answered");
  assert.match(style, /:host/);
  assert.deepEqual(browser.tabMessages, []);
});

test("the panel doesn't wait for a request, an alarm or the history", async () => {
  const browser = await new Browser().start();
  const { create } = chrome.alarms;
  chrome.alarms.create = () => new Promise(() => {});
  globalThis.indexedDB = { open: () => assert.fail("the history was read before the response") };
  const page = { url: "https://shop.example/cart", status: 522, body: PAGE_522, arrival: "navigate", loadedAt: Date.now() + 1, visibility: "visible", unsavedInput: "none" };
  const tab = { id: 7, windowId: 1, url: page.url, active: true, discarded: false, status: "complete", incognito: false };
  const answer = await browser.dispatch("message", [{ failing: { sighting: "fresh", page } }, { tab }]);
  assert.equal(answer.kind, "draw");
  chrome.alarms.create = create;
  delete globalThis.indexedDB;
});

test("a later change is pushed", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await until(() => browser.session.has("statusPage"));
  await browser.event("message", { pressed: { choice: "stop", key: NAME } }, OWN);
  const [tab, { kind, tree }] = browser.tabMessages.at(-1);
  assert.deepEqual([tab, kind], [7, "draw"]);
  assert.match(text(tree), /Stopped/);
});

test("a page that isn't Cloudflare's leaves no trace", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { status: 503, body: "<html><title>Busy</title><body>cf-error-details is a class</body></html>" });
  assert.deepEqual(browser.watches, {});
  assert.equal(browser.alarms.size, 0);
  assert.equal(browser.badges.get(7) ?? "", "");
});

test("an alarm probes the site without cookies, and no tab is navigated while it fails", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const first = browser.alarms.get("next");
  await dueNow(browser);
  const probes = browser.requests.filter(isProbe);
  assert.equal(probes.length, 1);
  assert.equal(probes[0].method, "GET");
  assert.equal(probes[0].credentials, "omit");
  assert.equal(probes[0].cache, "no-store");
  assert.match(probes[0].headers.get("accept"), /application\/problem\+json/);
  assert.deepEqual(browser.called("tabs.update"), []);
  assert.notEqual(browser.alarms.get("next"), first);
});

test("once the site responds, the tab is navigated to its own address", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { url: "https://shop.example/cart?id=5" });
  browser.answer = () => new Response("welcome", { status: 404 });
  await dueNow(browser);
  await until(() => browser.called("tabs.update").length > 0);
  assert.deepEqual(browser.called("tabs.update"), [[7, { url: "https://shop.example/cart?id=5" }]]);
});

test("a tab that has moved on is left alone", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  browser.tabs.get(7).url = "https://elsewhere.example/";
  browser.answer = () => new Response("welcome");
  await dueNow(browser);
  await until(() => browser.watches[NAME]?.tabs.length === 0);
  assert.deepEqual(browser.called("tabs.update"), []);
});

test("the result of a form is never requested again", async () => {
  const browser = await new Browser().start();
  await browser.submit(7);
  await browser.fail(7);
  browser.answer = () => new Response("welcome");
  if (browser.alarms.size > 0) await dueNow(browser);
  await browser.settle();
  assert.deepEqual(browser.called("tabs.update"), []);
});

test("forms are kept in memory only, without their query, and few of each tab", async () => {
  const browser = await new Browser().start();
  for (let number = 0; number < 60; number += 1) await browser.submit(7, { address: `https://shop.example/cart?order=${number}` });
  assert.equal(browser.session.get("sentForms").length, 8);
  assert.deepEqual(Object.keys(browser.session.get("sentForms")[0]).sort(), ["address", "at", "certainty", "shownIn", "tab"]);
  assert.equal(browser.session.get("sentForms")[0].address, "https://shop.example/cart");
  assert.doesNotMatch(JSON.stringify([...browser.local]), /shop\.example/);
});

test("a form that starts the worker is known when its answer is reported at the same time", async () => {
  const browser = await new Browser().start();
  await browser.restartWorker();
  const sender = { tab: { id: 7, windowId: 1, url: "https://shop.example/cart", status: "complete", incognito: false } };
  browser.tabs.set(7, sender.tab);
  const form = { formSent: { address: "https://shop.example/cart", at: Date.now(), shownIn: "this-tab", certainty: "sent" } };
  const page = { url: form.formSent.address, status: 522, body: PAGE_522, arrival: "navigate", loadedAt: form.formSent.at, visibility: "visible", unsavedInput: "none" };
  await Promise.all([browser.dispatch("message", [form, sender]), browser.dispatch("message", [{ failing: { sighting: "fresh", page } }, sender])]);
  await until(() => browser.watches[NAME]); // stored after the answer
  assert.equal(browser.watches[NAME].tabs[0].method, "other");
  await until(() => browser.session.get("sentForms").length === 0); // its answer is known now
});

test("a restored page that answered a form is still known after the browser was restarted", async () => {
  const browser = await new Browser().start();
  await browser.submit(7);
  await browser.fail(7);
  await browser.reopen();
  await browser.event("startup");
  await browser.fail(3, { arrival: "back_forward" });
  await browser.fail(4, { arrival: "navigate" });
  assert.deepEqual(browser.watches[NAME].tabs.map(({ id, method }) => [id, method]), [[3, "other"], [4, "get"]]);
});

test("a page too large to send is recognised by its pieces", async () => {
  const browser = await new Browser().start();
  const sender = { tab: { id: 7, windowId: 1, url: "https://shop.example/cart", status: "complete", incognito: false } };
  const pieces = [
    { at: 131072, text: "<title>shop.example | 522: Connection timed out</title>" },
    { at: 9_000_000, text: '<div id="cf-error-details" class="p-0"><h1><span class="code-label">Error code 522</span></h1></div>' },
  ];
  const page = { url: sender.tab.url, status: 522, body: "", fragments: { total: null, isCut: false, pieces }, arrival: "navigate", loadedAt: Date.now(), visibility: "visible", unsavedInput: "none" };
  const answer = await browser.event("message", { failing: { sighting: "fresh", page } }, sender);
  assert.match(text(answer.tree), /522/);
});

test("a page whose watch can't be stored says that nothing is checked, and nothing is", async () => {
  const browser = await new Browser().start();
  chrome.storage.local.set = () => Promise.reject(new Error("no space"));
  await browser.fail(7);
  await saysThatNothingIsChecked(browser);
  assert.deepEqual(browser.requests, []);
});

test("a watch whose first write fails stays in the index, with its script and its alarm", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  failOnce(chrome.storage.local, "set", (items) => NAME in items);
  await browser.event("message", "healthy", { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  assert.equal(browser.watches[NAME].tabs.length, 0);
  assert.deepEqual(browser.session.get("index").map(([key]) => key), [NAME]);
  assert.ok(browser.scripts.has(NAME));
  assert.ok(browser.alarms.has("next"));
});

test("a write that fails while the browser starts drops no other watch", async () => {
  const browser = await new Browser().start();
  for (let tab = 0; tab < 4; tab += 1) await browser.fail(tab, { url: `https://s${tab}.example/` });
  await browser.reopen();
  failOnce(chrome.storage.local, "set", (items) => "watch:https://s3.example" in items);
  await browser.event("startup");
  assert.deepEqual(Object.keys(browser.watches).sort(), [0, 1, 2, 3].map((tab) => `watch:https://s${tab}.example`));
  assert.deepEqual(browser.session.get("index").map(([key]) => key).sort(), Object.keys(browser.watches).sort());
});

test("a watch that can't be put into the index isn't kept, and its page says that nothing is checked", async () => {
  const browser = await new Browser().start();
  failAlways(chrome.storage.session, "set", (items) => "index" in items);
  await browser.fail(7);
  await saysThatNothingIsChecked(browser);
  assert.deepEqual(browser.watches, {});
});

test("if starting with the browser fails, an alarm is set, and the next event starts it again", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const due = browser.alarms.get("next");
  browser.alarms.clear();
  await browser.reopen();
  const repair = breakFullReads();
  await browser.event("startup");
  assert.ok(browser.alarms.get("next") <= Date.now() + 60_000);
  assert.notEqual(browser.session.get("running"), true);
  repair();
  await browser.event("startup");
  assert.equal(browser.session.get("running"), true);
  assert.deepEqual(browser.watches[NAME].tabs, [], "its number belongs to no tab of this browser");
  assert.deepEqual([...browser.alarms], [["next", due]]);
});

test("a start that's repeated keeps the tabs reported since the first attempt, in the same worker and the next", async () => {
  for (const isNew of [false, true]) {
    const browser = await new Browser().start();
    await browser.fail(7);
    await browser.fail(8, { url: "https://other.example/" });
    await browser.reopen();
    const repair = breakFullReads();
    await browser.event("startup");
    repair();
    // The start fails again before this report, which is handled all the same.
    failOnce(chrome.storage.session, "get", (keys) => keys === "running");
    await browser.fail(12);
    await until(() => browser.watches[NAME].tabs.some(({ id }) => id === 12));
    if (isNew) await browser.restartWorker();
    await browser.event("alarm", { name: "next", scheduledTime: Date.now() });
    assert.equal(browser.session.get("running"), true);
    assert.deepEqual(browser.watches[NAME].tabs.map(({ id }) => id), [12]);
    assert.deepEqual(browser.watches["watch:https://other.example"].tabs, []);
  }
});

test("a new worker keeps its tabs even if it can't be stored that the browser is running", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  browser.session.delete("running");
  failAlways(chrome.storage.session, "set", (items) => "running" in items);
  await browser.restartWorker();
  const third = "https://third.example/";
  await browser.event("message", "healthy", { tab: { id: 99, windowId: 1, url: third, status: "complete", incognito: false }, url: third });
  assert.deepEqual(browser.watches[NAME].tabs.map(({ id }) => id), [7]);
});

test("the last alarm sets no other if nothing is left to watch", async () => {
  const browser = await new Browser().start();
  await browser.event("alarm", { name: "next", scheduledTime: Date.now() });
  assert.equal(browser.alarms.size, 0);
});

test("a worker killed between two events continues from the stored state", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.restartWorker();
  browser.answer = () => new Response("welcome");
  await dueNow(browser);
  await until(() => browser.called("tabs.update").length > 0);
});

test("lost alarms are set again, and alarms without a watch are cleared", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const due = browser.alarms.get("next");
  browser.alarms.clear();
  browser.alarms.set("watch:https://gone.example", Date.now());
  await browser.reopen();
  await browser.event("startup");
  assert.deepEqual([...browser.alarms], [["next", due]]);
});

test("a damaged watch affects only one host and is set aside", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const older = JSON.stringify({ ...browser.watches[NAME], version: 0 });
  browser.local.set("watch:https://broken.example", "{");
  browser.local.set("watch:https://older.example", older);
  await browser.reopen();
  await browser.event("startup");
  assert.deepEqual(Object.keys(browser.watches), [NAME]);
  assert.equal(browser.local.get("aside:watch:https://broken.example"), "{");
  assert.equal(browser.local.get("aside:watch:https://older.example"), older);
});

test("damaged settings are replaced by the defaults", async () => {
  const browser = await new Browser().start();
  browser.local.set("settings", { floorS: "soon" });
  await browser.fail(7);
  assert.ok(NAME in browser.watches);
});

test("nothing about a private window reaches the disk, not even its host's name", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { url: "https://secret.example/", incognito: true });
  assert.equal(Object.values(browser.watches)[0].origin, "https://secret.example");
  assert.doesNotMatch(JSON.stringify([...browser.local]), /secret/);
  assert.doesNotMatch([...browser.alarms.keys()].join(), /secret/);
  assert.ok([...browser.scripts.values()].every((script) => script.persistAcrossSessions === false));
  assert.equal(browser.requests.filter(({ url }) => url.includes("secret")).length, 0);
});

test("a status page that is HTML, an error or huge is unknown and breaks nothing else", async () => {
  const junk = [
    () => new Response("<html>maintenance</html>"),
    () => new Response("oops", { status: 500 }),
    () => new Response("x".repeat(10_000_000)),
    () => Promise.reject(new TypeError("no route")),
  ];
  for (const answer of junk) {
    const browser = await new Browser().start();
    browser.answer = ({ url }) => (url.includes("cloudflarestatus") ? answer() : new Response("", { status: 404 }));
    await browser.fail(7);
    await until(() => browser.session.has("statusPage"));
    assert.equal(browser.session.get("statusPage").page, null);
    assert.ok(browser.alarms.has("next"));
  }
});

test("a trace that is HTML, an error, huge or missing is unknown, and the page is still Cloudflare's", async () => {
  const through = { headers: { server: "cloudflare", "cf-ray": "230b030023ae2822-FRA" } };
  const junk = [
    () => new Response("<html>maintenance</html>", through),
    () => new Response("error code: 1016", { status: 530, ...through }),
    () => new Response("oops", { status: 500 }),
    () => new Response("x".repeat(10_000_000), through),
    () => Promise.reject(new TypeError("no route")),
  ];
  for (const answer of junk) {
    const browser = await new Browser().start();
    browser.answer = ({ url }) => (url.endsWith("/cdn-cgi/trace") ? answer() : new Response("", { status: 404 }));
    await browser.fail(7);
    assert.ok(browser.requests.some(({ url }) => url.endsWith("/cdn-cgi/trace")));
    assert.deepEqual(browser.watches[NAME].trace?.value, "noAnswer");
    assert.ok(browser.alarms.has("next"));
  }
});

test("each result of the trace reaches the watch and the panel unchanged", async () => {
  const results = [
    ["fl=1f1\nh=shop.example\ncolo=FRA\n", { edge: { dataCentre: "FRA" } }, false],
    ["fl=1f1\nh=shop.example\n", { edge: { dataCentre: null } }, false],
    ["error code: 1016", "noAnswer", false],
    ["<html>Welcome</html>", "notEdge", true],
  ];
  for (const [body, trace, isImitation] of results) {
    const browser = await new Browser().start();
    const status = body.startsWith("error") ? 530 : 200;
    browser.answer = ({ url }) => (url.endsWith("/cdn-cgi/trace") ? new Response(body, { status }) : new Response("", { status: 404 }));
    await browser.fail(7);
    await until(() => browser.watches[NAME].trace);
    assert.deepEqual(browser.watches[NAME].trace.value, trace);
    const panelText = () => text(browser.panels.get(7).tree);
    if (isImitation) await until(() => /isn't Cloudflare/i.test(panelText()));
    else assert.doesNotMatch(panelText(), /isn't Cloudflare|imitat/i);
  }
});

test("a reload is promised once the edge confirms the page, never for another server's, and the headline stays", async () => {
  const results = [
    ["fl=1f1\nh=shop.example\ncolo=FRA\n", /Checking again/],
    ["<html>Welcome</html>", /this page isn't Cloudflare's/],
  ];
  for (const [body, promised] of results) {
    const browser = await new Browser().start();
    let respond;
    const trace = new Promise((resolve) => (respond = () => resolve(new Response(body))));
    browser.answer = ({ url }) => (url.endsWith("/cdn-cgi/trace") ? trace : new Response("", { status: 404 }));
    await browser.fail(7);
    const [first, before] = [text(browser.panels.get(7).tree), text(headline(browser.panels.get(7).tree))];
    assert.match(first, /Looking into it/);
    assert.doesNotMatch(first, /Checking again/);
    respond();
    await until(() => promised.test(text(browser.panels.get(7).tree)));
    assert.equal(text(headline(browser.panels.get(7).tree)), before);
  }
});

test("a page that replaces itself at once is stored no more than once in 10 s, without a panel and with a badge", async () => {
  const browser = await new Browser().start();
  browser.answer = () => new Response("", { status: 404 });
  assert.equal((await browser.fail(7)).kind, "draw");
  assert.equal((await browser.fail(7)).kind, "draw");
  assert.equal(await browser.fail(7), null);
  browser.calls.length = 0;
  browser.badges.clear();
  for (let document = 0; document < 5; document += 1) assert.equal(await browser.fail(7), null);
  assert.equal(browser.calls.filter(([name]) => name.startsWith("storage") && name.endsWith("set")).length, 0);
  assert.equal(browser.badges.get(7), "522");
  browser.passUntil(Date.now() + 10_500);
  try {
    assert.equal(await browser.fail(7), null);
    assert.ok(browser.calls.some(([name]) => name === "storage.local.set"));
  } finally {
    browser.passUntil(null);
  }
});

test("an unanswered trace is aborted after 10 s and unknown, and the page is still Cloudflare's", async () => {
  const browser = await new Browser().start();
  // The test fires timers of a second or more itself.
  const timers = [];
  const { setTimeout: later } = globalThis;
  globalThis.setTimeout = (act, wait, ...rest) => (wait < 1000 ? later(act, wait, ...rest) : timers.push({ act, wait }));
  try {
    let trace;
    const hang = (request) =>
      new Promise((_, reject) => {
        trace = { request, timer: timers.at(-1) };
        request.signal.addEventListener("abort", () => reject(request.signal.reason));
      });
    browser.answer = (request) => (request.url.endsWith("/cdn-cgi/trace") ? hang(request) : new Response("", { status: 404 }));
    const failing = browser.fail(7);
    await until(() => trace);
    assert.equal(trace.timer.wait, 10_000);
    assert.equal(trace.request.signal.aborted, false);
    // The panel is drawn before the trace has a response.
    await until(() => browser.panels.has(7));

    trace.timer.act();
    await failing;
    assert.equal(trace.request.signal.aborted, true);
    assert.deepEqual(browser.watches[NAME].trace?.value, "noAnswer");
    assert.ok(browser.alarms.has("next"));
  } finally {
    globalThis.setTimeout = later;
  }
});

test("the panel is drawn before the status page is requested, which waits for a random time", async () => {
  const browser = await new Browser().start();
  browser.installType = "normal";
  await browser.restartWorker();
  const waits = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (ring, wait, ...rest) => (wait > 100 ? waits.push({ ring, wait }) : setTimeout(ring, wait, ...rest));
  try {
    await browser.fail(7);
    assert.ok(browser.panels.has(7));
    const asked = () => browser.requests.some(({ url }) => url.includes("cloudflarestatus"));
    assert.ok(!asked());
    // Each request also has a timer, of 10 s.
    const [{ ring, wait }] = waits.filter(({ wait }) => wait !== 10_000);
    assert.ok(wait < 20_000, String(wait));
    ring();
    await until(asked);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

test("the status page is requested once for all tabs", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await until(() => browser.session.has("statusPage"));
  await browser.fail(8, { url: "https://other.example/" });
  const requests = browser.requests.filter(({ url }) => url.includes("cloudflarestatus"));
  assert.equal(requests.length, 1);
});

test("a report without access to the host is dropped and later ones work", async () => {
  const browser = await new Browser().start();
  browser.isPermitted = false;
  await browser.fail(7);
  browser.isPermitted = true;
  await browser.fail(7);
  assert.ok(NAME in browser.watches);
});

test("messages that the extension never sends are ignored", async () => {
  const browser = await new Browser().start();
  await browser.event("message", "unknown", {});
  await browser.event("message", null, {});
  await browser.event("alarm", { name: "unknown", scheduledTime: 0 });
  await browser.fail(7);
  assert.ok(NAME in browser.watches);
});

test("Stop is final until Resume and removes the countdown", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.event("message", { pressed: { choice: "stop", key: NAME } }, OWN);
  assert.equal(countdown(browser.panels.get(7).tree), undefined);
  await dueNow(browser);
  assert.equal(browser.requests.filter(isProbe).length, 0);
});

test("the user can trust a site with unknown request methods", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { arrival: "unknown" });
  const opens = [...nodes(browser.panels.get(7).tree)].filter(({ action }) => action?.send?.message === "openHost");
  assert.ok(opens.some((button) => text(button).includes("Always reload this site")));
  const fromPage = { tab: browser.tabs.get(7), url: "https://shop.example/cart" };
  await browser.event("message", { pressed: { choice: "trust-origin" } }, fromPage);
  await browser.event("message", { pressed: { choice: "trust-origin", key: NAME } }, fromPage);
  assert.equal(browser.local.get("settings"), undefined, "a page can't have itself trusted");
  await browser.event("message", { pressed: { choice: "trust-origin", key: NAME } }, OWN);
  assert.deepEqual(browser.local.get("settings").trustedOrigins, ["https://shop.example"]);
});

test("a tab with another site's failure leaves the first watch", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.fail(7, { url: "https://other.example/", body: PAGE_522.replaceAll("shop.example", "other.example") });
  assert.equal(browser.watches[NAME]?.tabs.length ?? 0, 0);
  assert.equal(browser.badges.get(7), "522");
});

test("neither a query nor a fragment is stored, nor any of the page's text", async () => {
  const browser = await new Browser().start();
  const body = PAGE_522.replace("</body>", "<p>Your IP: 192.0.2.44</p></body>");
  await browser.fail(7, { url: "https://shop.example/cart?order=8812#basket", body });
  await dueNow(browser);
  const kept = JSON.stringify([[...browser.local], [...browser.session]]);
  for (const secret of ["8812", "basket", "192.0.2.44"]) assert.ok(!kept.includes(secret), secret);
});

test("without a click it asks only the site, its edge and Cloudflare's status page", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await dueNow(browser);
  const hosts = new Set(browser.requests.map(({ url }) => new URL(url).host));
  assert.deepEqual([...hosts].sort(), ["shop.example", "www.cloudflarestatus.com"]);
});

test("a service that's turned off is never asked, not even on a click", async () => {
  const services = [
    ["statusPage", null, "www.cloudflarestatus.com"],
    ["globalping", "second-look", "api.globalping.io"],
    ["archive", "archived-copy", "archive.org"],
    ["cloudflareDns", "addresses", "cloudflare-dns.com"],
    ["googleDns", "addresses", "dns.google"],
    ["ownStatusPage", "own-status-page", "status.shop.example"],
  ];
  for (const [setting, question, host] of services) {
    for (const position of ["on", "off"]) {
      const browser = await new Browser().start();
      browser.local.set("settings", { [setting]: position });
      await browser.fail(7);
      const findings = () => JSON.stringify(browser.session.get(`findings:${NAME}`) ?? "asking");
      browser.answer = () => new Response("{}", { status: 404 });
      if (question) {
        await browser.event("message", { asked: { question, page: { key: NAME, tab: 7 } } }, OWN);
        if (position === "on" || question === "addresses") await until(() => !findings().includes("asking"));
      }
      const isAsked = () => browser.requests.some(({ url }) => new URL(url).host === host);
      if (position === "on") await until(isAsked);
      else assert.ok(!isAsked(), `${host} was asked`);
    }
  }
});

test("the archive is queried on a click, without the page's query, and its result is shown", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { url: "https://shop.example/cart?order=8812" });
  const copy = { available: true, url: "http://web.archive.org/web/20260101000000/https://shop.example/cart", timestamp: "20260101000000" };
  browser.answer = () => Response.json({ archived_snapshots: { closest: copy } });
  await browser.event("message", { asked: { question: "archived-copy", page: { key: NAME, tab: 7 } } }, OWN);
  const found = () => browser.session.get(`findings:${NAME}`)?.archivedCopy;
  await until(() => found()?.answer);
  assert.equal(found().answer.found.url, "https://web.archive.org/web/20260101000000/https://shop.example/cart");
  assert.doesNotMatch(JSON.stringify(browser.tabMessages), /web\.archive\.org/, "the page mustn't learn what the user asked");
  const [request] = browser.requests.filter(({ url }) => url.includes("archive.org"));
  assert.ok(!request.url.includes("8812"));
});

test("once the user withdraws their consent, no service is asked, not even to finish a question", async () => {
  const browser = new Browser();
  browser.wantsConsent = true;
  browser.consents = true;
  await browser.start();
  await browser.fail(7);
  await until(() => browser.session.has("statusPage"));
  browser.requests.length = 0;
  browser.answer = () => {
    browser.consents = false;
    return Response.json({ Status: 0, Answer: [] });
  };
  for (const question of ["addresses", "archived-copy"]) {
    browser.session.delete(`findings:${NAME}`);
    await browser.event("message", { asked: { question, page: { key: NAME, tab: 7 } } }, OWN);
    await until(() => !JSON.stringify(browser.session.get(`findings:${NAME}`) ?? "asking").includes("asking"));
  }
  assert.deepEqual(browser.requests.map(({ url }) => new URL(url).host), ["cloudflare-dns.com"]);
});

test("a rate-limited second look says when to try again", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  browser.answer = () => new Response("{}", { status: 429, headers: { "retry-after": "1800" } });
  const start = Date.now();
  await browser.event("message", { asked: { question: "second-look", page: { key: NAME, tab: 7 } } }, OWN);
  const found = () => browser.session.get(`findings:${NAME}`)?.secondLook;
  await until(() => found()?.limited);
  assert.ok(found().limited.until >= start + 1_800_000);
});

test("the visitor's address is only in a report that they ticked it for and is never stored", async () => {
  const browser = await new Browser().start();
  const trace = () => new Response("fl=1f1\nh=shop.example\nip=198.51.100.7\ncolo=FRA\n");
  const { answer } = browser;
  browser.answer = (request) => (request.url.endsWith("/cdn-cgi/trace") ? trace() : answer(request));
  await browser.fail(7);
  await browser.event("message", { asked: { question: "archived-copy", page: { key: NAME, tab: 7 } } }, OWN);
  assert.doesNotMatch(JSON.stringify(browser.tabMessages), /198\.51\.100\.7/);
  const page = { key: NAME, tab: 7 };
  const report = (address) => browser.event("message", { report: { address, page } }, OWN);
  const fromPage = { tab: browser.tabs.get(7), url: "https://shop.example/cart" };
  assert.doesNotMatch(await browser.event("message", { report: { address: "included", page } }, fromPage), /198\.51\.100\.7/);
  assert.match(await report("included"), /198\.51\.100\.7/);
  assert.doesNotMatch(await report("left-out"), /198\.51\.100\.7/);
  assert.doesNotMatch(JSON.stringify([[...browser.local], [...browser.session]]), /198\.51\.100\.7/);
});

test("a misread page is copied without IP addresses, Ray ID or query", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const body = PAGE_522.replace("</body>", "<p>Your IP: 192.0.2.44</p></body>");
  const copied = await browser.event("message", { misread: { body } }, { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  assert.match(copied, /cf-error-details/);
  assert.doesNotMatch(copied, /192\.0\.2\.44|230b030023ae2822/);
});

test("the user's own reload works even if the page is the result of a form, and waits for the floor if asked for in the page", async () => {
  const browser = await new Browser().start();
  await browser.submit(7);
  await browser.fail(7);
  await browser.event("message", { pressed: { choice: { "reload-now": { tab: 7 } } } }, { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  assert.match(text(browser.panels.get(7).tree), /Reloading at/);
  assert.deepEqual(browser.called("tabs.update"), []);
  await dueNow(browser);
  await until(() => browser.called("tabs.update").length > 0);
  assert.deepEqual(browser.called("tabs.update"), [[7, { url: "https://shop.example/cart" }]]);
});

test("no request to a failing site follows a redirect, and one proves nothing", async () => {
  const browser = await new Browser().start();
  browser.answer = redirect;
  await browser.fail(7);
  await until(() => browser.watches[NAME].trace);
  assert.deepEqual(browser.watches[NAME].trace.value, "noAnswer");
  await dueNow(browser);
  const sent = browser.requests.filter(({ url }) => url.startsWith("https://shop.example/"));
  assert.ok(sent.some(isProbe) && sent.some(({ url }) => url.endsWith("/cdn-cgi/trace")));
  assert.ok(sent.every((request) => request.redirect === "manual"), sent.map(({ redirect }) => redirect).join());
  // The tab is in view, so the user is asked.
  await until(() => browser.watches[NAME].phase.awaitingClick);
  assert.deepEqual(browser.called("tabs.update"), []);
});

test("a redirected http page is probed over https next time", async () => {
  const browser = await new Browser().start();
  browser.answer = redirect;
  await browser.fail(7, { url: "http://shop.example/cart" });
  await dueNow(browser);
  assert.ok(browser.watches["watch:http://shop.example"].phase.waiting);
  await dueNow(browser);
  const probes = browser.requests.map(({ url }) => url).filter((url) => url.endsWith("shop.example/"));
  assert.deepEqual(probes, ["http://shop.example/", "https://shop.example/"]);
});

test("the welcome page opens at the first installation only", async () => {
  for (const [installType, reason, number] of [["normal", "install", 1], ["normal", "update", 0], ["normal", "browser_update", 0], ["development", "install", 0]]) {
    const browser = new Browser();
    browser.installType = installType;
    await browser.start(reason);
    const opened = browser.called("tabs.create").map(([{ url }]) => url);
    assert.deepEqual(opened, Array(number).fill("chrome-extension://rayback/welcome.html"), `${installType} ${reason}`);
  }
});

/** Lets the site fail in a hidden tab until its user is notified. */
async function failForAnHour(browser) {
  await browser.fail(7);
  await browser.event("message", { visibility: { visibility: "hidden" } }, { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  const watch = browser.watches[NAME];
  watch.schedule.since -= 3_600_000;
  browser.local.set(NAME, JSON.stringify(watch));
  browser.answer = () => new Response("error code: 522", { status: 522 });
  browser.pageReport = () => ({ url: "https://shop.example/cart", status: 522, body: PAGE_522, arrival: "navigate", loadedAt: Date.now(), visibility: "hidden", unsavedInput: "none" });
  await dueNow(browser);
  await browser.fail(7, { visibility: "hidden" });
}

test("a click on one of the last 50 notifications opens its tab, even once nothing is watched", async () => {
  const browser = await new Browser().start();
  browser.session.set("notified", Array.from({ length: 60 }, (_, number) => [`watch:https://h${number}.example`, number]));
  await failForAnHour(browser);
  await until(() => browser.notifications.has(NAME));
  assert.equal(browser.session.get("notified").length, 50);
  browser.local.delete(NAME);
  await browser.event("notificationClicked", NAME);
  assert.deepEqual(browser.called("tabs.update").at(-1), [7, { active: true }]);
});

test("without menus, shortcuts, notifications or buttons on them everything else works", async () => {
  for (const lacks of [["contextMenus"], ["commands"], ["notifications"], []]) {
    const browser = new Browser();
    Object.assign(browser, { lacks, hasButtons: lacks.length > 0 });
    await browser.start();
    await failForAnHour(browser);
    if (lacks.includes("notifications")) {
      assert.ok(NAME in browser.watches && browser.alarms.has("next"));
      continue;
    }
    await until(() => browser.notifications.has(NAME));
    const { title, buttons } = browser.notifications.get(NAME);
    assert.match(title, /shop\.example is still down/);
    assert.deepEqual(buttons?.map((button) => button.title), browser.hasButtons ? ["Stop checking this site"] : undefined);
    if (browser.hasButtons) {
      await browser.event("notificationButtonClicked", NAME, 0);
      assert.ok(browser.watches[NAME].phase.stopped);
    }
  }
});

test("an API that a browser lacks costs only its own listeners", async () => {
  const events = [
    ["alarms", "onAlarm"],
    ["contextMenus", "onClicked"],
    ["notifications", "onButtonClicked"],
    ["notifications", "onClicked"],
    ["permissions", "onAdded"],
    ["runtime", "onInstalled"],
    ["runtime", "onMessage"],
    ["runtime", "onStartup"],
  ];
  const dist = new URL("../../dist/chrome/", import.meta.url);
  const module = await readFile(new URL("wasm/worker_bg.wasm", dist));
  for (const missing of ["alarms", "contextMenus", "notifications", "permissions", "none"]) {
    await new Browser().start();
    globalThis.fetch = async () => new Response(module, { headers: { "content-type": "application/wasm" } });
    const heard = [];
    for (const [api, event] of events) chrome[api][event] = { addListener: () => heard.push([api, event]) };
    delete chrome[missing];
    await import(`${new URL("background.js", dist).href}?${missing}`);
    assert.deepEqual(heard[0], ["runtime", "onMessage"]);
    assert.deepEqual(heard.sort(), events.filter(([api]) => api !== missing), `without ${missing}`);
  }
});

test("watching forms begins again with access to sites, but not with consent", async () => {
  const browser = await new Browser().start();
  const since = () => browser.local.get("formsWatchedSince");
  const before = since();
  browser.passUntil(Date.now() + 60_000);
  try {
    await browser.event("permissionsAdded", { permissions: [], origins: [], data_collection: ["browsingActivity"] });
    assert.equal(since(), before);
    await browser.event("permissionsAdded", { permissions: [], origins: ["http://*/*", "https://*/*"] });
    assert.ok(since() > before);
  } finally {
    browser.passUntil(null);
  }
});

test("the menu's entry opens the page check in a tab, and for a private window in the popup", async () => {
  const browser = await new Browser().start();
  const tab = { id: 9, windowId: 3, incognito: false, status: "complete" };
  await browser.event("menuClicked", { menuItemId: "check" }, tab);
  assert.deepEqual(browser.called("tabs.create").at(-1), [{ url: "chrome-extension://rayback/page-check.html?tab=9", windowId: 3 }]);
  await browser.event("menuClicked", { menuItemId: "check" }, { ...tab, incognito: true });
  assert.equal(browser.called("tabs.create").length, 1);
  assert.equal(browser.called("action.openPopup").length, 1);
});

test("a message from a page acts on that page's own watch, and does no more than stop, go on and reload", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.fail(8, { url: "https://other.example/", body: PAGE_522.replaceAll("shop.example", "other.example") });
  const fromPage = { tab: browser.tabs.get(8), url: "https://other.example/" };
  const before = JSON.stringify(browser.watches[NAME]);
  await browser.event("message", { pressed: { choice: "stop", key: NAME } }, fromPage);
  await browser.event("message", "settingsChanged", fromPage);
  await browser.event("message", { pressed: { choice: { "reload-now": { tab: 7 } }, key: NAME } }, fromPage);
  await browser.event("message", { asked: { question: "archived-copy", page: { key: NAME, tab: 7 } } }, fromPage);
  assert.equal(JSON.stringify(browser.watches[NAME]), before);
  assert.deepEqual(browser.called("tabs.update"), []);
  assert.ok(browser.requests.every(({ url }) => !url.includes("archive.org")));
  await browser.event("message", { pressed: { choice: "only-notify" } }, fromPage);
  assert.equal(browser.watches["watch:https://other.example"].mode, null);
  // A page without a tab, as in a side panel, may not act for others either.
  await browser.event("message", { pressed: { choice: "stop", key: NAME } }, { url: "https://other.example/" });
  assert.equal(JSON.stringify(browser.watches[NAME]), before);
});

test("a page reports on no origin but its own, and a frame on none", async () => {
  const browser = await new Browser().start();
  const page = (url) => ({ url, status: 522, body: PAGE_522, arrival: "navigate", loadedAt: Date.now(), visibility: "visible", unsavedInput: "none" });
  const tab = { id: 7, windowId: 1, url: "https://evil.example/", status: "complete", incognito: false };
  const report = (url, sender) => browser.event("message", { failing: { sighting: "fresh", page: page(url) } }, { tab, frameId: 0, ...sender });
  for (const url of ["http://192.168.1.1/", "https://shop.example/", "http://evil.example/", "https://evil.example:8443/"]) {
    await report(url, { url: tab.url });
  }
  await report("https://ads.example/", { url: "https://ads.example/", frameId: 3 });
  assert.deepEqual(browser.watches, {});
  assert.deepEqual(browser.requests, []);
  await report("https://evil.example/", { url: tab.url });
  await until(() => "watch:https://evil.example" in browser.watches);
  await browser.event("message", { pressed: { choice: "stop" } }, { tab, url: "https://ads.example/", frameId: 3 });
  assert.ok(!browser.watches["watch:https://evil.example"].phase.stopped);
});

test("a page whose script never ends keeps no other page waiting", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const { sendMessage } = chrome.tabs;
  chrome.tabs.sendMessage = (tab, ...rest) => (tab === 7 ? new Promise(() => {}) : sendMessage(tab, ...rest));
  void browser.event("message", { pressed: { choice: "stop", key: NAME } }, OWN);
  await until(() => browser.watches[NAME].phase.stopped);
  let drawn = null;
  void browser.fail(8, { url: "https://other.example/" }).then((answer) => (drawn = answer));
  await until(() => drawn);
  assert.equal(drawn.kind, "draw");
  await until(() => "watch:https://other.example" in browser.watches);
});

test("a reload or probe that was ordered isn't made once the user has pressed Stop", async () => {
  const stop = (browser) => browser.dispatch("message", [{ pressed: { choice: "stop", key: NAME } }, OWN]);
  const browser = await new Browser().start();
  await browser.fail(7);
  browser.answer = () => new Response("welcome");
  const { executeScript } = chrome.scripting;
  let looked = null;
  chrome.scripting.executeScript = async (details) => {
    if (details.files.includes("content/inspect.js")) await stop(browser);
    const result = await executeScript(details);
    if (details.files.includes("content/inspect.js")) looked = details.target.tabId;
    return result;
  };
  await dueNow(browser);
  await until(() => looked === 7);
  await browser.settle();
  assert.ok(browser.watches[NAME].phase.stopped);
  assert.deepEqual(browser.called("tabs.update"), []);

  // Ten traces keep a probe waiting for its turn.
  const other = await new Browser().start();
  const traces = [];
  await other.fail(7);
  other.answer = ({ url }) => (url.endsWith("/cdn-cgi/trace") ? new Promise((resolve) => traces.push(resolve)) : new Response("", { status: 404 }));
  for (let tab = 10; tab < 20; tab += 1) await other.fail(tab, { url: `https://s${tab}.example/` });
  await until(() => traces.length === 10);
  other.requests.length = 0;
  await dueNow(other, [NAME]);
  await until(() => other.watches[NAME].phase.probing);
  await stop(other);
  for (const resolve of traces) resolve(new Response("error code: 1016", { status: 530 }));
  await other.settle();
  assert.deepEqual(other.requests.filter(isProbe), []);
});

test("the panel's properties have names that no page can guess, and its fonts none that a page can define", async () => {
  const styles = [];
  for (let number = 0; number < 2; number += 1) {
    const browser = await new Browser().start();
    styles.push((await browser.fail(7)).style);
  }
  const names = styles.map((style) => new Set(style.match(/--[\w-]+/g)));
  assert.ok(names[0].size > 50);
  assert.deepEqual([...names[0]].filter((name) => names[1].has(name)), []);
  assert.match(styles[0], /:host \{[^}]*font: 400 medium\/1\.5 system-ui, sans-serif !important/);
  assert.equal([...styles[0].matchAll(/-mono: ([^;]+);/g)].at(-1)[1], "monospace, monospace");
});

test("a tab that says it's offline stops nothing while the browser is online", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.fail(8, { url: "https://other.example/", body: PAGE_522.replaceAll("shop.example", "other.example") });
  const { phase } = browser.watches[NAME];
  const fromPage = { tab: browser.tabs.get(8), url: "https://other.example/" };
  await browser.event("message", { connection: { online: false } }, fromPage);
  assert.deepEqual(browser.watches[NAME].phase, phase);
  navigator.onLine = false;
  await browser.event("message", { connection: { online: false } }, fromPage);
  assert.ok(browser.watches[NAME].phase.offline, JSON.stringify(browser.watches[NAME].phase));
});

test("a page that pretends to send thousands of forms costs a few writes and drops nobody else's form", async () => {
  const browser = await new Browser().start();
  await browser.submit(7);
  const before = browser.called("storage.session.set").length;
  const pretended = Array.from({ length: 2000 }, (_, number) =>
    browser.submit(3, { address: `https://evil.example/${number}`, shownIn: "another-tab", certainty: "perhaps" }),
  );
  await browser.fail(7, { url: "https://shop.example/cart" });
  await Promise.all(pretended);
  const writes = browser.called("storage.session.set").length - before;
  assert.ok(writes < 20, `${writes} writes`);
  const [tab] = browser.watches[NAME].tabs;
  assert.equal(tab.method, "other");
});

test("the panel's links open the extension's own page about its page", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  await browser.event("message", "openHost", { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  const [[{ url, windowId }]] = browser.called("tabs.create");
  assert.equal(url, `chrome-extension://rayback/host.html?key=${encodeURIComponent(NAME)}&tab=7`);
  assert.equal(windowId, 1);
});

test("a private page's links open the extension's own page in the private window, which only a popup can", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { incognito: true });
  await browser.event("message", "openHost", { tab: browser.tabs.get(7), url: "https://shop.example/cart" });
  assert.deepEqual(browser.called("tabs.create"), []);
  assert.deepEqual(browser.called("action.openPopup"), [[{ windowId: 1 }]]);
  const popups = browser.called("action.setPopup").map(([{ popup }]) => popup);
  assert.match(popups[0], /^host\.html\?key=private%3A/);
  assert.equal(popups[1], "popup.html");
  assert.doesNotMatch(JSON.stringify(browser.called("action.setPopup")), /shop/);
});

test("a misread page that can't be copied is kept in memory without private details, and the extension's own page opens", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const body = PAGE_522.replace("</body>", `<p>Your IP: 192.0.2.44</p>${"é".repeat(300_000)}</body>`);
  const fromPage = { tab: browser.tabs.get(7), url: "https://shop.example/cart" };
  assert.equal(await browser.event("message", { misread: { body, opens: true } }, fromPage), undefined);
  const { page, text: kept } = browser.session.get("misread");
  assert.deepEqual(page, { key: NAME, tab: 7 });
  assert.match(kept, /cf-error-details/);
  assert.doesNotMatch(kept, /192\.0\.2\.44|230b030023ae2822/);
  assert.ok(kept.length <= 256 * 1024);
  assert.equal(browser.called("tabs.create").length, 1);
});

/** A browser's response for a redirect that isn't followed. */
function redirect() {
  const response = Response.error();
  return Object.defineProperty(response, "type", { value: "opaqueredirect" });
}

test("folding and hiding the panel are remembered for the page's own site, and undone only by our own pages", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const fromPage = { tab: browser.tabs.get(7), url: "https://shop.example/cart" };
  const size = () => browser.panels.get(7).tree.attributes["data-size"];
  await browser.event("message", { panelSized: { size: "small" } }, fromPage);
  const sizes = () => browser.local.get("settings").panelSizes;
  assert.deepEqual(sizes(), [["https://shop.example", "small"]]);
  assert.equal(size(), "small");
  await browser.event("message", { panelSized: { size: "hidden", key: "watch:https://other.example" } }, fromPage);
  assert.deepEqual(sizes(), [["https://shop.example", "hidden"]], "a page may only fold its own panel");
  assert.equal(size(), "hidden");
  await browser.event("message", { panelSized: { size: "full", key: NAME } }, OWN);
  assert.deepEqual(sizes(), []);
  assert.equal(size(), "full");
});

test("how the panel of a private page is folded is kept nowhere", async () => {
  const browser = await new Browser().start();
  await browser.fail(7, { incognito: true });
  const fromPage = { tab: browser.tabs.get(7), url: "https://shop.example/cart" };
  await browser.event("message", { panelSized: { size: "small" } }, fromPage);
  assert.equal(browser.local.get("settings"), undefined);
});

/** Waits until a page's panel says that nothing is checked. */
async function saysThatNothingIsChecked(browser) {
  await until(() => browser.tabMessages.some(([, { tree }]) => JSON.stringify(tree ?? "").includes("Not checking automatically")));
}

/** Makes a method fail at its next call with a matching argument. */
function failOnce(api, method, matches) {
  const repair = failAlways(api, method, (argument) => {
    const fails = matches(argument);
    if (fails) repair();
    return fails;
  });
}

/** Makes a method fail at each call with a matching argument, until the function that this returns is called. */
function failAlways(api, method, matches) {
  const call = api[method];
  api[method] = async (argument) => {
    if (matches(argument)) throw new Error("IO error");
    return call(argument);
  };
  return () => void (api[method] = call);
}

/** Makes every read of the whole of local storage fail, until the function that this returns is called. */
function breakFullReads() {
  return failAlways(chrome.storage.local, "get", (keys) => keys === null);
}

/** The node with a panel's verdict. */
function headline(tree) {
  return [...nodes(tree)].find((node) => node.class === "verdict");
}

/** The time that a tree counts down to. */
function countdown(tree) {
  return [...nodes(tree)].find((node) => node.countdown !== undefined)?.countdown;
}

/** Ends the waits of these watches by changing their stored times, and fires the alarm. */
async function dueNow(browser, keys = Object.keys(browser.watches)) {
  for (const [key, watch] of Object.entries(browser.watches).filter(([key]) => keys.includes(key))) {
    const past = Date.now() - 1000;
    if (watch.phase.waiting) watch.phase.waiting.at = past;
    assert.ok(watch.schedule.notBefore > 0, "the stored format has changed");
    watch.schedule.notBefore = past;
    browser.local.set(key, JSON.stringify(watch));
  }
  browser.session.delete("index"); // it's rebuilt from the watches
  await browser.ring();
}
