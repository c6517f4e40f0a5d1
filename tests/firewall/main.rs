//! Generated rules that admit Cloudflare, loaded into the kernel's firewall, nginx and Apache.
//!
//! Each scenario has its own network, where a client with a Cloudflare address and one with another address try to connect.
//! If no network can be created, the tests are skipped with a remark.

mod network;
mod peer;
mod scenario;

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_core::catalog::Cause;
use rayback_core::outside::ranges::{Cloud, Ranges, Tool};
use rayback_core::words::Words;

use self::network::is_here;
use self::scenario::Scenario;

fn main() -> Result<ExitCode> {
    let mut own = std::env::args().skip(1);
    match own.next().as_deref() {
        Some("listen") => return peer::listen().map(|()| ExitCode::SUCCESS),
        Some("reach") => return peer::reach(own).map(|()| ExitCode::SUCCESS),
        Some("ask") => return peer::ask(own).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let arguments = Arguments::from_args();
    let obstacle = if arguments.list { None } else { network::obstacle() };
    let no_bash = (!is_here("bash")).then_some("bash is not installed");
    let mut trials = vec![test("firewall::bash_parses_every_command", no_bash, bash_parses_every_command)];
    for scenario in Scenario::all() {
        let reason = obstacle.clone().or_else(|| Some(format!("{} is not installed", scenario.missing()?)));
        trials.push(test(&scenario.name(), reason.as_deref(), move || scenario.run()));
    }
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// A test, skipped if there is a reason.
fn test(name: &str, reason: Option<&str>, run: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    if let Some(reason) = reason {
        eprintln!("remark: {name} is skipped: {reason}");
    }
    Trial::test(name, || run().map_err(|error| Failed::from(format!("{error:#}")))).with_ignored_flag(reason.is_some())
}

/// Checks the generated rules and all commands shown to owners.
fn bash_parses_every_command() -> Result<()> {
    let words = Words::english()?;
    for tool in Tool::ALL {
        // The rules for web servers are configuration files, not commands.
        if !matches!(tool.program(), "nginx" | "Apache") {
            read_by_bash(&Ranges::embedded().rules(*tool, &words)).context(tool.program())?;
        }
        read_by_bash(&tool.script(&words)).context(tool.program())?;
    }
    for cloud in Cloud::ALL {
        read_by_bash(&Ranges::embedded().cloud_rules(*cloud, &words)).with_context(|| format!("{cloud:?}"))?;
    }
    for cause in Cause::ALL {
        for command in cause.check().iter().chain(cause.fix()) {
            read_by_bash(command.text).with_context(|| format!("{} for {}", command.tool, cause.id()))?;
        }
    }
    Ok(())
}

fn read_by_bash(script: &str) -> Result<()> {
    let read = Command::new("bash").args(["-nc", script]).stdin(Stdio::null()).output()?;
    let complaint = String::from_utf8_lossy(&read.stderr);
    ensure!(read.status.success() && complaint.is_empty(), "{complaint}{script}");
    Ok(())
}
