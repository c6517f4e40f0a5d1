// An extension's own page may await: it is a module, and nothing listens to it.
import init, { mount } from "./wasm/pages.js";

await init();
mount(document.body.id);
