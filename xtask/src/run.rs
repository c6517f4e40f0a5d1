//! The commands that build and run one program of the workspace: `bench`, `simulate`, `live` and `pictures`.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::browser::Browser;
use crate::setup::program::Program;
use crate::setup::{self, Prerequisite};
use crate::{build, process, size, workspace};

/// A measurement.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Bench {
    /// Recognition, compared with a memmem pass, three parsers and a set of regular expressions
    Classify,
    /// Recognition as wasm, in both browsers
    Wasm,
    /// The costs to pages and the time to the panel, in a browser, compared with stand-ins and peers
    Browser,
    /// How soon the history page shows and filters 10,000 failures, compared with an empty page
    History,
    /// The extension's size: what starting the worker loads, and the cost of each crate
    Size,
}

/// Builds a benchmark in release mode and runs it.
///
/// # Errors
/// If a prerequisite is missing, or the benchmark doesn't build or fails.
pub(crate) fn bench(bench: Bench, arguments: &[OsString]) -> Result<()> {
    match bench {
        Bench::Classify => process::run(&mut program(&["--release", "--package", "bench-recognition"])),
        Bench::Size => size::run(arguments),
        Bench::Browser => {
            let is_firefox = arguments.iter().any(|argument| argument == "--firefox");
            let (browser, needs) = if is_firefox {
                (Browser::Firefox, Prerequisite::FIREFOX)
            } else {
                (Browser::Chrome, Prerequisite::CHROME)
            };
            setup::ensure(&[[Prerequisite::BuildTools].as_slice(), &needs].concat())?;
            build::run(Some(browser))?;
            let mut bench = program(&["--package", "bench-browser", "--bin", "weight", "--"]);
            Program::name_all(&mut bench);
            process::run(bench.args(arguments))
        }
        Bench::History => {
            setup::ensure(&[[Prerequisite::BuildTools].as_slice(), &Prerequisite::CHROME].concat())?;
            build::run(Some(Browser::Chrome))?;
            let mut bench = program(&["--package", "bench-browser", "--bin", "history"]);
            Program::name_all(&mut bench);
            process::run(&mut bench)
        }
        Bench::Wasm => {
            let browsers = [Prerequisite::CHROME, Prerequisite::FIREFOX].concat();
            setup::ensure(&[[Prerequisite::BuildTools].as_slice(), &browsers].concat())?;
            build::run(None)?;
            build::speed()?;
            let mut bench = program(&["--package", "bench-browser", "--bin", "wasm"]);
            Program::name_all(&mut bench);
            process::run(&mut bench)
        }
    }
}

/// Simulates a million browsers, with these arguments, in the caller's working directory.
///
/// # Errors
/// If the simulation doesn't build or fails.
pub(crate) fn simulate(arguments: &[OsString]) -> Result<()> {
    process::run(program(&["--release", "--package", "bench-policy"]).arg("--").args(arguments))
}

/// Reads the error pages of a real host, with these arguments.
///
/// # Errors
/// If the reader doesn't build or fails.
pub(crate) fn live(arguments: &[OsString]) -> Result<()> {
    let package = ["--package", "rayback-testkit", "--features", "live", "--bin", "live"];
    process::run(program(&package).arg("--").args(arguments))
}

/// Takes pictures of the interface, with these arguments.
///
/// # Errors
/// If a prerequisite is missing, a build fails, or a picture can't be taken.
pub(crate) fn pictures(arguments: &[OsString]) -> Result<()> {
    let needs = [[Prerequisite::BuildTools, Prerequisite::Fonts].as_slice(), &Prerequisite::CHROME].concat();
    setup::ensure(&needs)?;
    build::run(None)?;
    let mut pictures = program(&["--package", "rayback-testkit", "--features", "gallery", "--bin", "pictures", "--"]);
    Program::name_all(&mut pictures);
    process::run(pictures.args(arguments))
}

/// `cargo run` for a program of this workspace, from any working directory.
fn program(package: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--manifest-path"]).arg(workspace::root().join("Cargo.toml")).args(package);
    cargo
}
