//! Captures listed in a CSV file.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use csv::{ByteRecord, ByteRecordsIntoIter};
use rayback_core::observation::Observation;

use super::{Capture, body, head_of};

/// Reads one capture per row; paths are relative to the CSV file.
pub(crate) struct Manifest {
    path: PathBuf,
    rows: ByteRecordsIntoIter<File>,
    /// The row's number in the file; the header row is 1.
    row: u64,
    columns: Columns,
}

/// The places of the columns; only the path is required.
struct Columns {
    path: usize,
    status: Option<usize>,
    headers: Option<usize>,
}

impl Manifest {
    /// Opens a manifest.
    ///
    /// # Errors
    ///
    /// If the file can't be read or has no column `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_path(path)
            .with_context(|| format!("cannot read the manifest {}; name a CSV file", path.display()))?;
        let names = rows.headers().with_context(|| {
            format!("cannot read the header row of {}; its first row must be path,status,headers", path.display())
        })?;
        let column = |name: &str| names.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
        let columns = (column("path"), column("status"), column("headers"));
        ensure!(
            columns.0.is_some(),
            "the manifest {} has no column \"path\"; its first row must be path,status,headers",
            path.display()
        );
        let columns = Columns { path: columns.0.unwrap_or_default(), status: columns.1, headers: columns.2 };
        Ok(Self { path: path.to_owned(), rows: rows.into_byte_records(), row: 1, columns })
    }

    fn capture(&self, row: &ByteRecord) -> Capture {
        let field = |column: Option<usize>| {
            String::from_utf8_lossy(column.and_then(|column| row.get(column)).unwrap_or_default()).into_owned()
        };
        let name = field(Some(self.columns.path));
        let (status, headers) = (field(self.columns.status), field(self.columns.headers));
        let observation = self
            .observe(&name, &status, &headers)
            .with_context(|| format!("{}, row {}", self.path.display(), self.row));
        Capture { name, observation }
    }

    fn observe(&self, name: &str, status: &str, headers: &str) -> Result<Observation<'static>> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let head = if headers.is_empty() { None } else { head_of(&folder.join(headers))? };
        let mut observation = body::observe(body::read(&folder.join(name))?, head);
        if !status.is_empty() {
            let number = status.parse().ok().filter(|status| (100..=999).contains(status));
            observation.status = Some(number.with_context(|| {
                format!("{status:?} isn't a status; the status of {name} must be a number from 100 to 999, or empty")
            })?);
        }
        Ok(observation)
    }
}

impl Iterator for Manifest {
    type Item = Capture;

    fn next(&mut self) -> Option<Capture> {
        let row = self.rows.next()?;
        self.row += 1;
        Some(match row {
            Ok(row) => self.capture(&row),
            Err(error) => Capture {
                name: format!("row {}", self.row),
                observation: Err(error).with_context(|| {
                    let (row, path) = (self.row, self.path.display());
                    format!("cannot read row {row} of {path}; correct the row, or remove it")
                }),
            },
        })
    }
}
