//! Network namespaces: a test runs itself again inside one, where it may set addresses, routes and firewall rules.

use std::net::TcpStream;
use std::process::{Command, Stdio};

/// Marks the run inside.
const INSIDE: &str = "RAYBACK_INSIDE_NAMESPACE";

/// Runs the rest of a test in a namespace of its own. Returns `true` inside; outside, once that run is done.
///
/// Where namespaces aren't possible it says so, and the test counts as skipped.
pub(crate) fn enter(test: &str) -> Inside {
    if std::env::var_os(INSIDE).is_some() {
        shell("ip link set lo up");
        return Inside::Yes;
    }
    let possible = Command::new("unshare")
        .args(["--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "nft", "list", "ruleset"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !possible.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED {test}: no network namespaces or no nft here");
        return Inside::Skipped;
    }
    let status = Command::new("unshare")
        .args(["--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads", "1"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(status.success(), "{test} failed in its namespace; its output is above");
    Inside::Done
}

/// Where a test is.
#[derive(PartialEq, Eq)]
pub(crate) enum Inside {
    /// Inside: go on.
    Yes,
    /// Outside, and the run inside passed.
    Done,
    /// There is no inside.
    Skipped,
}

/// Runs a script of the namespace's own.
pub(crate) fn shell(script: &str) {
    let status = Command::new("sh").args(["-ec", script]).status().unwrap();
    assert!(status.success(), "{script}");
}

/// An empty firewall with one chain for incoming packets.
pub(crate) fn firewall(rules: &str) {
    shell(&format!(
        "nft flush ruleset; nft 'table inet f {{\nset ban {{ type ipv4_addr; flags interval; }}\n\
         chain input {{ type filter hook input priority 0; policy accept; {rules}; }}\n}}'"
    ));
}

/// Waits until a port answers.
pub(crate) fn await_port(address: &str) {
    while TcpStream::connect(address).is_err() {
        std::thread::yield_now();
    }
}
