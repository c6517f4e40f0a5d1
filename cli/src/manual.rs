//! `rayback manual` and `rayback completions`: what a package installs beside the command.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap_complete::Shell;

use crate::output;

/// Options of `rayback manual`.
#[derive(clap::Args)]
pub(crate) struct ManualArguments {
    /// The folder for the pages, such as /usr/local/share/man/man1
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Options of `rayback completions`.
#[derive(clap::Args)]
pub(crate) struct CompletionsArguments {
    /// The shell that reads them
    shell: Shell,
}

/// Writes a manual page for the command and one for each visible subcommand.
///
/// # Errors
///
/// If the folder can't be created or written to.
pub(crate) fn write_pages(arguments: &ManualArguments, command: clap::Command) -> Result<ExitCode> {
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("can't write manual pages to {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the completions for one shell.
///
/// # Errors
///
/// If standard output can't be written to.
pub(crate) fn print_completions(arguments: &CompletionsArguments, mut command: clap::Command) -> Result<ExitCode> {
    // Generated into memory: on a closed pipe, `clap_complete` would panic.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "rayback", &mut script);
    output::text(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}
