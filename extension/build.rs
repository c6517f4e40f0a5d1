//! Writes what the content scripts look for, from core's markers: `OUT_DIR/scripts/content/marks.js`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use rayback_core::classify::{gate_marks, selectors};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; let cargo run this")?;
    let folder = Path::new(&out).join("scripts/content");
    fs::create_dir_all(&folder)?;
    let marks = serde_json::to_string(&gate_marks())?;
    let selectors = serde_json::to_string(&selectors().collect::<Vec<_>>())?;
    let script = format!(
        "// Written by the build from the markers in core/src/classify/.\n\
         function gateMarks() {{\n  return {marks};\n}}\n\
         function pieceSelectors() {{\n  return {selectors};\n}}\n"
    );
    fs::write(folder.join("marks.js"), script)?;
    Ok(())
}
