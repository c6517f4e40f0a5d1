//! What must be on the machine: looked for first, installed only if missing.

pub(crate) mod apt;
pub(crate) mod wasm_std;
