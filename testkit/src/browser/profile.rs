//! A person's profile: what outlives a browser that is closed, killed or updated.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Make, program};

/// A profile with its own copy of the extension.
pub struct Profile {
    make: Make,
    folder: TempDir,
}

impl Profile {
    /// A new profile.
    ///
    /// # Errors
    /// When the extension has not been built.
    pub fn new(make: Make) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("rayback-").tempdir()?;
        let profile = Self { make, folder };
        for part in ["profile/extensions", "temporary"] {
            fs::create_dir_all(profile.folder.path().join(part))?;
        }
        copy(&program::package(make)?, &profile.extension())?;
        Ok(profile)
    }

    /// The copy of the extension, unpacked.
    pub(super) fn extension(&self) -> PathBuf {
        self.folder.path().join("extension")
    }

    /// The browser's own folder.
    #[must_use]
    pub fn browser(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// Where driver and browser put what is temporary.
    pub(super) fn temporary(&self) -> PathBuf {
        self.folder.path().join("temporary")
    }

    /// Gives the copy of the extension another version, as an update does.
    ///
    /// # Errors
    /// When its manifest cannot be read or written.
    pub fn set_version(&self, version: &str) -> Result<()> {
        let path = self.extension().join("manifest.json");
        let mut manifest: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&fs::read(&path)?)?;
        manifest.insert("version".into(), version.into());
        fs::write(&path, serde_json::to_vec(&manifest)?).context("cannot write the manifest")
    }

    /// Puts the extension into a Firefox profile for good, so that it survives a restart.
    pub(super) fn install(&self, id: &str) -> Result<()> {
        let path = self.browser().join(format!("extensions/{id}.xpi"));
        let mut package = ZipWriter::new(File::create(path)?);
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

    /// Which browser it is for.
    #[must_use]
    pub fn make(&self) -> Make {
        self.make
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
