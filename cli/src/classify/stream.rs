//! JSON objects, one per line, answered one by one, for pipelines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use rayback_core::observation::head::Head;
use rayback_core::observation::{Headers, Observation};
use rayback_core::url::PageUrl;
use serde::Deserialize;
use serde_json::Value;

use super::{Capture, Report};

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

/// Answers every line of every file as soon as it has come.
///
/// # Errors
///
/// If a file cannot be opened; what is wrong with one line is that line's answer.
pub(super) fn run<W: Write>(files: &[PathBuf], report: &mut Report<W>) -> Result<()> {
    for path in files {
        let mut lines: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            let file = File::open(path)
                .with_context(|| format!("cannot read {}; name a file of JSON lines", path.display()))?;
            Box::new(BufReader::new(file))
        };
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if lines
                .read_until(b'\n', &mut line)
                .with_context(|| format!("cannot read line {number} of {}", path.display()))?
                == 0
            {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let place = || format!("line {number}");
            let capture = match serde_json::from_slice::<Line>(&line) {
                Ok(line) => Capture {
                    name: line.url.clone().unwrap_or_else(place),
                    observation: observe(line).with_context(place),
                },
                Err(error) => Capture {
                    name: place(),
                    observation: Err(anyhow!(
                        "cannot read line {number} of {}: {error}; each line must be a JSON object with \"url\", \
                         \"status\", \"headers\" and \"body\", any of which may be missing",
                        path.display()
                    )),
                },
            };
            report.add(&capture)?;
            report.out.flush()?;
        }
    }
    Ok(())
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
        // An address that is of no use is no reason to leave the page unread.
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
