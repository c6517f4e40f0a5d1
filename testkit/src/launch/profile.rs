//! A user's browser profile, which outlives a browser that is closed, killed or updated.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{BrowserKind, program};

/// A profile with its own copy of the extension.
pub struct Profile {
    kind: BrowserKind,
    folder: TempDir,
}

impl Profile {
    /// A new profile with the built extension.
    ///
    /// # Errors
    /// If the extension hasn't been built.
    pub fn new(kind: BrowserKind) -> Result<Self> {
        Self::with_extension(kind, Some(&program::package(kind)?))
    }

    /// A new profile with another unpacked extension, or with none.
    ///
    /// # Errors
    /// If the extension can't be copied.
    pub fn with_extension(kind: BrowserKind, extension: Option<&Path>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("rayback-").tempdir()?;
        let profile = Self { kind, folder };
        for part in ["profile/extensions", "temporary"] {
            fs::create_dir_all(profile.folder.path().join(part))?;
        }
        if let Some(extension) = extension {
            copy(extension, &profile.extension())?;
        }
        Ok(profile)
    }

    /// The copy of the extension, unpacked.
    #[must_use]
    pub fn extension(&self) -> PathBuf {
        self.folder.path().join("extension")
    }

    /// Whether its extension has a worker.
    #[cfg(feature = "driver")]
    pub(crate) fn has_worker(&self) -> bool {
        fs::read_to_string(self.extension().join("manifest.json"))
            .is_ok_and(|manifest| manifest.contains("\"background\""))
    }

    /// The browser's own folder.
    #[must_use]
    pub fn browser(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// The folder for the temporary files of the driver and the browser.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.folder.path().join("temporary")
    }

    /// Changes the version of the copied extension, as an update does.
    ///
    /// # Errors
    /// If its manifest can't be read or written.
    pub fn set_version(&self, version: &str) -> Result<()> {
        let path = self.extension().join("manifest.json");
        let mut manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&fs::read(&path)?)?;
        manifest.insert("version".into(), version.into());
        fs::write(&path, serde_json::to_vec(&manifest)?).context("cannot write the manifest")
    }

    /// Installs the extension permanently in a Firefox profile, so that it survives a restart.
    #[cfg(feature = "driver")]
    pub(crate) fn install(&self, id: &str) -> Result<()> {
        use std::io::Write as _;

        use zip::write::SimpleFileOptions;

        let path = self.browser().join(format!("extensions/{id}.xpi"));
        let mut package = zip::ZipWriter::new(fs::File::create(path)?);
        let extension = self.extension();
        for file in files(&extension)? {
            let name = file.strip_prefix(&extension)?.to_string_lossy().into_owned();
            package
                .start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))?;
            package.write_all(&fs::read(&file)?)?;
        }
        package.finish()?;
        Ok(())
    }

    /// The browser that the profile belongs to.
    #[must_use]
    pub fn kind(&self) -> BrowserKind {
        self.kind
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
