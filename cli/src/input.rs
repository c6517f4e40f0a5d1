//! Readers of captured answers: files, CSV manifests and streams of JSON.
//!
//! Each reader is an iterator of [`Capture`]s that reads as it goes. A capture that can't be read is an item too, with an error
//! that names the input, the place in it and the fix; so one bad row never ends a long run.

mod body;
mod files;
mod manifest;
mod ndjson;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rayback_core::observation::Observation;
use rayback_core::observation::head::Head;
use rayback_core::record::Record;

pub(crate) use files::Files;
pub(crate) use manifest::Manifest;
pub(crate) use ndjson::JsonLines;

/// One captured answer.
pub(crate) struct Capture {
    /// Its name: the path, the address, or the place in the input.
    pub(crate) name: String,
    /// The answer, or why it couldn't be read.
    pub(crate) observation: Result<Observation<'static>>,
}

impl Capture {
    /// Classifies the answer with `classify`: [`Record::new`], or [`Record::quoted`] for text that may quote a page.
    pub(crate) fn record(&self, classify: fn(&str, &Observation<'_>) -> Record) -> Record {
        match &self.observation {
            Ok(observation) => classify(&self.name, observation),
            Err(error) => Record::unreadable(&self.name, format!("{error:#}")),
        }
    }
}

/// The most that is read of a file that the user named, in bytes.
const MOST: u64 = 16 * 1024 * 1024;

/// Reads a text file that the user named with an option.
///
/// # Errors
///
/// If it can't be read, isn't UTF-8, or is larger than 16 MiB.
pub(crate) fn text(path: &Path, option: &str) -> Result<String> {
    let mut text = String::new();
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{option}: cannot read {shown}"))?;
    // A device such as /dev/zero has no end.
    let read = file.take(MOST + 1).read_to_string(&mut text);
    let size = read.with_context(|| format!("{option}: cannot read {shown}; give a text file"))?;
    ensure!(u64::try_from(size)? <= MOST, "{option}: {shown} is larger than 16 MiB");
    Ok(text)
}

/// The paths to read; standard input, named `-`, if there are none.
pub(crate) fn or_stdin(paths: &[PathBuf]) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from("-")] } else { paths.to_vec() }
}

/// Reads a file of raw response headers; `None` if it has no status line and no header.
///
/// # Errors
///
/// If the file can't be read.
pub(crate) fn head_of(path: &Path) -> Result<Option<Head>> {
    let bytes = std::fs::read(path).with_context(|| {
        format!("cannot read the headers in {}; name a file of raw response headers", path.display())
    })?;
    let head = Head::parse(&String::from_utf8_lossy(&bytes));
    Ok((head != Head::default()).then_some(head))
}
