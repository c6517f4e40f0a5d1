//! Checks the words against the facts and against CLDR, and writes what the shells load.
//!
//! From `words/<tag>/<reader>.toml` come, in `OUT_DIR`: `words/<tag>/<reader>.json` (the texts in the order of their keys),
//! `_locales/<browser tag>/messages.json` (for the manifest), `keys.rs` (one item per key) and `languages.rs`; and for tests
//! only, `pseudo/en/<reader>.json`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "build/family.rs"]
mod family;
#[path = "build/items.rs"]
mod items;
#[path = "build/output.rs"]
mod output;
#[path = "build/pseudo.rs"]
mod pseudo;

use rayback_catalog::limit::named_in_words;
use rayback_words::{Keys, Language, REFERENCE};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=words");
    println!("cargo::rerun-if-changed=build");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; let cargo run this")?;
    let out = Path::new(&out);
    for folder in ["words", "_locales"] {
        if out.join(folder).exists() {
            fs::remove_dir_all(out.join(folder))?; // a language that was removed would still be shipped
        }
    }

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("words");
    let reference = Language::read(&folder, REFERENCE)?;
    let keys = Keys::new(&reference)?;
    let families = family::all(&keys.known());
    let mut complaints = items::missing(&keys, &families);
    let mut languages = vec![reference];
    for tag in rayback_words::tags(&folder)?.iter().filter(|tag| *tag != REFERENCE) {
        languages.push(Language::read(&folder, tag)?);
    }
    let limits: Vec<_> = named_in_words().map(|(name, amount)| (name, amount.to_string())).collect();
    for language in &mut languages {
        complaints.extend(language.complaints(&keys));
        complaints.extend(language.fill_in_limits(&limits));
    }
    if !complaints.is_empty() {
        for complaint in complaints {
            println!("cargo::error={complaint}");
        }
        return Ok(()); // cargo stops here, with every complaint on a line of its own
    }
    let keys = Keys::new(languages.first().ok_or("no language")?)?; // with the limits
    for language in &languages {
        output::write(language, out, &keys)?;
    }
    let folder = out.join("pseudo").join(REFERENCE);
    fs::create_dir_all(&folder)?;
    for (reader, lines) in &keys.files {
        fs::write(folder.join(format!("{reader}.json")), pseudo::file(reader, lines, &keys))?;
    }
    fs::write(out.join("keys.rs"), items::source(&keys, &families)?)?;
    fs::write(out.join("languages.rs"), output::languages(&languages))?;
    Ok(())
}
