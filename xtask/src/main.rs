//! The build tool: `cargo xtask build`, and the set-up, the demonstration and the checks around it.
//!
//! It imports no other member, so that it starts quickly and runs whatever state they are in.

mod bench;
mod browser;
mod build;
mod demo;
mod fuzz;
mod live;
mod manifest;
mod process;
mod setup;
mod simulate;
mod step;
mod test;
mod tree;
mod wasm;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::bench::Bench;
use crate::browser::Browser;
use crate::demo::Audience;
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
    /// Measure how fast pages are recognised, beside other ways of doing it
    Bench {
        /// What is measured
        what: Bench,
    },
    /// Open a browser with the extension in front of an edge whose every host fails
    Demo {
        /// The browser
        #[arg(default_value = "chrome")]
        browser: Browser,
        /// Drive one failure to its recovery without a display
        #[arg(long, requires = "out")]
        headless: bool,
        /// The folder for the screenshots
        #[arg(long, value_name = "DIR", requires = "headless")]
        out: Option<PathBuf>,
    },
    /// Throw any bytes at everything that reads what somebody else wrote
    Fuzz {
        /// How long to search, in seconds, over all targets
        #[arg(long, default_value_t = 120)]
        seconds: u32,
    },
    /// Read every error page of a host of your own behind Cloudflare, slowly, and print what differs from what is known
    Live {
        /// The host, and what else the reader is given; `--help` lists it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Weigh Rayback's retries against other tools', over a million browsers on simulated time
    Simulate {
        /// What the simulation is given; `--help` lists it
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
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
        Command::Demo { browser, out, .. } => {
            demo::run(browser, &out.map_or(Audience::Person, Audience::Folder))?;
        }
        Command::Bench { what } => bench::run(what)?,
        Command::Fuzz { seconds } => fuzz::run(seconds)?,
        Command::Live { arguments } => live::run(&arguments)?,
        Command::Simulate { arguments } => simulate::run(&arguments)?,
        Command::Test { steps } => return test::run(&steps),
    }
    Ok(ExitCode::SUCCESS)
}
