//! Prerequisites: checked first, installed only if missing.
//!
//! As root, as in CI, it installs the distribution's packages. For any other user it prints the command instead. Tools in
//! `target/tools/` are fetched for any user.

mod apt;
pub(crate) mod node;
pub(crate) mod npm_tools;
mod prerequisite;
pub(crate) mod program;
pub(crate) mod wasm_std;

use std::process::Command;

use anyhow::{Result, bail};

pub(crate) use self::prerequisite::Prerequisite;
use self::prerequisite::Remedy;
use crate::process;

/// Installs the missing prerequisites.
///
/// # Errors
/// If the user has to install something, with the exact commands, or if an installation fails.
pub(crate) fn ensure(needs: &[Prerequisite]) -> Result<()> {
    let mut missing = Vec::new();
    for need in needs.iter().flat_map(|need| need.with_what_fetches_it()) {
        if !missing.contains(&need) && !need.is_met() {
            missing.push(need);
        }
    }
    let (mut packages, mut tools, mut by_hand) = (Vec::new(), Vec::new(), Vec::new());
    for &need in &missing {
        match need.remedy() {
            Remedy::Packages(names) => packages.extend(names),
            Remedy::Fetch(_) => tools.push(need),
            Remedy::ByHand(command) => by_hand.push(command),
        }
    }
    if !packages.is_empty() && !is_root() {
        by_hand.insert(0, apt::command_line(&packages));
    }
    if !by_hand.is_empty() {
        let names = missing.iter().filter(|need| !tools.contains(need)).map(Prerequisite::to_string);
        let names: Vec<String> = names.collect();
        bail!("missing: {}; run\n\n    {}\n\nand try again", names.join(", "), by_hand.join("\n    "));
    }

    if !packages.is_empty() {
        apt::install(&packages)?;
    }
    for tool in tools.into_iter().filter(|tool| !tool.is_met()) {
        // Computed again, because the packages just installed may have changed which Node runs it.
        if let Remedy::Fetch(mut command) = tool.remedy() {
            eprintln!("fetching {tool}: {}", process::line(&command));
            process::run(&mut command)?;
        }
    }
    match missing.iter().find(|need| !need.is_met()) {
        Some(need) => bail!("{need} is still missing after its installation"),
        None => Ok(()),
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
