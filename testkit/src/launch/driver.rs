//! The WebDriver process: chromedriver or geckodriver.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{BrowserKind, Profile, program};

/// A running chromedriver or geckodriver, killed on drop.
pub(crate) struct Driver {
    /// The port of its WebDriver interface on 127.0.0.1.
    pub(crate) port: u16,
    _child: Child,
}

impl Driver {
    /// Starts it on a free port, with its temporary files in the profile's folder.
    pub(crate) async fn start(kind: BrowserKind, profile: &Profile) -> Result<Self> {
        let program = program::driver(kind);
        let mut command = Command::new(&program);
        match kind {
            BrowserKind::Chrome => command.arg("--port=0"),
            // Pages of an extension are privileged since Firefox 153.
            BrowserKind::Firefox => command.args(["--port", "0", "--allow-system-access"]),
        };
        let mut child = command
            .env("TMPDIR", profile.temporary())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = child.stdout.take().context("the driver has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(port) = port(&line) {
                // Keep reading, or the driver blocks on a full pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { port, _child: child });
            }
        }
        bail!("{} exited without naming its port", program.display())
    }
}

/// "…started successfully on port 46283." or "…Listening on 127.0.0.1:41837".
fn port(line: &str) -> Option<u16> {
    let after = line.split_once("successfully on port ").or_else(|| line.split_once("Listening on 127.0.0.1:"));
    after?.1.trim_end_matches('.').parse().ok()
}
