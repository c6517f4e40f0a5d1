//! `rayback compare`: codes side by side.

use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use clap::Args;
use rayback_core::catalog;
use rayback_core::explain::compare;

use crate::explain::{Format, parse};
use crate::language;
use crate::output;

/// What to compare
#[derive(Args)]
#[command(after_help = concat!(
    "Examples:\n",
    "  rayback compare 521 522 524 504",
))]
pub(crate) struct Arguments {
    /// Two or more codes, such as 521 522 524 504
    #[arg(required = true, num_args = 2..)]
    codes: Vec<String>,
    /// Answer in JSON
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Prints the comparison.
///
/// # Errors
///
/// If a code isn't a number or isn't listed, or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let codes = arguments.codes.iter().map(|text| parse(text)).collect::<Result<Vec<_>>>()?;
    if let Some(unlisted) = codes.iter().find(|code| catalog::entry(**code).is_none()) {
        bail!("{unlisted} isn't in the catalogue, so it can't be compared; \"rayback codes\" lists the known codes");
    }
    for (index, code) in codes.iter().enumerate() {
        ensure!(
            !codes.iter().take(index).any(|other| other == code),
            "{code} is given twice; compare it with another code"
        );
    }
    let words = language::words()?;
    let comparison = compare(&codes, &words);
    if arguments.json {
        output::json(&comparison)?;
    } else {
        arguments.format.print(&comparison.document(&words))?;
    }
    Ok(ExitCode::SUCCESS)
}
