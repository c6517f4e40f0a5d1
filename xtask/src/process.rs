//! Child processes, with errors that name the command.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The command line as a person would type it, for messages.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words
        .map(OsStr::to_string_lossy)
        .map(|word| if word.contains([' ', '"', '\'']) { format!("{word:?}") } else { word.into_owned() });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Runs the command to its end with our own output streams.
///
/// # Errors
/// When it cannot be started, or does not exit with success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs the command to its end and returns what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started, does not exit with success, or writes something other than UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not answer in UTF-8"))
}
