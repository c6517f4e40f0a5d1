//! Compiles a workspace member to wasm modules that a browser can load.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::setup::wasm_std::WasmStd;

/// The output of compiling a member.
pub(crate) struct Output {
    /// One module for each of the member's binaries.
    pub(crate) modules: Vec<Module>,
    /// The folder of the `<tag>.json` language files written by core's build script, if any.
    pub(crate) words: Option<PathBuf>,
    /// The folder of scripts that the member's own build script wrote, if it did.
    pub(crate) scripts: Option<PathBuf>,
}

/// A module as linked, before wasm-bindgen.
pub(crate) struct Module {
    /// The binary's name.
    pub(crate) name: String,
    /// The module's file.
    pub(crate) wasm: PathBuf,
}

/// The messages of `cargo --message-format=json` that are used here.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        package_id: String,
        target: Target,
        filenames: Vec<PathBuf>,
    },
    BuildScriptExecuted {
        package_id: String,
        out_dir: PathBuf,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Compiles each binary of a member to a wasm module.
///
/// # Errors
/// If it doesn't compile, or cargo names no module.
pub(crate) fn compile(package: &str, wasm_std: WasmStd) -> Result<Output> {
    let mut cargo = wasm_std.cargo("build");
    cargo.args(["--package", package, "--bins", "--profile", "wasm"]);
    cargo.arg("--message-format=json-render-diagnostics");
    let line = process::line(&cargo);
    let mut child = cargo.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{line}`"))?;

    let (mut modules, mut words, mut scripts) = (Vec::new(), None, None);
    for message in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
        match serde_json::from_str(&message?).context("cargo wrote a message that is not JSON")? {
            Message::CompilerArtifact { package_id, target, filenames } if is(&package_id, package) => {
                let wasm = filenames.into_iter().find(|file| file.extension().is_some_and(|it| it == "wasm"));
                modules.extend(wasm.map(|wasm| Module { name: target.name, wasm }));
            }
            Message::BuildScriptExecuted { package_id, out_dir } if is(&package_id, "rayback-core") => {
                words = Some(out_dir.join("words"));
            }
            Message::BuildScriptExecuted { package_id, out_dir } if is(&package_id, package) => {
                scripts = Some(out_dir.join("scripts")).filter(|folder| folder.is_dir());
            }
            _ => {}
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    if modules.is_empty() {
        bail!("`{line}` names no wasm module for {package}");
    }
    Ok(Output { modules, words, scripts })
}

/// Whether a package id such as `path+file:///…/core#rayback-core@0.1.0` names the package.
fn is(package_id: &str, package: &str) -> bool {
    package_id.rsplit_once('#').and_then(|(_, name)| name.split_once('@')).is_some_and(|(name, _)| name == package)
}

/// Writes `<name>.js` and `<name>_bg.wasm` for the module into the folder.
///
/// # Errors
/// If wasm-bindgen can't process the module, or the files can't be written.
pub(crate) fn bind(module: &Module, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(&module.wasm)
        .out_name(&module.name)
        .web(true)?
        .typescript(false)
        // Omitted by default, unlike in the command; without it `init()` without arguments fails.
        .omit_default_module_path(false)
        // `strip` in the profile would also remove `target_features`, which wasm-bindgen reads.
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen rejects {}", module.wasm.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_identified_by_its_id() {
        assert!(is("path+file:///somewhere/core#rayback-core@0.1.0", "rayback-core"));
        assert!(!is("path+file:///somewhere/core#rayback-core@0.1.0", "rayback"));
        assert!(!is("registry+https://example.test/index#serde@1.0.0", "rayback-core"));
    }
}
