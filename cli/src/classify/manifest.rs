//! Thousands of captures, listed in a CSV.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Capture, Report, body, head_of};

/// Answers every row in order.
///
/// # Errors
///
/// If the CSV cannot be read or has no column `path`; what is wrong with one row is that row's answer.
pub(super) fn run<W: Write>(path: &Path, report: &mut Report<W>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(path)
        .with_context(|| format!("cannot read the manifest {}; name a CSV file", path.display()))?;
    let names = rows.headers().with_context(|| format!("cannot read the header row of {}", path.display()))?.clone();
    let column = |name: &str| names.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
    let (path_column, status_column, headers_column) = (column("path"), column("status"), column("headers"));
    ensure!(
        path_column.is_some(),
        "the manifest {} has no column \"path\"; its first row must be path,status,headers",
        path.display()
    );
    for (index, row) in rows.byte_records().enumerate() {
        let line = index + 2;
        let capture = match row {
            Ok(row) => {
                let field = |column: Option<usize>| {
                    String::from_utf8_lossy(column.and_then(|column| row.get(column)).unwrap_or_default()).into_owned()
                };
                let (name, status, headers) = (field(path_column), field(status_column), field(headers_column));
                let observation = observe(folder, &name, &status, &headers)
                    .with_context(|| format!("{}, row {line}", path.display()));
                Capture { name, observation }
            }
            Err(error) => Capture {
                name: format!("row {line}"),
                observation: Err(error).with_context(|| format!("cannot read row {line} of {}", path.display())),
            },
        };
        report.add(&capture)?;
    }
    Ok(())
}

fn observe(
    folder: &Path,
    name: &str,
    status: &str,
    headers: &str,
) -> Result<rayback_core::observation::Observation<'static>> {
    let head = if headers.is_empty() { None } else { head_of(&folder.join(headers))? };
    let mut observation = body::observe(body::read(&folder.join(name))?, head);
    if !status.is_empty() {
        let status = status.parse().ok().filter(|status| (100..=999).contains(status));
        observation.status =
            Some(status.with_context(|| format!("the status of {name} must be a number from 100 to 999, or empty"))?);
    }
    Ok(observation)
}
