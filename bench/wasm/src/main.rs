//! Recognition compiled to wasm, as timed by `cargo xtask bench wasm`.

use std::hint::black_box;

use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use wasm_bindgen::prelude::*;

/// Classifies a page this many times and returns how often it was recognised.
#[wasm_bindgen]
#[must_use]
pub fn recognise(page: &[u8], rounds: u32) -> u32 {
    let round =
        |_: u32| u32::from(classify(&Observation { body: black_box(page).into(), ..Observation::default() }).is_some());
    (0..rounds).map(round).sum()
}

fn main() {}
