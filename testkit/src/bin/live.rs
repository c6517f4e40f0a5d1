//! Reads every error page of your own host behind Cloudflare, slowly, and prints the differences from the catalogue.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use rayback_testkit::live::{self, End, LiveEdge, Plan};

/// Reads /cdn-cgi/error/CODE of your own host in each format, once per code, and prints the differences
///
/// Cloudflare rate-limits clients after about 25 of these pages, so reading stops at the first 429; continue later with
/// --from. Use it only on hosts that you own.
#[derive(Parser)]
#[command(name = "cargo xtask live", bin_name = "cargo xtask live")]
struct Arguments {
    /// A host of your own behind Cloudflare
    host: String,
    /// The first code to read
    #[arg(long, value_name = "CODE", default_value_t = 0)]
    from: u16,
    /// Only these codes
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', conflicts_with = "from")]
    codes: Vec<u16>,
    /// The wait between two requests, in seconds, at least 1
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    wait: u64,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    ensure!(arguments.wait > 0, "--wait must be at least 1 second");
    let mut plan = Plan::from(arguments.from, Duration::from_secs(arguments.wait));
    if !arguments.codes.is_empty() {
        plan.codes = arguments.codes;
    }
    let edge = LiveEdge::public(&arguments.host).await?;
    let mut count = 0_usize;
    let end = live::read(&edge, &plan, |difference| {
        count += 1;
        println!("{difference}");
    })
    .await?;
    match end {
        End::Complete => println!("{} codes read, {count} differences", plan.codes.len()),
        End::Limited { at } => {
            println!("rate-limited at {at}, {count} differences so far; wait, then continue with --from {at}");
        }
    }
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
