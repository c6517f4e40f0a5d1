//! The rules that let Cloudflare in, loaded for real: into the kernel's firewall, into nginx and into Apache.
//!
//! Each tool's rules are played in a network of the test's own, where somebody at an address of Cloudflare's and somebody
//! elsewhere try to get in. Where that cannot be done, the tests are left out and it is said why.

mod network;
mod peer;
mod play;

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_core::catalog::Cause;
use rayback_core::outside::ranges::{Ranges, Tool};

use self::network::is_here;
use self::play::Play;

fn main() -> Result<ExitCode> {
    let mut own = std::env::args().skip(1);
    match own.next().as_deref() {
        Some("listen") => return peer::listen().map(|()| ExitCode::SUCCESS),
        Some("reach") => return peer::reach(own).map(|()| ExitCode::SUCCESS),
        Some("ask") => return peer::ask(own).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let arguments = Arguments::from_args();
    let hindrance = if arguments.list { None } else { network::hindrance() };
    let mut trials = vec![test("firewall::bash_parses_every_command", None, bash_parses_every_command)];
    for play in Play::all() {
        let reason = hindrance.clone().or_else(|| Some(format!("{} is not installed", play.missing()?)));
        trials.push(test(&play.name(), reason.as_deref(), move || play.holds()));
    }
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// A test, or the reason for which it is left out.
fn test(name: &str, reason: Option<&str>, run: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    if let Some(reason) = reason {
        eprintln!("remark: {name} is left out: {reason}");
    }
    Trial::test(name, || run().map_err(|why| Failed::from(format!("{why:#}")))).with_ignored_flag(reason.is_some())
}

/// Of the rules and of all that owners are told to type.
fn bash_parses_every_command() -> Result<()> {
    if !is_here("bash") {
        eprintln!("remark: no command is read by bash, which is not installed");
        return Ok(());
    }
    for tool in Tool::ALL {
        // Those of the web servers are files and no commands.
        if !matches!(tool.name().split(' ').next(), Some("nginx" | "Apache")) {
            read_by_bash(&Ranges::embedded().rules(*tool)).context(tool.name())?;
        }
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
