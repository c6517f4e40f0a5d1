//! The build tool: builds, tests, benchmarks and demonstrates Rayback, and installs the prerequisites.
//!
//! Of the other members it imports only `words`, so it starts quickly and works even if they don't compile.

mod browser;
mod build;
mod demo;
mod fuzz;
mod manifest;
mod package;
mod process;
mod run;
mod setup;
mod size;
mod step;
mod test;
mod tree;
mod wasm;
mod words;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::browser::Browser;
use crate::demo::Audience;
use crate::run::Bench;
use crate::step::Step;

/// Builds, tests and demonstrates Rayback
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the extension and the website into dist/, ready to load
    Build {
        /// Only the extension for this browser, without the website
        browser: Option<Browser>,
    },
    /// Measure recognition, the costs to pages, or the extension's size
    Bench {
        /// The measurement
        what: Bench,
        /// Its options; `--help` lists those of `browser` and `size`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Open a browser with the extension and a page of failures to try
    Demo {
        /// The browser
        #[arg(default_value = "chrome")]
        browser: Browser,
        /// Drive one failure to its recovery without a display and take screenshots
        #[arg(long, requires = "out")]
        headless: bool,
        /// The folder for the screenshots
        #[arg(long, value_name = "DIR", requires = "headless")]
        out: Option<PathBuf>,
    },
    /// Fuzz every parser of untrusted input
    Fuzz {
        /// The time for all targets together, in seconds
        #[arg(long, default_value_t = 120)]
        seconds: u32,
    },
    /// Read every error page of your own host behind Cloudflare, slowly, and print the differences from the catalogue
    Live {
        /// The host and the reader's options; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Compare Rayback's retries with other tools' by simulating a million browsers
    Simulate {
        /// The simulation's options; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build both extensions into archives, dist/rayback-BROWSER.zip, byte for byte the same on every machine
    Package,
    /// Take a picture of every page and state of the interface: light and dark, left to right and right to left, narrow
    /// and wide
    Pictures {
        /// The folder and the options; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run all checks, or only these steps
    Test {
        /// The steps to run
        steps: Vec<Step>,
    },
    /// Check a language's words against the English ones, without compiling anything: missing, unknown and outdated texts
    Words {
        /// The languages, such as `de`; all if none is named
        languages: Vec<String>,
        /// Record that these texts, or all, are translated from the English as it is now
        #[arg(long, value_name = "KEY", num_args = 0..)]
        translated: Option<Vec<String>>,
        /// The folder with one folder per language
        #[arg(long, value_name = "DIR", default_value_os_t = workspace::root().join("core/words"))]
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Returning it would print a backtrace if RUST_BACKTRACE is set for the tests.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<ExitCode> {
    match command {
        Command::Build { browser } => build::run(browser)?,
        Command::Demo { browser, out, .. } => {
            demo::run(browser, &out.map_or(Audience::User, Audience::Folder))?;
        }
        Command::Bench { what, arguments } => run::bench(what, &arguments)?,
        Command::Fuzz { seconds } => fuzz::run(seconds)?,
        Command::Live { arguments } => run::live(&arguments)?,
        Command::Package => package::run()?,
        Command::Pictures { arguments } => run::pictures(&arguments)?,
        Command::Simulate { arguments } => run::simulate(&arguments)?,
        Command::Test { steps } => return test::run(&steps),
        Command::Words { languages, translated, folder } => {
            return words::run(&folder, &languages, translated.as_deref());
        }
    }
    Ok(ExitCode::SUCCESS)
}
