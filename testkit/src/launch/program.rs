//! Paths of the browsers, their drivers and the built extensions.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::BrowserKind;

/// The root of the project.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The browser: `CHROME` or `FIREFOX`, or Debian's path.
pub(crate) fn browser(kind: BrowserKind) -> PathBuf {
    match kind {
        // Not /usr/bin/chromium, a script that adds its own `--load-extension`.
        BrowserKind::Chrome => named("CHROME", || "/usr/lib/chromium/chromium".into()),
        BrowserKind::Firefox => named("FIREFOX", || "/usr/bin/firefox-esr".into()),
    }
}

/// The driver: `CHROMEDRIVER` or `GECKODRIVER`, or the project's own tools, or PATH.
pub(crate) fn driver(kind: BrowserKind) -> PathBuf {
    match kind {
        BrowserKind::Chrome => named("CHROMEDRIVER", || "chromedriver".into()),
        BrowserKind::Firefox => named("GECKODRIVER", || {
            let ours = root().join("target/tools/bin/geckodriver");
            if ours.exists() { ours } else { "geckodriver".into() }
        }),
    }
}

/// The built extension: `chrome/` or `firefox/` in `RAYBACK_DIST`, or in `dist/`.
///
/// # Errors
/// If it hasn't been built.
pub(crate) fn package(kind: BrowserKind) -> Result<PathBuf> {
    let dist = named("RAYBACK_DIST", || root().join("dist"));
    let package = dist.join(kind.name());
    ensure!(
        package.join("manifest.json").exists(),
        "no extension at {}: build it with `cargo xtask build`",
        package.display()
    );
    Ok(package)
}

/// The folder for screenshots, which git ignores.
#[cfg(feature = "driver")]
pub(crate) fn shots() -> PathBuf {
    root().join("shots")
}

fn named(variable: &str, default: impl FnOnce() -> PathBuf) -> PathBuf {
    env::var_os(variable).map_or_else(default, PathBuf::from)
}
