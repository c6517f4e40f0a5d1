// Tests the built worker's texts in a fake browser: where they come from, and which files they are read from.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { Browser, PAGE_522, nodes, until } from "./browser.mjs";

const NAME = "watch:https://shop.example";
const RAY = "230b030023ae2822";

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
