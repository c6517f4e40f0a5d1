//! A separate network for a scenario, which can be disconnected.
//!
//! Chromium is offline only if none of the device's interfaces is up. To leave the machine's own network alone, a second
//! process runs the scenario in a network namespace with its own interface.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Set in the process that runs in its own network.
const OWN: &str = "RAYBACK_OWN_NETWORK";

/// Creates the new network's only link, which leads nowhere, and executes the given program.
const SET_UP: &str = "ip link set lo up && ip link add cable type veth peer name end && ip addr add 192.0.2.1/24 dev cable && \
    ip link set cable up && ip link set end up && exec \"$@\"";

/// The reason why no such network can be created here, if any.
pub(crate) fn obstacle() -> Option<String> {
    if is_own() {
        return None;
    }
    let mut trial = Command::new("unshare");
    match trial.args(["--net", "sh", "-c", SET_UP, "sh", "true"]).output() {
        Err(error) => Some(format!("cannot create a separate network: cannot start unshare: {error}")),
        Ok(output) if !output.status.success() => Some(format!(
            "cannot create a separate network (only root can): {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Ok(_) => None,
    }
}

/// Whether this process is in such a network.
pub(crate) fn is_own() -> bool {
    env::var_os(OWN).is_some()
}

/// Runs the scenario with this name in its own network.
pub(crate) fn run(name: &str) -> Result<()> {
    let mut scenario = Command::new("unshare");
    scenario.args(["--net", "sh", "-c", SET_UP, "sh"]).arg(env::current_exe()?).args(["--exact", name]).env(OWN, "yes");
    let output = scenario.output().context("cannot start unshare")?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    // A name that matches nothing would pass.
    ensure!(
        output.status.success() && stdout.contains("1 passed"),
        "{stdout}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Connects or disconnects the scenario's own network.
pub(crate) fn set_connection(is_up: bool) -> Result<()> {
    ensure!(is_own(), "this would disconnect the machine itself");
    let state = if is_up { "up" } else { "down" };
    let set = Command::new("ip").args(["link", "set", "cable", state]).output().context("cannot start ip")?;
    ensure!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    Ok(())
}
