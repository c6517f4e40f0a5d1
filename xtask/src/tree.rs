//! Copies, empties and measures folders.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Copies everything in `from` to `to`, which is created if necessary.
///
/// # Errors
/// If a file can't be read or written, with its name.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)
                .with_context(|| format!("cannot copy {} to {}", source.display(), target.display()))?;
        }
    }
    Ok(())
}

/// Makes `path` an empty folder, deleting any contents.
///
/// # Errors
/// If the folder can't be removed or created.
pub(crate) fn empty(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}

/// The total size of all files in `path`, in bytes.
///
/// # Errors
/// If a folder can't be read.
pub(crate) fn bytes(path: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry?;
        let kind = entry.metadata()?;
        sum += if kind.is_dir() { bytes(&entry.path())? } else { kind.len() };
    }
    Ok(sum)
}
