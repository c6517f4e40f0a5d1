//! Mozilla's add-on linter, at the version pinned in our lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::node;
use crate::workspace;

/// Whether the version in the lock file is installed.
pub(crate) fn is_installed() -> bool {
    let folder = folder();
    let locked = modified(&folder.join("package-lock.json"));
    // npm writes this file last.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    installed.is_some() && installed >= locked
}

/// The command that installs it.
pub(crate) fn fetch() -> Command {
    let mut npm = node::npm();
    npm.args(["ci", "--ignore-scripts", "--prefix"]).arg(folder());
    npm
}

/// The linter, ready for its arguments.
pub(crate) fn command() -> Command {
    let mut command = node::command();
    command.arg(folder().join("node_modules/addons-linter/bin/addons-linter"));
    command
}

fn folder() -> PathBuf {
    workspace::root().join("xtask/addons-linter")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
