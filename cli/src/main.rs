//! The command: recognises captured pages, explains codes, decides about retries.
//!
//! One file per command. `input` reads captures, `output` and `printer` write; the texts come from core.

mod check;
mod child;
mod classify;
mod codes;
mod compare;
mod doctor;
mod explain;
mod input;
mod interrupt;
mod language;
mod manual;
mod network;
mod output;
mod printer;
mod rules;
mod visit;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

/// Recognises Cloudflare's error pages, explains them, and says whose fault they are
#[derive(Parser)]
#[command(
    name = "rayback",
    version,
    after_help = concat!(
    "Examples:\n",
    "  rayback explain 522                            what the code means, and what to do\n",
    "  rayback check https://www.example.com/         does the page work, and if not, whose fault is it?\n",
    "  sudo rayback doctor www.example.com --local    on the server: why does the site fail?\n",
    "  rayback watch https://www.example.com/ --exec 'mail -s \"$RAYBACK_TEXT\" me@example.com'\n",
    "  rayback classify --stream < crawl.ndjson       which of these answers come from Cloudflare?",
)
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Classify captured answers: Cloudflare errors, challenges, imitations, or none of these
    Classify(classify::Arguments),
    /// Explain a code to a visitor, to the site's owner or to an engineer
    Explain(explain::Arguments),
    /// List every known code
    Codes(codes::Arguments),
    /// Print firewall and web server rules that let Cloudflare in
    Rules(rules::Arguments),
    /// Visit a page: does it work, and if not, whose fault is it?
    Check(check::Arguments),
    /// Watch pages until they work again, or indefinitely: a monitor with a log and a command for each change
    Watch(watch::Arguments),
    /// Find out why a site behind Cloudflare fails: DNS, TCP, TLS, HTTP and the server itself
    Doctor(Box<doctor::Arguments>),
    /// Compare codes that are often confused
    Compare(compare::Arguments),
    /// Write manual pages into a folder
    #[command(hide = true)]
    Manual(manual::ManualArguments),
    /// Print completions for a shell
    #[command(hide = true)]
    Completions(manual::CompletionsArguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Classify(arguments) => classify::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Codes(arguments) => codes::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Manual(arguments) => manual::write_pages(&arguments, Arguments::command()),
        Command::Completions(arguments) => manual::print_completions(&arguments, Arguments::command()),
    };
    match done {
        Ok(code) => code,
        Err(error) if output::reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Printed here because returning it prints a backtrace where RUST_BACKTRACE is set.
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
