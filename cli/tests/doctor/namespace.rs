//! Network namespaces: a test runs itself again inside one, where it may set addresses, routes and firewall rules.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Marks the run inside.
const INSIDE: &str = "RAYBACK_INSIDE_NAMESPACE";

/// Runs a test again in its own namespace. Returns [`Inside::Yes`] there, and [`Inside::Done`] outside, once that run
/// has passed.
///
/// If namespaces can't be created, the test is skipped with a remark.
///
/// # Panics
/// If CI runs this as root, and a namespace can be created but lacks what the tests need. CI may not skip a test because
/// a program is missing.
pub(crate) fn enter(test: &str) -> Inside {
    if is_inside() {
        shell("ip link set lo up");
        return Inside::Yes;
    }
    if let Some(obstacle) = obstacle() {
        skip(test, obstacle);
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

/// Writes the remark that `cargo xtask test` counts as not checked.
pub(crate) fn skip(test: &str, reason: &str) {
    // `eprintln` would be hidden if the test passes. libtest may have begun a line, and a remark needs its own.
    io::stderr().write_all(format!("\nremark: {test} is skipped: {reason}\n").as_bytes()).unwrap();
}

/// Whether this is the run inside a namespace.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// A command that sees only its own processes, or inside [`enter`]'s namespace, those of the test.
///
/// Otherwise `doctor` would find a stand-in for cloudflared that another test has started. If namespaces can't be
/// created, no test starts one, and the program is run directly.
pub(crate) fn apart_from_processes(program: &str) -> Command {
    /// Root uses no user namespace, because it couldn't read the firewall there.
    const WAYS: [&[&str]; 2] = [&[], &["--user", "--map-current-user"]];
    static FLAGS: LazyLock<Option<Vec<&str>>> = LazyLock::new(|| {
        WAYS.into_iter().map(|way| [way, &["--pid", "--fork", "--kill-child", "--mount-proc"]].concat()).find(|flags| {
            let trial = Command::new("unshare").args(flags).arg("true").stderr(Stdio::null()).status();
            trial.is_ok_and(|status| status.success())
        })
    });
    match FLAGS.as_ref().filter(|_| !is_inside()) {
        Some(flags) => {
            let mut command = Command::new("unshare");
            command.args(flags).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// Why the tests can't run in a namespace here; `None` if they can.
fn obstacle() -> Option<&'static str> {
    if !succeeds_inside("true") {
        return Some("network namespaces can't be created here");
    }
    if succeeds_inside("ip link set lo up && nft list ruleset") {
        return None;
    }
    let obstacle = "ip or nft doesn't work in a network namespace; install iproute2 and nftables";
    assert!(std::env::var_os("CI").is_none() || !is_root(), "{obstacle}");
    Some(obstacle)
}

/// Whether a script succeeds in a new namespace.
fn succeeds_inside(script: &str) -> bool {
    let status = Command::new("unshare")
        .args(["--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t0\t"))
}

/// Where a test is.
#[derive(PartialEq, Eq)]
pub(crate) enum Inside {
    /// Inside the namespace: continue.
    Yes,
    /// Outside, and the run inside passed.
    Done,
    /// No namespace can be created.
    Skipped,
}

/// Runs a script in the namespace.
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
