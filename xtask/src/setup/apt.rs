//! Debian's and Ubuntu's packages.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Whether this machine has apt at all.
pub(crate) fn is_here() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

/// Whether apt knows a version of the package that it could install.
pub(crate) fn offers(package: &str) -> bool {
    let listed = Command::new("apt-cache").args(["policy", package]).output();
    listed.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Candidate: "))
            .any(|candidate| candidate != "(none)")
    })
}

/// Installs packages as root; for anybody else stops with the command to run.
///
/// # Errors
/// When this is not root, or apt fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !is_root() {
        bail!(
            "packages are missing; install them and try again:\n\n    sudo apt-get install -y --no-install-recommends {}\n",
            packages.join(" ")
        );
    }
    eprintln!("installing {}", packages.join(", "));
    // A fresh machine or image has no package lists, and old lists name files that are gone.
    process::run(apt_get("update").stdout(Stdio::null()))
        .context("cannot refresh the package lists")?;
    process::run(
        apt_get("install")
            .args(["-y", "--no-install-recommends"])
            .args(packages)
            .stdout(Stdio::null()),
    )
}

fn apt_get(verb: &str) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-q", "-o", "DPkg::Lock::Timeout=600", verb]);
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null());
    command
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
