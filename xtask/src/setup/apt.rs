//! Packages of Debian and its derivatives.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::process;

/// The distribution that the machine's packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distribution {
    /// Debian, which has all required packages.
    Debian,
    /// Ubuntu, whose browsers are snaps: drivers can't use them with our own folders.
    Ubuntu,
    /// A system without apt: another Linux, macOS or Windows.
    Other,
}

/// Detects the distribution.
pub(crate) fn distribution() -> Distribution {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Distribution::Other;
    }
    from_release(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Parses the text of `/etc/os-release`; see `man 5 os-release`.
fn from_release(text: &str) -> Distribution {
    let is_ubuntu = text
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|name| name == "ubuntu");
    if is_ubuntu { Distribution::Ubuntu } else { Distribution::Debian }
}

/// Whether packages installed here don't start their services: we're root in a container with a `policy-rc.d`.
pub(crate) fn starts_nothing() -> bool {
    let is_container = Path::new("/usr/sbin/policy-rc.d").exists() && !Path::new("/run/systemd/system").exists();
    is_container && super::is_root() && distribution() != Distribution::Other
}

/// Installs packages; only root can.
///
/// # Errors
/// If apt fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    eprintln!("installing {}", packages.join(", "));
    // A fresh image has no package lists, and outdated lists refer to files that no longer exist.
    process::run(apt_get("update").stdout(Stdio::null())).context("cannot update the package lists")?;
    process::run(apt_get("install").args(["-y", "--no-install-recommends"]).args(packages).stdout(Stdio::null()))
}

/// The command with which a user installs the packages.
pub(crate) fn command_line(packages: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install -y --no-install-recommends {}", packages.join(" "))
}

fn apt_get(verb: &str) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-q", "-o", "DPkg::Lock::Timeout=600", verb]);
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ubuntu_and_its_derivatives_are_distinguished_from_debian() {
        assert_eq!(from_release("NAME=\"Debian GNU/Linux\"\nID=debian\n"), Distribution::Debian);
        assert_eq!(from_release("ID=ubuntu\nID_LIKE=debian\n"), Distribution::Ubuntu);
        assert_eq!(from_release("ID=pop\nID_LIKE=\"ubuntu debian\"\n"), Distribution::Ubuntu);
    }
}
