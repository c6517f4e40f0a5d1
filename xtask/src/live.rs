//! `cargo xtask live`: every error page of a host of one's own, read from the real edge.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::{process, workspace};

/// Builds the reader, and runs it with these arguments.
///
/// # Errors
/// When it cannot be built, or fails.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut live = Command::new("cargo");
    live.args(["run", "--quiet", "--package", "rayback-testkit", "--features", "live", "--bin", "live", "--manifest-path"]);
    live.arg(workspace::root().join("Cargo.toml")).arg("--").args(arguments);
    process::run(&mut live)
}
