//! Child processes, with errors that name the command.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The command line as typed in a shell, for messages.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words
        .map(OsStr::to_string_lossy)
        .map(|word| if word.contains([' ', '"', '\'']) { format!("{word:?}") } else { word.into_owned() });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Runs the command to completion with our own output streams.
///
/// # Errors
/// If it can't be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// A command that runs in parallel; stopped if it's dropped.
pub(crate) struct Running {
    line: String,
    child: Child,
}

/// Starts the command with our own output streams.
///
/// # Errors
/// If it can't be started.
pub(crate) fn start(command: &mut Command) -> Result<Running> {
    let line = line(command);
    let child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    Ok(Running { line, child })
}

impl Running {
    /// Waits for its end.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) fn wait(mut self) -> Result<()> {
        let status = self.child.wait().with_context(|| format!("cannot wait for `{}`", self.line))?;
        if !status.success() {
            bail!("`{}` failed: {status}", self.line);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It fails if the command has ended, and then there's nothing to stop.
        let _ended = self.child.kill();
    }
}

/// Runs the command to completion and returns its standard output.
///
/// # Errors
/// If it can't be started, fails, or its output isn't UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("the output of `{line}` isn't UTF-8"))
}
