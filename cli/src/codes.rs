//! `rayback codes`: every code that is known.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use rayback_core::catalog::{self, Delivery, Entry, Party, Persistence, Remedy, Source, Stage, Title};
use rayback_core::words::Words;
use serde::Serialize;

use crate::sheet::Sheet;

/// How to list
#[derive(Args)]
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
    /// Whether the name is Cloudflare's.
    official_name: bool,
    http_status: Option<u16>,
    stage: Stage,
    fault: Party,
    /// Where the fault lies on the unbranded page, if elsewhere.
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
/// If standard output cannot be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.json {
        for entry in catalog::all() {
            writeln!(std::io::stdout(), "{}", serde_json::to_string(&Row::from(entry))?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let words = Words::english()?;
    let mut sheet = Sheet::new();
    let head = ["label.code", "label.name", "label.party", "label.retry-after"];
    let mut rows = vec![head.map(|label| words.say(label).to_owned()).to_vec()];
    for entry in catalog::all() {
        let wait = entry.retry_after_s.map(|it| words.fill("duration.seconds", &[("n", &it.to_string())]));
        rows.push(vec![
            entry.code.to_string(),
            entry.name.to_owned(),
            words.say(&format!("party.{}.short", entry.party.id())).to_owned(),
            wait.unwrap_or_else(|| words.say("label.none").to_owned()),
        ]);
    }
    sheet.list(&rows);
    sheet.print()?;
    Ok(ExitCode::SUCCESS)
}
