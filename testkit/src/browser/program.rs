//! The programs that are driven, and the packages that they carry.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::Make;

/// The root of the project.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The browser: `CHROME` or `FIREFOX`, else where Debian has it.
pub(super) fn browser(make: Make) -> PathBuf {
    match make {
        // Not /usr/bin/chromium, a script that adds a `--load-extension` of its own.
        Make::Chrome => named("CHROME", || "/usr/lib/chromium/chromium".into()),
        Make::Firefox => named("FIREFOX", || "/usr/bin/firefox-esr".into()),
    }
}

/// Its driver: `CHROMEDRIVER` or `GECKODRIVER`, else from PATH or from the project's own tools.
pub(super) fn driver(make: Make) -> PathBuf {
    match make {
        Make::Chrome => named("CHROMEDRIVER", || "chromedriver".into()),
        Make::Firefox => named("GECKODRIVER", || {
            let ours = root().join("target/tools/bin/geckodriver");
            if ours.exists() { ours } else { "geckodriver".into() }
        }),
    }
}

/// The extension as built: `chrome/` or `firefox/` below `RAYBACK_DIST`, else below `dist/`.
///
/// # Errors
/// When it has not been built.
pub(super) fn package(make: Make) -> Result<PathBuf> {
    let dist = named("RAYBACK_DIST", || root().join("dist"));
    let package = dist.join(make.name());
    ensure!(
        package.join("manifest.json").exists(),
        "no extension at {}: build it with `cargo xtask build`",
        package.display()
    );
    Ok(package)
}

/// The folder of the screenshots, which is not kept in the repository.
pub(super) fn shots() -> PathBuf {
    root().join("shots")
}

fn named(variable: &str, usual: impl FnOnce() -> PathBuf) -> PathBuf {
    env::var_os(variable).map_or_else(usual, PathBuf::from)
}
