//! The standard library for `wasm32-unknown-unknown`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::apt::{self, Distribution};
use crate::{process, workspace};

const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler with the sources of its standard library, and a linker for wasm.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// The source of the standard library, and thus the compiler for our wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmStd {
    /// The compiler for all other code includes it.
    Toolchain,
    /// Debian's compiler builds it from source.
    Debian,
}

/// Finds the standard library for wasm, or installs it.
///
/// With `RUSTUP_AUTO_INSTALL=0` it doesn't ask rustup to install anything.
///
/// # Errors
/// If it's missing and can't be installed, with instructions to get it.
pub(crate) fn ensure() -> Result<WasmStd> {
    if toolchain_has_it()? {
        return Ok(WasmStd::Toolchain);
    }
    if env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0") && rustup_is_here() {
        eprintln!("adding {TARGET} to rustup's toolchain");
        process::run(Command::new("rustup").args(["target", "add", TARGET]))?;
        return Ok(WasmStd::Toolchain);
    }
    if debian_has_it() {
        return Ok(WasmStd::Debian);
    }
    if apt::distribution() != Distribution::Debian {
        bail!("missing: the standard library for {TARGET}; run\n\n    rustup target add {TARGET}\n\nand try again");
    }
    if !super::is_root() {
        let install = apt::command_line(&DEBIAN);
        bail!("missing: the standard library for {TARGET}; run\n\n    {install}\n\nand try again");
    }
    apt::install(&DEBIAN)?;
    Ok(WasmStd::Debian)
}

/// Whether the current toolchain has the standard library for wasm.
pub(crate) fn toolchain_has_it() -> Result<bool> {
    let printed = process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(PathBuf::from(printed.trim()).is_dir())
}

fn rustup_is_here() -> bool {
    Command::new("rustup").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn debian_has_it() -> bool {
    ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/bin/wasm-ld-19", "/usr/lib/rustlib/src/rust/library/std"]
        .iter()
        .all(|path| Path::new(path).exists())
}

impl WasmStd {
    /// A cargo command for wasm with a separate target folder: two compilers must not share one.
    pub(crate) fn cargo(self, verb: &str) -> Command {
        let mut cargo = match self {
            Self::Toolchain => Command::new("cargo"),
            Self::Debian => Command::new("/usr/bin/cargo"),
        };
        cargo.args([verb, "--target", TARGET, "--target-dir"]).arg(workspace::target().join("wasm"));
        cargo.current_dir(workspace::root());
        // The paths in panics are the same on every machine, or packages would differ.
        let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
        let paths = [(home, "cargo"), (Some(workspace::target()), "target"), (Some(workspace::root().into()), ".")];
        let remap =
            |(path, name): (Option<PathBuf>, &str)| Some(format!("--remap-path-prefix={}={name}", path?.display()));
        cargo.env("CARGO_ENCODED_RUSTFLAGS", paths.into_iter().filter_map(remap).collect::<Vec<_>>().join("\u{1f}"));
        if self == Self::Debian {
            cargo.arg("-Zbuild-std=std,panic_abort");
            cargo.env("RUSTC", "/usr/bin/rustc");
            cargo.env("RUSTC_BOOTSTRAP", "1"); // a release compiler refuses `-Z` without it
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-19"); // Debian's compiler has no rust-lld
            cargo.env_remove("LD_LIBRARY_PATH"); // rustup's proxies set it for their own compiler
        }
        cargo
    }
}
