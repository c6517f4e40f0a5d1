//! The build tool: `cargo xtask build`, and the set-up, the demonstration and the checks around it.
//!
//! It imports no other member, so that it starts quickly and runs whatever state they are in.

mod browser;
mod build;
mod manifest;
mod process;
mod setup;
mod step;
mod test;
mod tree;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::browser::Browser;
use crate::step::Step;

/// Builds, demonstrates and checks Rayback
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the website and the extension into dist/, ready to be loaded
    Build {
        /// Only this browser's extension, without the website
        browser: Option<Browser>,
    },
    /// Check everything, or only the steps named
    Test {
        /// The steps to run
        steps: Vec<Step>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Not by returning it: that prints a backtrace where RUST_BACKTRACE is set for the tests.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Build { browser } => build::run(browser)?,
        Command::Test { steps } => return test::run(&steps),
    }
    Ok(ExitCode::SUCCESS)
}
