//! The stored state of watched pages: one file each.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use etcetera::{BaseStrategy as _, choose_base_strategy};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rayback_core::retry::monitor::Monitor;
use serde_json::Value;

/// The longest file name, in bytes, that every common file system takes.
const LONGEST_NAME: usize = 200;

/// The folder with one file per page.
pub(super) struct Store(PathBuf);

impl Store {
    /// Opens the given folder, or the one in the user's state directory.
    ///
    /// # Errors
    ///
    /// If it can't be created.
    pub(super) fn open(folder: Option<PathBuf>) -> Result<Self> {
        let folder = if let Some(folder) = folder {
            folder
        } else {
            let places = choose_base_strategy().context("there's no home directory; give a folder with --state")?;
            places.state_dir().unwrap_or_else(|| places.data_dir()).join("rayback").join("watch")
        };
        fs::create_dir_all(&folder).with_context(|| {
            format!("cannot create the folder {}; choose a writable one with --state", folder.display())
        })?;
        Ok(Self(folder))
    }

    /// Reads the state of a page; `None` if there's none.
    ///
    /// # Errors
    ///
    /// If it can't be read or is damaged.
    pub(super) fn load(&self, url: &str) -> Result<Option<Monitor>> {
        let path = self.path(url);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        serde_json::from_str(&text).map(Some).with_context(|| path.display().to_string())
    }

    /// Locks a page for this program until the result is dropped. `None` if the folder isn't writable, which is
    /// reported when the state is stored.
    ///
    /// # Errors
    ///
    /// If another program watches the page with the same folder.
    pub(super) fn lock(&self, url: &str) -> Result<Option<File>> {
        let path = self.path(url).with_extension("lock");
        let Ok(file) = File::options().create(true).truncate(false).write(true).open(path) else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => bail!(
                "{url} is already being watched with the state in {}; stop that watch, or choose another folder with --state",
                self.0.display()
            ),
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    /// Stores the state of a page. A change for which the user's command still has to run is stored first. If the program
    /// is killed meanwhile, either the old state or the new one is left.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub(super) fn save(&self, url: &str, monitor: &Monitor, change: Option<&Value>) -> Result<()> {
        let path = self.path(url);
        if let Some(change) = change {
            write(&path.with_extension("change"), &serde_json::to_vec(change)?)?;
        }
        write(&path, &serde_json::to_vec(monitor)?)
    }

    /// The change for which the user's command still has to run.
    pub(super) fn change(&self, url: &str) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.path(url).with_extension("change")).ok()?).ok()
    }

    /// Forgets the change, because the command has run.
    pub(super) fn forget_change(&self, url: &str) {
        let _never_stored = fs::remove_file(self.path(url).with_extension("change"));
    }

    fn path(&self, url: &str) -> PathBuf {
        let name: String = utf8_percent_encode(url, NON_ALPHANUMERIC).collect();
        // Long addresses differ at their ends, too.
        let start: String = name.chars().take(LONGEST_NAME).collect();
        let rest =
            name.bytes().skip(LONGEST_NAME).fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let rest = if name.len() > LONGEST_NAME { format!("{rest:016x}") } else { String::new() };
        self.0.join(format!("{start}{rest}.json"))
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let new = path.with_extension("new");
    let written = (|| {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    written.with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_a_file_of_its_own_within_the_folder() {
        let store = Store(PathBuf::from("state"));
        let long = |end: &str| format!("https://a.example/{}{end}", "x".repeat(3_000));
        let urls =
            ["https://a.example/", "https://a.example/../../etc", "https://a.example/?x", &long("1"), &long("2")];
        let paths: std::collections::BTreeSet<_> = urls.iter().map(|url| store.path(url)).collect();
        assert_eq!(paths.len(), urls.len());
        assert!(paths.iter().all(|path| path.parent() == Some("state".as_ref())), "{paths:?}");
        assert!(paths.iter().all(|path| path.file_name().is_some_and(|name| name.len() < 255)));
    }
}
