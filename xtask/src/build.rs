//! `cargo xtask build`: `dist/chrome/` and `dist/firefox/`, loadable as they are, and `dist/www/`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::browser::Browser;
use crate::setup::wasm_std::{self, WasmStd};
use crate::wasm::{self, Module};
use crate::{manifest, tree, workspace};

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
    let module = wasm::compile("rayback-extension", wasm_std)?;
    for &browser in browsers {
        let dist = workspace::extension(browser);
        assemble(&workspace::root().join("extension/static"), &module, &dist)?;
        if let Some(words) = &module.words {
            tree::copy(&words.with_file_name("_locales"), &dist.join("_locales"))?;
        }
        manifest::write(browser, &dist)?;
        report(&dist)?;
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
    let module = wasm::compile(package, wasm_std)?;
    assemble(&workspace::root().join(files), &module, dist)?;
    report(dist)
}

/// Combines a shell's static files, its wasm, the language files and the scripts that its build script wrote.
fn assemble(files: &Path, module: &Module, dist: &Path) -> Result<()> {
    tree::empty(dist)?;
    tree::copy(files, dist)?;
    wasm::bind(&module.wasm, &dist.join("wasm"))?;
    if let Some(words) = &module.words {
        tree::copy(words, &dist.join("words"))?;
    }
    match &module.scripts {
        Some(scripts) => tree::copy(scripts, dist),
        None => Ok(()),
    }
}

fn report(dist: &Path) -> Result<()> {
    let name = dist.strip_prefix(workspace::root()).unwrap_or(dist);
    eprintln!("{} is ready: {} KiB", name.display(), tree::bytes(dist)?.div_ceil(1024));
    Ok(())
}
