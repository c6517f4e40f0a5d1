//! Paths in the workspace.

use std::path::{Path, PathBuf};

use crate::browser::Browser;

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().unwrap_or(member)
}

/// Cargo's target folder, which can be deleted at any time.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folder of the fetched tools, kept between runs.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The folder of the built extensions and website.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The built extension of one browser.
pub(crate) fn extension(browser: Browser) -> PathBuf {
    dist().join(browser.name())
}

/// The English words marked and lengthened, for tests.
pub(crate) fn pseudo() -> PathBuf {
    dist().join("pseudo")
}

/// The built page that times recognition in a browser.
pub(crate) fn speed() -> PathBuf {
    dist().join("speed")
}

/// The built website.
pub(crate) fn website() -> PathBuf {
    dist().join("www")
}
