//! Captures as JSON objects, one per line, for pipelines.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use anyhow::{Context, Error, Result, anyhow};
use rayback_core::observation::head::Head;
use rayback_core::observation::{Headers, Observation};
use rayback_core::url::PageUrl;
use serde::Deserialize;
use serde_json::Value;

use super::Capture;

/// Reads one capture per line, as soon as the line is complete; `-` is standard input. Empty lines are skipped.
pub(crate) struct JsonLines {
    paths: IntoIter<PathBuf>,
    file: Option<OpenFile>,
}

/// The file being read.
struct OpenFile {
    path: PathBuf,
    lines: Box<dyn BufRead>,
    /// The number of the last line read; the first line is 1.
    line: u64,
}

/// One captured answer; every member may be missing.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    status: Option<u16>,
    /// An object of strings or lists of strings, a list of pairs, or the raw text.
    #[serde(default)]
    headers: Option<Value>,
    #[serde(default)]
    body: Option<String>,
}

impl JsonLines {
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths: paths.into_iter(), file: None }
    }
}

impl Iterator for JsonLines {
    type Item = Capture;

    fn next(&mut self) -> Option<Capture> {
        loop {
            let Some(file) = &mut self.file else {
                let path = self.paths.next()?;
                match OpenFile::open(&path) {
                    Ok(file) => self.file = Some(file),
                    Err(error) => return Some(unreadable(path.display().to_string(), error)),
                }
                continue;
            };
            match file.next_line() {
                Ok(Some(line)) => return Some(file.capture(&line)),
                Ok(None) => self.file = None,
                Err(error) => {
                    // Reading on would most likely fail again, forever.
                    let name = format!("line {}", file.line);
                    self.file = None;
                    return Some(unreadable(name, error));
                }
            }
        }
    }
}

impl OpenFile {
    fn open(path: &Path) -> Result<Self> {
        let lines: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            let file = File::open(path)
                .with_context(|| format!("cannot read {}; name a file of JSON lines", path.display()))?;
            Box::new(BufReader::new(file))
        };
        Ok(Self { path: path.to_owned(), lines, line: 0 })
    }

    /// The next line that isn't empty; `None` at the end.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            self.line += 1;
            let mut line = Vec::new();
            let read = self.lines.read_until(b'\n', &mut line).with_context(|| {
                format!("cannot read line {} of {}; check the file or the pipe", self.line, self.path.display())
            })?;
            if read == 0 {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    fn capture(&self, line: &[u8]) -> Capture {
        let place = format!("line {}", self.line);
        match serde_json::from_slice::<Line>(line) {
            Ok(line) => Capture {
                name: line.url.clone().unwrap_or_else(|| place.clone()),
                observation: observe(line).with_context(|| format!("{}, {place}", self.path.display())),
            },
            Err(error) => {
                let error = anyhow!(
                    "cannot read {place} of {}: {error}; each line must be a JSON object with \"url\", \
                     \"status\", \"headers\" and \"body\", any of which may be missing",
                    self.path.display()
                );
                unreadable(place, error)
            }
        }
    }
}

fn unreadable(name: String, error: Error) -> Capture {
    Capture { name, observation: Err(error) }
}

fn observe(line: Line) -> Result<Observation<'static>> {
    let (status, headers) = match line.headers {
        None | Some(Value::Null) => (None, None),
        Some(Value::String(text)) => {
            let head = Head::parse(&text);
            (head.status, Some(head.headers))
        }
        Some(Value::Object(members)) => {
            (None, Some(members.iter().flat_map(|(name, value)| values(name, value)).collect::<Headers>()))
        }
        Some(Value::Array(pairs)) => (None, Some(pairs.iter().filter_map(pair).collect::<Headers>())),
        Some(other) => anyhow::bail!("\"headers\" must be an object, a list of pairs or text, not {other}"),
    };
    Ok(Observation {
        // The page is read even if the address can't be used.
        url: line.url.as_deref().and_then(|url| PageUrl::parse(url).ok()),
        status: line.status.or(status),
        headers,
        body: line.body.unwrap_or_default().into_bytes().into(),
    })
}

fn values(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Array(values) => values.iter().filter_map(|value| values_of(name, value)).collect(),
        value => values_of(name, value).into_iter().collect(),
    }
}

fn values_of(name: &str, value: &Value) -> Option<(String, String)> {
    match value {
        Value::String(text) => Some((name.to_owned(), text.clone())),
        Value::Number(number) => Some((name.to_owned(), number.to_string())),
        _ => None,
    }
}

fn pair(pair: &Value) -> Option<(String, String)> {
    match pair.as_array()?.as_slice() {
        [Value::String(name), value] => values_of(name, value),
        _ => None,
    }
}
