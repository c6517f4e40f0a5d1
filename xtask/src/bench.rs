//! `cargo xtask bench`: how fast it is, beside other ways of doing it.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::setup::program::Program;
use crate::setup::{self, Need};
use crate::{build, process, workspace};

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Bench {
    /// Recognition, beside a memmem pass, three parsers and a set of regular expressions
    Classify,
    /// Recognition as wasm, in both browsers
    Wasm,
}

/// Builds the benchmark for speed, and runs it.
///
/// # Errors
/// When the set-up lacks something, or the benchmark cannot be built, or fails.
pub(crate) fn run(what: Bench) -> Result<()> {
    let mut bench = Command::new("cargo");
    match what {
        Bench::Classify => bench.args(["run", "--quiet", "--release", "--package", "bench-recognition"]),
        Bench::Wasm => {
            setup::ensure(&[&[Need::BuildTools], Need::CHROME.as_slice(), Need::FIREFOX.as_slice()].concat())?;
            build::run(None)?;
            build::speed()?;
            Program::name_all(&mut bench);
            bench.args(["run", "--quiet", "--package", "bench-browser", "--bin", "wasm"])
        }
    };
    process::run(bench.current_dir(workspace::root()))
}
