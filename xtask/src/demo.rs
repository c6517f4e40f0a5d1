//! `cargo xtask demo`: a browser with the extension, connected to an edge on which every host fails.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::browser::Browser;
use crate::setup::program::Program;
use crate::setup::{self, Prerequisite};
use crate::{build, process, workspace};

/// The demo's audience.
#[derive(Clone, Debug)]
pub(crate) enum Audience {
    /// A user at a display, until they close the browser.
    User,
    /// Nobody: drives one failure to its recovery and takes screenshots into this folder.
    Folder(PathBuf),
}

/// Installs the prerequisites, builds and runs the demo.
///
/// # Errors
/// If a prerequisite is missing, the build fails, or the page doesn't recover.
pub(crate) fn run(browser: Browser, audience: &Audience) -> Result<()> {
    if matches!(audience, Audience::User) && !has_display() {
        bail!("no display found; try `cargo xtask demo {browser} --headless --out DIR`");
    }
    let programs = match browser {
        Browser::Chrome => Prerequisite::CHROME,
        Browser::Firefox => Prerequisite::FIREFOX,
    };
    setup::ensure(&[&[Prerequisite::BuildTools, Prerequisite::Fonts], programs.as_slice()].concat())?;
    let package = match audience {
        Audience::User => "rayback-demo",
        Audience::Folder(_) => "rayback-demo-tour",
    };
    // The extension's last step uses one core, so the edge simulator is compiled at the same time.
    eprintln!("building the edge simulator and the extension");
    let mut edge = Command::new("cargo");
    edge.args(["build", "--quiet", "--package", package]).current_dir(workspace::root());
    let edge = process::start(&mut edge)?;
    build::run(Some(browser))?;
    edge.wait()?;

    let mut demo = Command::new("cargo");
    demo.args(["run", "--quiet", "--package", package, "--", browser.name()]);
    if let Audience::Folder(folder) = audience {
        demo.arg(std::path::absolute(folder)?);
    }
    Program::name_all(&mut demo);
    process::run(demo.current_dir(workspace::root()))
}

/// Whether a window can be opened. Only X11 and Wayland show that in the environment.
fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}
