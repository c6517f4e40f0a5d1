// An extension's own page may await: it's a module, and doesn't have to register listeners before it's loaded.
import init, { mount } from "./wasm/pages.js";

await init();
mount(document.body.id);
