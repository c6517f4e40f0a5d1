//! The packages of Debian and of what is made from it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::process;

/// What the machine's packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distribution {
    /// Debian: has everything that we need.
    Debian,
    /// Ubuntu: its browsers are snaps, which no driver can drive in a folder of our own.
    Ubuntu,
    /// No apt: another Linux, macOS, Windows.
    Other,
}

/// Finds out which distribution this is.
pub(crate) fn distribution() -> Distribution {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Distribution::Other;
    }
    from_release(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Reads the text of `/etc/os-release`, see `man 5 os-release`.
fn from_release(text: &str) -> Distribution {
    let is_ubuntu = text
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split(' '))
        .any(|name| name == "ubuntu");
    if is_ubuntu { Distribution::Ubuntu } else { Distribution::Debian }
}

/// Whether a package that is installed here starts none of its services: root in a container that says so.
pub(crate) fn starts_nothing() -> bool {
    let says_so = Path::new("/usr/sbin/policy-rc.d").exists() && !Path::new("/run/systemd/system").exists();
    says_so && super::is_root() && distribution() != Distribution::Other
}

/// Installs packages; only root can.
///
/// # Errors
/// When apt fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    eprintln!("installing {}", packages.join(", "));
    // A fresh image has no lists of packages, and old lists name files that are gone.
    process::run(apt_get("update").stdout(Stdio::null())).context("cannot refresh the lists of packages")?;
    process::run(apt_get("install").args(["-y", "--no-install-recommends"]).args(packages).stdout(Stdio::null()))
}

/// What a person types to install the packages.
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
    fn ubuntu_and_what_is_made_from_it_are_told_from_debian() {
        assert_eq!(from_release("NAME=\"Debian GNU/Linux\"\nID=debian\n"), Distribution::Debian);
        assert_eq!(from_release("ID=ubuntu\nID_LIKE=debian\n"), Distribution::Ubuntu);
        assert_eq!(from_release("ID=pop\nID_LIKE=\"ubuntu debian\"\n"), Distribution::Ubuntu);
    }
}
