//! Writes what the content scripts look for, from core's markers: `OUT_DIR/scripts/content/marks.js`. And the panel's style
//! sheet, which is in the worker's module: `OUT_DIR/panel.css`.

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
    fs::write(Path::new(&out).join("panel.css"), style()?)?;
    Ok(())
}

/// The panel's style sheet without comments and indentation.
fn style() -> Result<String, Box<dyn Error>> {
    let mut style = String::new();
    for file in ["static/tokens.css", "static/ui.css", "static/content/panel.css"] {
        println!("cargo::rerun-if-changed={file}");
        let text = fs::read_to_string(file)?;
        // No string in them has a comment's beginning or end.
        for part in text.split("/*").enumerate().map(|(number, part)| match number {
            0 => part,
            _ => part.split_once("*/").map_or("", |(_, rest)| rest),
        }) {
            part.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| {
                style.push_str(line);
                style.push('\n');
            });
        }
    }
    Ok(style)
}
