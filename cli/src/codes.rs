//! `rayback codes`: every known code.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use rayback_core::catalog::{self, Delivery, Entry, Party, Persistence, Remedy, Source, Stage, Title};
use rayback_core::document::Text;
use rayback_core::words::keys;
use serde::Serialize;

use crate::language;
use crate::output;
use crate::printer::Printer;

/// How to list
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback codes
  rayback codes --json | jq -r .name")]
pub(crate) struct Arguments {
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
}

/// One code, as JSON.
#[derive(Serialize)]
struct Row {
    code: u16,
    name: &'static str,
    /// Whether Cloudflare uses this name.
    official_name: bool,
    http_status: Option<u16>,
    stage: Stage,
    fault: Party,
    /// The party at fault on the unbranded page, if it differs.
    fault_unbranded: Option<Party>,
    lasting: Persistence,
    remedy: Remedy,
    retry_after_seconds: Option<u16>,
    origin_received: Delivery,
    sources: &'static [Source],
}

impl From<&Entry> for Row {
    fn from(entry: &Entry) -> Self {
        Self {
            code: entry.code.number(),
            name: entry.name,
            official_name: entry.title == Title::Official,
            http_status: entry.status,
            stage: entry.stage,
            fault: entry.party,
            fault_unbranded: entry.unbranded.map(|unbranded| unbranded.party),
            lasting: entry.persistence,
            remedy: entry.remedy,
            retry_after_seconds: entry.retry_after_s,
            origin_received: entry.delivery,
            sources: entry.sources,
        }
    }
}

/// Lists every code.
///
/// # Errors
///
/// If standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.json {
        catalog::all().try_for_each(|entry| output::json(&Row::from(entry)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let words = language::words()?;
    let head = [keys::label::CODE, keys::label::NAME, keys::label::PARTY, keys::label::RETRY_AFTER];
    let head = head.map(|label| words.get(label).into());
    let rows = catalog::all().map(|entry| {
        let wait = entry.retry_after_s.map(|it| words.format(keys::duration::Seconds { n: it.into() }));
        vec![
            Text::from(entry.code.to_string()),
            Text::from(entry.name),
            Text::from(words.get(keys::party::short(entry.party))),
            Text::from(wait.unwrap_or_else(|| words.get(keys::label::NONE).to_owned())),
        ]
    });
    let mut printer = Printer::new();
    printer.list(&head, &rows.collect::<Vec<_>>());
    printer.print()?;
    Ok(ExitCode::SUCCESS)
}
