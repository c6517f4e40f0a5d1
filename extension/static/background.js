import init from "./wasm/rayback.js";

void init();
