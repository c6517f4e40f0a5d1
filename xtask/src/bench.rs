//! `cargo xtask bench`: how fast it is, beside other ways of doing it.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::{process, workspace};

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Bench {
    /// Recognition, beside a memmem pass, two parsers and a set of regular expressions
    Classify,
}

/// Builds the benchmark for speed, and runs it.
///
/// # Errors
/// When it cannot be built, or fails.
pub(crate) fn run(what: Bench) -> Result<()> {
    let (package, name) = match what {
        Bench::Classify => ("rayback-core", "classify"),
    };
    let mut bench = Command::new("cargo");
    bench.args(["bench", "--quiet", "--package", package, "--bench", name]).current_dir(workspace::root());
    process::run(&mut bench)
}
