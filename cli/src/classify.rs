//! `rayback classify`: one record per captured answer, in the order of the input.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use rayback_core::diagnosis::Kind;
use rayback_core::document::Text;
use rayback_core::record::{Record, RecordKind};
use rayback_core::url::PageUrl;
use rayback_core::words::{Words, keys};

use crate::input::{Capture, Files, JsonLines, Manifest, head_of, or_stdin};
use crate::language;

/// What to classify
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback classify page.html
  curl -si https://www.example.com/ | rayback classify
  rayback classify --quoted ticket.txt
  rayback classify --stream < crawl.ndjson > readings.ndjson")]
pub(crate) struct Arguments {
    /// Captured bodies; "-" is standard input, which is also read if no file is named
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
    /// The HTTP status of the captured answers
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(100..=999))]
    status: Option<u16>,
    /// A file with the raw response headers of the captured answers; --status wins over its status line
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
    /// The address of the captured answers
    #[arg(long)]
    url: Option<String>,
    /// Also read pages that a text quotes: copied from a browser, in a log, in JSON; not for crawls
    #[arg(long)]
    quoted: bool,
    /// Read a CSV of captures with the header row "path,status,headers"; paths are relative to the CSV
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["files", "stream", "status", "headers", "url"])]
    manifest: Option<PathBuf>,
    /// Read JSON objects, one per line, with "url", "status", "headers" and "body", and answer each at once in JSON
    #[arg(long, conflicts_with_all = ["status", "headers", "url"])]
    stream: bool,
}

/// Classifies every capture and writes one record for each.
///
/// The exit code is 2 if a capture couldn't be read.
///
/// # Errors
///
/// If the options can't be used (headers file, manifest, address), or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = language::words()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut exit = ExitCode::SUCCESS;
    let classify = if arguments.quoted { Record::quoted } else { Record::new };
    for capture in captures(arguments)? {
        let record = capture.record(classify);
        if let Some(error) = &record.error {
            eprintln!("error: {error}");
            exit = ExitCode::from(2);
        }
        if arguments.json || arguments.stream {
            writeln!(out, "{}", serde_json::to_string(&record)?)?;
        } else {
            writeln!(out, "{}", line(&record, &words))?;
        }
        if arguments.stream {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(exit)
}

fn captures(arguments: &Arguments) -> Result<Box<dyn Iterator<Item = Capture>>> {
    if let Some(path) = &arguments.manifest {
        return Ok(Box::new(Manifest::open(path)?));
    }
    let paths = or_stdin(&arguments.files);
    if arguments.stream {
        return Ok(Box::new(JsonLines::new(paths)));
    }
    let mut files = Files::new(paths);
    files.status = arguments.status;
    files.head = arguments.headers.as_deref().map(head_of).transpose()?.flatten();
    files.url = arguments
        .url
        .as_deref()
        .map(|url| {
            PageUrl::parse(url).with_context(|| format!("cannot use --url {url:?}; give a full http or https address"))
        })
        .transpose()?;
    Ok(Box::new(files))
}

/// `page.html: error 522, shop.example, Ray ID 9f140b785e57c458, FRA (0.99)`.
fn line(record: &Record, words: &Words) -> String {
    let Some(kind) = record.kind else {
        let error = record.error.as_deref().unwrap_or_default();
        return Text::from(words.format(keys::classify::Unreadable { input: &record.input, error })).to_string();
    };
    let page = match record.code {
        Some(code) => format!("{kind} {code}"),
        None => kind.to_string(),
    };
    let details = [
        Some(page),
        record.host.clone(),
        record.ray_id.map(|ray| words.format(keys::classify::Ray { ray: &ray.to_string() })),
        record.data_centre.map(|it| it.to_string()),
    ];
    let details = words.list(details.into_iter().flatten());
    let confidence = format!("{:.2}", record.confidence.unwrap_or_default());
    // A file name may hold anything, so the line goes to the terminal without control characters.
    let line = Text::from(words.format(keys::classify::Line {
        input: &record.input,
        details: &details,
        confidence: &confidence,
    }));
    if kind == RecordKind::Cloudflare(Kind::Imitation) {
        return format!("{line}\n  {}", words.get(keys::reading::IMITATION));
    }
    line.to_string()
}
