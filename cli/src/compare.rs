//! `rayback compare`: codes side by side.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use rayback_core::catalog;
use rayback_core::explain::compare;
use rayback_core::words::Words;

use crate::explain::parse;
use crate::sheet::Sheet;

/// What to compare
#[derive(Args)]
pub(crate) struct Arguments {
    /// Two or more codes, such as 521 522 524 504
    #[arg(required = true, num_args = 2..)]
    codes: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Prints the comparison.
///
/// # Errors
///
/// If a code is no number or not listed, or standard output cannot be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let codes = arguments.codes.iter().map(|text| parse(text)).collect::<Result<Vec<_>>>()?;
    if let Some(unlisted) = codes.iter().find(|code| catalog::entry(**code).is_none()) {
        bail!("{unlisted} is not in the catalogue, so there is nothing to compare; see \"rayback codes\"");
    }
    let words = Words::english()?;
    let comparison = compare(&codes, &words);
    if arguments.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&comparison)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let head = std::iter::once(String::new()).chain(codes.iter().map(ToString::to_string)).collect();
    let mut rows = vec![head];
    for row in comparison.rows {
        rows.push(std::iter::once(row.label).chain(row.cells).collect());
    }
    let mut sheet = Sheet::new();
    sheet.table(&rows);
    if !comparison.tells.is_empty() {
        sheet.heading(words.say("label.neighbours"));
        for tell in &comparison.tells {
            sheet.bullet(tell);
        }
    }
    sheet.print()?;
    Ok(ExitCode::SUCCESS)
}
