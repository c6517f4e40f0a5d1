//! `cargo xtask simulate`: a million browsers on simulated time.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::{process, workspace};

/// Builds the simulation for speed, and runs it with these arguments where the caller stands.
///
/// # Errors
/// When it cannot be built, or fails.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut simulation = Command::new("cargo");
    simulation.args(["run", "--quiet", "--release", "--package", "bench-policy", "--manifest-path"]);
    simulation.arg(workspace::root().join("Cargo.toml")).arg("--").args(arguments);
    process::run(&mut simulation)
}
