//! `cargo xtask bench size`: the size of what the worker loads before its first answer, by file, crate and function.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Write as _};
use std::iter;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use flate2::Compression;
use flate2::write::GzEncoder;
use wasmparser::{KnownCustom, Name, Payload, TypeRef};

use crate::browser::Browser;
use crate::setup::wasm_std;
use crate::{build, package, wasm, words, workspace};

/// The files of the worker's first answer: the module, its glue and the words of one language.
const FILES_AT_START: [&str; 5] =
    ["background.js", "wasm/worker.js", "wasm/worker_bg.wasm", "words/en/interface.json", "words/en/visitor.json"];

/// The most that starting the worker may load, in bytes, gzipped: 5 % more than on 2026-11-26.
///
/// If it's more, find out what grew, or record the new size and say why.
const MOST_AT_START: usize = 354_600;
/// The largest that the Chrome package may be in bytes, with English only: 5 % more than on 2026-11-27.
const MOST_IN_PACKAGE: usize = 676_000;

/// Prints what starting the worker loads, the package's size, and for each module the cost of each crate and the
/// largest functions
#[derive(Parser)]
#[command(name = "cargo xtask bench size", bin_name = "cargo xtask bench size")]
struct Arguments {
    /// How many crates and functions are listed
    #[arg(long, default_value_t = 30)]
    largest: usize,
}

/// Builds the extension and prints both sums, the cost of each crate and the largest functions.
///
/// # Errors
/// If the extension doesn't build, its module can't be read, or it has grown too much.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let Arguments { largest } = Arguments::parse_from(iter::once(&OsString::from("size")).chain(arguments));
    build::run(Some(Browser::Chrome))?;
    let dist = workspace::extension(Browser::Chrome);
    println!("{:<24} {:>9} {:>9}", "to start the worker", "bytes", "gzipped");
    let (mut raw, mut packed) = (0, 0);
    for name in FILES_AT_START {
        let bytes = fs::read(dist.join(name)).with_context(|| format!("cannot read {name}"))?;
        let gzipped = gzipped(&bytes)?;
        println!("{name:<24} {:>9} {gzipped:>9}", bytes.len());
        raw += bytes.len();
        packed += gzipped;
    }
    println!("{:<24} {raw:>9} {packed:>9}", "together");
    let mut archive = Cursor::new(Vec::new());
    package::write(&dist, &mut archive)?;
    let package = archive.into_inner().len();
    println!("{:<24} {:>9} {package:>9}\n", "the package", "");
    for module in ["worker", "pages"] {
        print_sections(module, &fs::read(dist.join(format!("wasm/{module}_bg.wasm")))?)?;
    }
    let languages = languages(&dist.join("words"))?;
    for (tag, bytes) in &languages {
        println!("{:<24} {:>9} {bytes:>9}", format!("words/{tag}"), "");
    }
    let package = package.saturating_sub(languages.iter().map(|(_, bytes)| bytes).sum());

    // As linked: binding drops the names.
    for module in wasm::compile("rayback-extension", wasm_std::ensure()?)?.modules {
        print_functions(&module.name, &functions(&module.wasm)?, largest);
    }
    if packed > MOST_AT_START || package > MOST_IN_PACKAGE {
        bail!(
            "the extension has grown: {packed} of at most {MOST_AT_START} bytes to start the worker, \
             {package} of at most {MOST_IN_PACKAGE} in the package"
        );
    }
    if let Some((tag, bytes)) = languages.iter().find(|(_, bytes)| *bytes > words::MOST_PER_LANGUAGE) {
        bail!("words/{tag} has {bytes} of at most {} bytes, gzipped; shorten its texts", words::MOST_PER_LANGUAGE);
    }
    Ok(())
}

/// The languages other than English, and the size of each in the package.
fn languages(folder: &Path) -> Result<Vec<(String, usize)>> {
    let mut languages = Vec::new();
    for language in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let language = language?;
        let tag = language.file_name().to_string_lossy().into_owned();
        if tag == rayback_words::REFERENCE {
            continue;
        }
        let files = fs::read_dir(language.path())?;
        let bytes = files.map(|file| gzipped(&fs::read(file?.path())?)).sum::<Result<usize>>()?;
        languages.push((tag, bytes));
    }
    languages.sort();
    Ok(languages)
}

/// Prints what a module's code and data take, once bound.
fn print_sections(module: &str, bytes: &[u8]) -> Result<()> {
    for payload in wasmparser::Parser::new(0).parse_all(bytes) {
        let (name, range) = match payload? {
            Payload::CodeSectionStart { range, .. } => ("code", range),
            Payload::DataSection(data) => ("data", data.range()),
            _ => continue,
        };
        let section = bytes.get(range).unwrap_or_default();
        println!("{:<24} {:>9} {:>9}", format!("{module}: {name}"), section.len(), gzipped(section)?);
    }
    println!();
    Ok(())
}

fn print_functions(module: &str, functions: &[(String, usize)], largest: usize) {
    let total: usize = functions.iter().map(|(_, bytes)| bytes).sum();
    let mut crates = BTreeMap::<&str, (usize, usize)>::new();
    for (name, bytes) in functions {
        let (count, sum) = crates.entry(crate_of(name)).or_default();
        *count += 1;
        *sum += bytes;
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, (_, bytes))| Reverse(*bytes));
    println!("{module}: {total} bytes of code in {} functions as linked, by crate:", functions.len());
    for (name, (count, bytes)) in crates.iter().take(largest) {
        println!("{bytes:>9} {count:>6}  {name}");
    }
    let mut functions: Vec<_> = functions.iter().collect();
    functions.sort_by_key(|(_, bytes)| Reverse(*bytes));
    println!("\nthe largest functions of {module}:");
    for (name, bytes) in functions.iter().take(largest) {
        println!("{bytes:>9}  {name}");
    }
}

/// Every function of a module with its demangled name and the bytes of its code.
fn functions(module: &Path) -> Result<Vec<(String, usize)>> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let (mut imported, mut sizes, mut names) = (0_usize, Vec::new(), BTreeMap::new());
    for payload in wasmparser::Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for naming in functions {
                        let naming = naming?;
                        names.insert(
                            usize::try_from(naming.index)?,
                            format!("{:#}", rustc_demangle::demangle(naming.name)),
                        );
                    }
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        bail!("{} names no functions; is `strip` set in the profile?", module.display());
    }
    let name = |index: usize| names.get(&(imported + index)).cloned().unwrap_or_else(|| "unnamed".to_owned());
    Ok(sizes.into_iter().enumerate().map(|(index, bytes)| (name(index), bytes)).collect())
}

/// The crate of a demangled name: `core::fmt::write`, `<serde_json::Value as core::fmt::Display>::fmt`.
fn crate_of(name: &str) -> &str {
    let name = name.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '_');
    let name = name.strip_prefix("dyn ").unwrap_or(name);
    match name.split_once("::") {
        Some((first, _)) if first.chars().all(|character| character.is_alphanumeric() || character == '_') => first,
        _ => "no crate",
    }
}

/// The size of a file as transferred.
pub(crate) fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_crate_is_read_from_its_name() {
        assert_eq!(crate_of("core::fmt::write"), "core");
        assert_eq!(crate_of("<serde_json::Value as core::fmt::Display>::fmt"), "serde_json");
        assert_eq!(crate_of("<&mut serde_json::Deserializer<R> as serde::Deserializer>::x"), "no crate");
        assert_eq!(crate_of("memcpy"), "no crate");
    }
}
