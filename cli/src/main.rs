//! The command: recognises captured pages, explains codes, decides about retries.

mod classify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Recognises Cloudflare's error pages, explains them, and says whose fault they are
#[derive(Parser)]
#[command(name = "rayback", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say what captured answers are: errors of Cloudflare's, challenges, imitations, or none of these
    Classify(classify::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Classify(arguments) => classify::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        // Not by returning it: that prints a backtrace where RUST_BACKTRACE is set.
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}
