// Starts the reader; what it says is decided in Rust.
import init, { mount } from "./wasm/analyser.js";

await init();
await mount();
