//! Reads and checks the words files, `core/words/<language>/<reader>.toml`.
//!
//! Core's build script and `cargo xtask words` depend on it; nothing that's shipped does.

mod keys;
mod language;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;
use std::{fs, io};

pub use keys::Keys;
pub use language::{CITIES, Cities, GLOSSARY, Language, Lines, READERS, TRANSLATED};
pub use text::{AFTER_CATEGORY, BETWEEN_FORMS, Text};

/// The language that is written first; the others have its keys and placeholders.
pub const REFERENCE: &str = "en";

/// A words file that can't be read, or isn't what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct WordsFileError {
    /// The file or folder.
    place: String,
    /// What's wrong, and the remedy.
    fault: String,
}

impl WordsFileError {
    fn new(place: &Path, fault: impl Into<String>) -> Self {
        Self { place: place.display().to_string(), fault: fault.into() }
    }
}

/// The tag of each language in a folder, in order.
///
/// # Errors
/// If the folder can't be read.
pub fn tags(folder: &Path) -> Result<Vec<String>, WordsFileError> {
    let tag = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let tags: io::Result<Vec<_>> = fs::read_dir(folder).and_then(|entries| entries.map(tag).collect());
    let mut tags = tags.map_err(|error| WordsFileError::new(folder, error.to_string()))?;
    tags.sort();
    Ok(tags)
}

/// A number that changes with the bytes: 32-bit FNV-1a.
#[must_use]
pub fn fingerprint(bytes: impl IntoIterator<Item = u8>) -> u32 {
    bytes.into_iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
