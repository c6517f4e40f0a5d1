// Tests the script that draws trees, in a fake document.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInThisContext } from "node:vm";

class FakeNode {
  childNodes = [];
  attributes = {};
  data = "";
  constructor(nodeType, localName) {
    Object.assign(this, { nodeType, localName });
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(node) {
    this.childNodes.push(node);
  }
  insertBefore(node) {
    this.childNodes.push(node);
  }
  contains(node) {
    return node === this || this.childNodes.some((child) => child.contains(node));
  }
  get text() {
    return this.data + this.childNodes.map(({ text }) => text).join(" ");
  }
}

/** What's drawn of a tree in a browser with these languages. */
async function drawn(tree, languages) {
  const globals = {
    Node: { TEXT_NODE: 3 },
    document: { createTextNode: () => new FakeNode(3), createElement: (name) => new FakeNode(1, name) },
    navigator: { languages },
  };
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true });
  const mountTree = runInThisContext(`${await readFile(new URL("../static/mount.js", import.meta.url), "utf8")}; mountTree`);
  const parent = new FakeNode(1, "body");
  const mounted = mountTree(parent, () => {});
  mounted.draw(tree);
  mounted.dispose();
  return parent.text;
}

/** A moment of today and a countdown. */
const times = (lang) => ({ tag: "p", attributes: { lang }, children: [{ text: "{time}", at: Date.now() }, { countdown: Date.now() + 270_000 }] });

test("times and countdowns have Latin digits in every region", async () => {
  for (const languages of [["ar-EG"], ["ar-SA-u-nu-arab", "en"], ["fa"], []]) {
    const shown = await drawn(times("ar"), languages);
    assert.match(shown, /\d:\d\d/);
    assert.match(shown, / 4:\d\d$/);
    assert.doesNotMatch(shown, /[\u0660-\u0669\u06f0-\u06f9]/, languages.join());
  }
});

test("a time is written as in the user's own region", async () => {
  const noon = { tag: "p", attributes: { lang: "en" }, children: [{ text: "{time}", at: new Date().setHours(15, 0) }] };
  assert.match(await drawn(noon, ["de", "en-US"]), /3:00.PM/);
  assert.match(await drawn(noon, ["de", "en-GB"]), /15:00/);
});
