//! `rayback classify`: one answer per captured page, in the order of the input.

mod answer;
mod body;
mod manifest;
mod stream;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use rayback_core::classify::{Examination, examine, examine_quoted};
use rayback_core::observation::Observation;
use rayback_core::observation::head::Head;
use rayback_core::url::PageUrl;

use answer::Answer;

/// What to classify
#[derive(Args)]
pub(crate) struct Arguments {
    /// Captured bodies; "-" is standard input, which is also read if nothing is named
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
    /// The HTTP status that the bodies came with
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(100..=999))]
    status: Option<u16>,
    /// A file of raw response headers that the bodies came with; a status line in it counts unless --status is given
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
    /// The address that the bodies came from
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

/// One captured answer, with the name it is spoken of by.
struct Capture<'a> {
    name: String,
    observation: Result<Observation<'a>>,
}

/// Whether answers are written as lines for people or as JSON.
#[derive(Clone, Copy)]
enum Style {
    Lines,
    Json,
}

/// Writes answers in order and remembers whether every input could be read.
struct Report<W> {
    out: W,
    style: Style,
    examine: fn(&Observation<'_>) -> Examination,
    unreadable: bool,
}

/// Classifies every input and writes one answer for each.
///
/// # Errors
///
/// If what all inputs share cannot be read: the headers file, the manifest, the address; or if nobody takes the answers.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let style = if arguments.json || arguments.stream { Style::Json } else { Style::Lines };
    let examine = if arguments.quoted { examine_quoted } else { examine };
    let mut report = Report { out: BufWriter::new(io::stdout().lock()), style, examine, unreadable: false };
    let written = if let Some(path) = &arguments.manifest {
        manifest::run(path, &mut report)
    } else if arguments.stream {
        stream::run(&files_or_stdin(arguments), &mut report)
    } else {
        files(arguments, &mut report)
    };
    match written.and_then(|()| report.out.flush().context("cannot write the answers to standard output")) {
        // Whoever reads the answers may have seen enough, as `head` has.
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) => {}
        other => other?,
    }
    Ok(if report.unreadable { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

fn files_or_stdin(arguments: &Arguments) -> Vec<PathBuf> {
    if arguments.files.is_empty() { vec![PathBuf::from("-")] } else { arguments.files.clone() }
}

fn files<W: Write>(arguments: &Arguments, report: &mut Report<W>) -> Result<()> {
    let head = match &arguments.headers {
        Some(path) => head_of(path)?,
        None => None,
    };
    let url = arguments
        .url
        .as_deref()
        .map(|url| PageUrl::parse(url).with_context(|| format!("cannot use --url {url:?}")))
        .transpose()?;
    for path in files_or_stdin(arguments) {
        let observation = body::read(&path).map(|body| {
            let mut observation = body::observe(body, head.clone());
            observation.status = arguments.status.or(observation.status);
            observation.url.clone_from(&url);
            observation
        });
        report.add(&Capture { name: path.display().to_string(), observation })?;
    }
    Ok(())
}

/// Reads a file of raw headers; an empty one tells nothing, so it counts as none.
fn head_of(path: &Path) -> Result<Option<Head>> {
    let bytes = std::fs::read(path).with_context(|| {
        format!("cannot read the headers in {}; name a file of raw response headers", path.display())
    })?;
    let head = Head::parse(&String::from_utf8_lossy(&bytes));
    Ok((head != Head::default()).then_some(head))
}

impl<W: Write> Report<W> {
    /// Classifies one capture and writes the answer.
    ///
    /// # Errors
    ///
    /// If the answer cannot be written; a capture that cannot be read is an answer too.
    fn add(&mut self, capture: &Capture<'_>) -> Result<()> {
        let answer = match &capture.observation {
            Ok(observation) => Answer::of(&capture.name, observation, (self.examine)(observation)),
            Err(error) => {
                eprintln!("error: {error:#}");
                self.unreadable = true;
                Answer::unreadable(&capture.name, format!("{error:#}"))
            }
        };
        match self.style {
            Style::Json => {
                serde_json::to_writer(&mut self.out, &answer).map_err(io::Error::from)?;
                self.out.write_all(b"\n")?;
            }
            Style::Lines => writeln!(self.out, "{answer}")?,
        }
        Ok(())
    }
}
