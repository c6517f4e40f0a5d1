//! `cargo xtask demo`: a browser with the extension in it, in front of an edge whose every host fails.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::browser::Browser;
use crate::setup::program::Program;
use crate::setup::{self, Need};
use crate::{build, process, workspace};

/// Who looks at the demonstration.
#[derive(Clone, Debug)]
pub(crate) enum Audience {
    /// A person at a display, until the browser is closed.
    Person,
    /// Nobody: one failure is driven to its recovery, and leaves screenshots in this folder.
    Folder(PathBuf),
}

/// Sets up, builds and shows.
///
/// # Errors
/// When the set-up lacks something, the build fails, or the page does not come back.
pub(crate) fn run(browser: Browser, audience: &Audience) -> Result<()> {
    if matches!(audience, Audience::Person) && !has_display() {
        bail!("there is no display; try `cargo xtask demo {browser} --headless --out DIR`");
    }
    let programs = match browser {
        Browser::Chrome => Need::CHROME,
        Browser::Firefox => Need::FIREFOX,
    };
    setup::ensure(&[&[Need::BuildTools, Need::Fonts], programs.as_slice()].concat())?;
    build::run(Some(browser))?;

    eprintln!("building the edge that fails");
    let mut demo = Command::new("cargo");
    demo.args(["run", "--package", "rayback-demo", "--", browser.name()]);
    if let Audience::Folder(folder) = audience {
        demo.arg("--headless").arg("--out").arg(std::path::absolute(folder)?);
    }
    Program::name_all(&mut demo);
    process::run(demo.current_dir(workspace::root()))
}

/// Whether a window can be opened; only X11 and Wayland say so in the environment.
fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}
