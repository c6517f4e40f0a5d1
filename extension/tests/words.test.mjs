// Tests the built worker's texts in a fake browser: where they come from, and which files they are read from.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Browser, PAGE_522, nodes, text, until } from "./browser.mjs";
import { open } from "./page.mjs";

const NAME = "watch:https://shop.example";
const RAY = "230b030023ae2822";

const HOST = { search: `?key=${encodeURIComponent(NAME)}&tab=7` };

/** What core shows in place of texts that can't be read, even in English. */
const UNREADABLE = "Rayback can't read its own texts. Install it again.";

/** A page that refuses the visitor. */
const PAGE_1020 = PAGE_522.replaceAll("522", "1020").replace("Connection timed out", "Access denied");

/** A browser whose English words are marked with ⟦ and ⟧. */
async function marked() {
  const browser = new Browser();
  for (const reader of ["interface", "visitor", "owner"]) {
    const file = new URL(`../../dist/pseudo/en/${reader}.json`, import.meta.url);
    browser.files.set(`words/en/${reader}.json`, await readFile(file, "utf8"));
  }
  return await browser.start();
}

/** The names that Cloudflare's pages show, in English in every language. */
const NAMES = /^(?:Connection timed out|Access denied|You are being rate limited|Bad gateway)$/i;

/** `[text]` if part of it is in no words file, apart from addresses, the Ray ID and codes' names; otherwise `[]`. */
function unmarked(text) {
  if (NAMES.test(text)) return [];
  let rest = text;
  for (let before = ""; before !== rest; ) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/gu, "")];
  rest = rest.replace(/\b[a-z]+\.example\b/g, "").replace(RAY, "").replace("Rayback", "");
  return /\p{L}/u.test(rest) ? [text] : [];
}

/** Every text of a tree that users read or hear. */
function texts(tree) {
  return [...nodes(tree)].flatMap((node) => {
    if (typeof node === "string") return [node];
    const { title, alt, "aria-label": label } = node.attributes ?? {};
    const { copy, copyAnswer } = node.action ?? {};
    return [node.text, title, alt, label, copy?.done, copy?.refused, copyAnswer?.done, copyAnswer?.refused].filter(Boolean);
  });
}

test("every text of the panel, the button, its menu and the notifications is in the words", async () => {
  const browser = await marked();
  const seen = new Set();
  const look = () => {
    for (const { tree } of browser.panels.values()) texts(tree).forEach((text) => seen.add(text));
    for (const [{ title }] of browser.called("action.setTitle")) seen.add(title);
    for (const { title, message } of browser.notifications.values()) [title, message].forEach((text) => seen.add(text));
    browser.menu.forEach((text) => seen.add(text));
  };
  const press = (choice) => browser.event("message", { pressed: { choice, key: NAME } }, { url: "chrome-extension://rayback/popup.html" });
  await browser.fail(7);
  await until(() => browser.session.has("statusPage"));
  look();
  for (const choice of ["stop", "resume", "only-notify", "bring-back"]) {
    await press(choice);
    look();
  }
  for (const [tab, body, status] of [[8, PAGE_1020, 403], [9, PAGE_522.replaceAll("522", "1015"), 429], [10, PAGE_522.replaceAll("522", "502"), 502]]) {
    const url = `https://other${tab}.example/`.replace(/\d+/, (number) => "abcdefghijk"[number]);
    await browser.fail(tab, { url, body, status });
    look();
  }
  assert.ok(seen.size > 60, `${seen.size} texts were seen`);
  assert.deepEqual([...seen].flatMap(unmarked), []);
});

test("a worker loads the files of one language, and only those that it shows", async () => {
  const browser = await new Browser().start();
  await browser.fail(7);
  const words = browser.loaded.filter((path) => path.startsWith("words/"));
  assert.deepEqual(words.sort(), ["words/en/interface.json", "words/en/visitor.json"]);
});

/** A browser in this language, in which these files are broken. */
async function broken(language, paths, content = "{") {
  const browser = new Browser();
  browser.language = language;
  for (const path of paths) browser.files.set(`words/${path}.json`, content);
  return await browser.start();
}

/** The words that were loaded. */
function loaded(browser) {
  return [...new Set(browser.loaded.filter((path) => path.startsWith("words/")))].sort();
}

test("a session in another language loads that language's files and no others", async () => {
  const browser = await broken("de-AT", []);
  await browser.fail(7);
  assert.deepEqual(loaded(browser), ["words/de/interface.json", "words/de/visitor.json"]);
  // The report's texts for owners aren't translated yet.
  const page = await open(browser, "host", HOST);
  await until(() => page.text().includes("shop.example"));
  assert.deepEqual(loaded(browser), ["words/de/interface.json", "words/de/visitor.json", "words/en/owner.json"]);
});

test("a panel is shown whichever of its words files are broken", async () => {
  const files = ["de/interface", "de/visitor", "en/interface", "en/visitor"];
  const blanks = (tree) => texts(tree).filter((text) => !text.trim()).length;
  const healthy = await broken("de", []);
  await healthy.fail(7);
  const most = blanks(healthy.panels.get(7).tree);
  for (let which = 0; which < 16; which += 1) {
    const bad = files.filter((_, number) => which & (1 << number));
    const browser = await broken("de", bad);
    await browser.fail(7);
    const { tree } = browser.panels.get(7);
    const is = (...paths) => paths.every((path) => bad.includes(path));
    // English takes the place of all German files, unless it's broken itself.
    const isGerman = !is("de/interface") && (!is("de/visitor") || is("en/interface"));
    assert.equal(tree.attributes.lang, isGerman ? "de" : "en", bad.join());
    const isLost = is("de/interface", "en/interface") || is("de/visitor", "en/visitor");
    assert.equal(text(tree).includes(UNREADABLE), isLost, `${bad.join()}: ${text(tree)}`);
    assert.ok(blanks(tree) <= most, bad.join());
    assert.equal(browser.badges.size, 1, bad.join());
  }
});

test("English takes the place of a file however it's broken", async () => {
  const { keys } = JSON.parse(await readFile(new URL("../../dist/chrome/words/de/visitor.json", import.meta.url), "utf8"));
  for (const content of [null, "", "{", "[]", JSON.stringify({ keys: 1, texts: [] }), JSON.stringify({ keys, texts: [""] }), new Uint8Array([0xff, 0xfe])]) {
    const browser = await broken("de", ["de/visitor"], content);
    await browser.fail(7);
    assert.equal(browser.panels.get(7).tree.attributes.lang, "en", String(content));
    assert.doesNotMatch(text(browser.panels.get(7).tree), new RegExp(UNREADABLE));
  }
});

test("a page whose owner's texts can't be read keeps its language and shows all the rest", async () => {
  const browser = await broken("de", ["en/owner"]);
  await browser.fail(7);
  const page = await open(browser, "host", HOST);
  await until(() => page.text().includes(UNREADABLE));
  assert.equal(document.documentElement.attributes.lang, "de");
  assert.equal(page.tree.attributes.lang, "de");
});

test("each page says that its texts can't be read, if that's so", async () => {
  for (const name of ["history", "host", "left", "page-check", "popup", "settings", "welcome"]) {
    const browser = await broken("de", ["de/interface", "en/interface"]);
    await browser.fail(7);
    const page = await open(browser, name, { search: `${HOST.search}&from=https%3A%2F%2Fshop.example%2F` });
    await until(() => page.text().includes(UNREADABLE));
    const { lang, dir } = document.documentElement.attributes;
    assert.deepEqual([lang, dir, page.title], ["en", "ltr", "Rayback"], name);
  }
});

test("each page has its language, direction and title", async () => {
  for (const name of ["history", "host", "left", "page-check", "popup", "settings", "welcome"]) {
    const browser = await broken("ar-EG", []);
    await browser.fail(7);
    const page = await open(browser, name, { search: `${HOST.search}&from=https%3A%2F%2Fshop.example%2F` });
    await until(() => page.text() !== "");
    const { lang, dir } = document.documentElement.attributes;
    assert.deepEqual([lang, dir, page.title !== ""], ["ar", "rtl", true], name);
  }
});

test("a report's English texts are marked in a page in another language", async () => {
  for (const language of ["de", "ar"]) {
    const browser = await broken(language, []);
    await browser.fail(7);
    const page = await open(browser, "host", HOST);
    await until(() => page.tree !== null);
    const report = [...nodes(page.tree)].find((node) => node.class === "report-text");
    const marked = report.children.filter(({ attributes }) => attributes?.lang === "en");
    assert.ok(marked.length > 5 && marked.every(({ attributes }) => attributes.dir === "ltr"), language);
  }
});

test("numbers have Latin digits, like the texts", async () => {
  const browser = await broken("ar-EG", []);
  await browser.fail(7);
  const settings = await open(browser, "settings");
  await until(() => settings.text() !== "");
  for (const shown of [text(browser.panels.get(7).tree), settings.text()]) {
    assert.match(shown, /\d/);
    assert.doesNotMatch(shown, /[\u0660-\u0669\u06f0-\u06f9]/);
  }
});

test("lists are written as the language writes them", async () => {
  const browser = await broken("de", []);
  const page = await open(browser, "settings");
  // When the first checks are made.
  await until(() => page.tree !== null);
  assert.ok(texts(page.tree).some((text) => /\d, \d+ und \d+ Minuten/.test(text)));
});
