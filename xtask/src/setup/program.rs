//! Paths of the browsers and drivers.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace;

/// A program that the browser tests drive.
///
/// The environment variable of the same name overrides the search. It also passes the result on to the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// Chromium or Chrome for Testing; Google's own Chrome ignores `--load-extension`.
    Chrome,
    /// Its driver, of the same version.
    Chromedriver,
    /// Firefox, preferably ESR: only ESR keeps an unsigned extension across restarts.
    Firefox,
    /// Its driver.
    Geckodriver,
}

impl Program {
    /// Sets the environment variable of each program that was found.
    pub(crate) fn name_all(command: &mut Command) {
        for program in [Self::Chrome, Self::Chromedriver, Self::Firefox, Self::Geckodriver] {
            if let Some(path) = program.path() {
                command.env(program.variable(), path);
            }
        }
    }

    /// The environment variable that holds its path.
    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::Chrome => "CHROME",
            Self::Chromedriver => "CHROMEDRIVER",
            Self::Firefox => "FIREFOX",
            Self::Geckodriver => "GECKODRIVER",
        }
    }

    /// The path: from its variable, a usual location, the fetched tools, or PATH.
    pub(crate) fn path(self) -> Option<PathBuf> {
        if let Some(path) = env::var_os(self.variable()) {
            return Some(path.into());
        }
        let usual = self.usual_places().iter().map(PathBuf::from).find(|path| path.is_file());
        usual.or_else(|| in_folder(&workspace::tools(), self.file_names(), 8)).or_else(|| self.in_path())
    }

    const fn usual_places(self) -> &'static [&'static str] {
        match self {
            // Not Debian's /usr/bin/chromium, a script that adds its own `--load-extension`.
            Self::Chrome => &["/usr/lib/chromium/chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
            Self::Chromedriver | Self::Geckodriver => &[],
            Self::Firefox => &[
                "/usr/bin/firefox-esr",
                "/Applications/Firefox.app/Contents/MacOS/firefox",
                r"C:\Program Files\Mozilla Firefox\firefox.exe",
            ],
        }
    }

    const fn file_names(self) -> &'static [&'static str] {
        match self {
            Self::Chrome => &["chrome", "chrome.exe", "Google Chrome for Testing"],
            Self::Chromedriver => &["chromedriver", "chromedriver.exe"],
            Self::Firefox => &["firefox", "firefox.exe"],
            Self::Geckodriver => &["geckodriver", "geckodriver.exe"],
        }
    }

    fn in_path(self) -> Option<PathBuf> {
        match self {
            // A `chrome` in PATH is Google's own.
            Self::Chrome => None,
            // Ubuntu's is a snap, which can't access our folders or the driver's profile.
            Self::Firefox if Path::new("/snap/bin/firefox").exists() => None,
            Self::Chromedriver | Self::Firefox | Self::Geckodriver => {
                self.file_names().iter().copied().find_map(|name| which::which(name).ok())
            }
        }
    }
}

/// Searches a folder, down to this depth, for a file with one of these names.
fn in_folder(folder: &Path, names: &[&str], depth: usize) -> Option<PathBuf> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_file() && names.iter().any(|name| path.file_name() == Some(OsStr::new(name))) {
            return Some(path);
        }
        if path.is_dir() && path.file_name() != Some(OsStr::new("node_modules")) {
            folders.push(path);
        }
    }
    let deeper = depth.checked_sub(1)?;
    folders.iter().find_map(|folder| in_folder(folder, names, deeper))
}
