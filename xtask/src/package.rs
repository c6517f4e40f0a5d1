//! `cargo xtask package`: the archives for the browsers' stores, byte for byte the same on every machine.

use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::browser::Browser;
use crate::{build, workspace};

/// The `zip` crate's name for zopfli with 15 iterations.
const ZOPFLI: i64 = 24;

/// Builds both extensions and writes `dist/rayback-<browser>.zip`.
///
/// # Errors
/// If the extension doesn't build, or a file can't be read or written.
pub(crate) fn run() -> Result<()> {
    for browser in Browser::ALL {
        build::run(Some(browser))?;
        let path = workspace::dist().join(format!("rayback-{browser}.zip"));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        write(&workspace::extension(browser), file)?;
        let bytes = fs::metadata(&path)?.len();
        println!("{} {}.{} KB", path.display(), bytes / 1000, bytes % 1000 / 100);
    }
    Ok(())
}

/// Writes every file of a folder into an archive, in the order of their names, without their times and owners.
pub(crate) fn write(folder: &Path, target: impl Write + Seek) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(ZOPFLI))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(target);
    for (name, path) in files(folder)? {
        archive.start_file(name, options)?;
        archive.write_all(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?)?;
    }
    archive.finish()?;
    Ok(())
}

/// The files below a folder with their names in it, which have `/` on every system, in order.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            files
                .extend(self::files(&entry.path())?.into_iter().map(|(inner, path)| (format!("{name}/{inner}"), path)));
        } else {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn archive(folder: &Path) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        write(folder, &mut bytes).unwrap();
        bytes.into_inner()
    }

    /// The same files, written in another order and at another time.
    #[test]
    fn two_folders_with_the_same_files_give_the_same_archive() {
        let base = workspace::target().join("test/package");
        let contents = [("manifest.json", "{}"), ("content/gate.js", "gate();"), ("wasm/worker_bg.wasm", "\0asm")];
        let folders = ["first", "a second one"].map(|name| base.join(name));
        for (number, folder) in folders.iter().enumerate() {
            crate::tree::empty(folder).unwrap();
            let mut contents = contents.to_vec();
            contents.rotate_left(number);
            for (name, content) in contents {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, content).unwrap();
                let then = SystemTime::now() - Duration::from_secs(86_400 * u64::try_from(number).unwrap());
                File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
            }
        }
        let [first, second] = folders.map(|folder| archive(&folder));
        assert_eq!(first, second);
        fs::write(base.join("first/manifest.json"), "{ }").unwrap();
        assert_ne!(archive(&base.join("first")), second);
    }
}
