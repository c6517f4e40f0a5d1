//! The tools from npm at the versions pinned in our lock file: Mozilla's add-on linter, and axe-core for the browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::node;
use crate::workspace;

/// Whether the versions in the lock file are installed.
pub(crate) fn is_installed() -> bool {
    let folder = folder();
    let locked = modified(&folder.join("package-lock.json"));
    // npm writes this file last.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    installed.is_some() && installed >= locked
}

/// The command that installs them.
pub(crate) fn fetch() -> Command {
    let mut npm = node::npm();
    npm.args(["ci", "--ignore-scripts", "--prefix"]).arg(folder());
    npm
}

/// The linter, ready for its arguments.
pub(crate) fn linter() -> Command {
    let mut command = node::command();
    command.arg(folder().join("node_modules/addons-linter/bin/addons-linter"));
    command
}

fn folder() -> PathBuf {
    workspace::root().join("xtask/npm")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
