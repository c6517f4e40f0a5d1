//! One fuzzer for all targets; `RAYBACK_FUZZ` names the one to run.
#![no_main]

use std::sync::OnceLock;

use rayback_testkit::fuzz::{self, Target};

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("RAYBACK_FUZZ").unwrap_or_default();
        fuzz::target(&name).unwrap_or_else(|| panic!("RAYBACK_FUZZ must name a target, not {name:?}"))
    });
    (target.run)(bytes);
});
