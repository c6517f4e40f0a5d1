//! `cargo xtask build`: `dist/chrome/` and `dist/firefox/`, loadable as they are, and `dist/www/`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::browser::Browser;
use crate::setup::wasm_std::{self, WasmStd};
use crate::wasm::{self, Output};
use crate::{manifest, tree, words, workspace};

/// The extension's own pages, by the id of their body, each with the style sheets that only it has. `extension/page.html` is the
/// rest of each.
const PAGES: [(&str, &[&str]); 7] = [
    ("history", &[]),
    ("page-check", &[]),
    ("host", &[]),
    ("left", &[]),
    ("popup", &[]),
    ("settings", &[]),
    ("welcome", &["content/panel.css"]),
];

/// Builds one browser's extension, or both extensions and the website.
///
/// # Errors
/// If a prerequisite is missing, the code doesn't compile, or a file can't be written.
pub(crate) fn run(browser: Option<Browser>) -> Result<()> {
    let wasm_std = wasm_std::ensure()?;
    match browser {
        Some(browser) => extensions(&[browser], wasm_std),
        None => extensions(&Browser::ALL, wasm_std).and_then(|()| website(wasm_std)),
    }
}

fn extensions(browsers: &[Browser], wasm_std: WasmStd) -> Result<()> {
    eprintln!("compiling the extension to wasm");
    let output = wasm::compile("rayback-extension", wasm_std)?;
    if let Some(words) = &output.words {
        let pseudo = workspace::pseudo();
        tree::empty(&pseudo)?;
        copy_words(&words.with_file_name("pseudo"), &pseudo)?;
    }
    for &browser in browsers {
        let dist = workspace::extension(browser);
        assemble(&workspace::root().join("extension/static"), &output, &dist)?;
        if let Some(words) = &output.words {
            tree::copy(&words.with_file_name("_locales"), &dist.join("_locales"))?;
        }
        write_pages(&dist)?;
        manifest::write(browser, &dist)?;
        report(&dist)?;
    }
    Ok(())
}

/// Writes the extension's own pages.
fn write_pages(dist: &Path) -> Result<()> {
    let path = workspace::root().join("extension/page.html");
    let template = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for (id, sheets) in PAGES {
        let sheet = |sheet: &&str| format!("\n    <link rel=\"stylesheet\" href=\"{sheet}\" />");
        let sheets: Vec<_> = sheets.iter().map(sheet).collect();
        let target = dist.join(format!("{id}.html"));
        fs::write(&target, template.replace("{id}", id).replace("{sheets}", &sheets.concat()))
            .with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(())
}

fn website(wasm_std: WasmStd) -> Result<()> {
    let dist = workspace::website();
    page("rayback-www", "www/static", &dist, wasm_std)?;
    // One file of design tokens for the extension and the website.
    let tokens = workspace::root().join("extension/static/tokens.css");
    fs::copy(&tokens, dist.join("tokens.css")).with_context(|| format!("cannot copy {}", tokens.display()))?;
    Ok(())
}

/// Builds the page that times recognition in a browser.
///
/// # Errors
/// As [`run`].
pub(crate) fn speed() -> Result<()> {
    page("bench-wasm", "bench/wasm/static", &workspace::speed(), wasm_std::ensure()?)
}

fn page(package: &str, files: &str, dist: &Path, wasm_std: WasmStd) -> Result<()> {
    eprintln!("compiling {package} to wasm");
    let output = wasm::compile(package, wasm_std)?;
    assemble(&workspace::root().join(files), &output, dist)?;
    report(dist)
}

/// Combines a shell's static files, its wasm, the language files and the scripts that its build script wrote.
fn assemble(files: &Path, output: &Output, dist: &Path) -> Result<()> {
    tree::empty(dist)?;
    tree::copy(files, dist)?;
    for module in &output.modules {
        wasm::bind(module, &dist.join("wasm"))?;
    }
    if let Some(words) = &output.words {
        copy_words(words, &dist.join("words"))?;
    }
    match &output.scripts {
        Some(scripts) => tree::copy(scripts, dist),
        None => Ok(()),
    }
}

/// Copies the languages' files for the readers that the browser's shells have.
fn copy_words(from: &Path, to: &Path) -> Result<()> {
    for language in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let language = language?;
        let target = to.join(language.file_name());
        fs::create_dir_all(&target).with_context(|| format!("cannot create {}", target.display()))?;
        for reader in words::PACKAGED
            .map(|reader| language.path().join(reader).with_extension("json"))
            .iter()
            .filter(|reader| reader.exists())
        {
            let name = reader.file_name().unwrap_or_default();
            fs::copy(reader, target.join(name)).with_context(|| format!("cannot copy {}", reader.display()))?;
        }
    }
    Ok(())
}

fn report(dist: &Path) -> Result<()> {
    let name = dist.strip_prefix(workspace::root()).unwrap_or(dist);
    eprintln!("{} is ready: {} KiB", name.display(), tree::bytes(dist)?.div_ceil(1024));
    Ok(())
}
