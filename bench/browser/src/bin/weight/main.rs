//! Measures what extensions cost on ordinary pages, how soon Rayback's panel and popup appear, and their memory; run by
//! `cargo xtask bench browser`.

mod contestant;
mod memory;
mod pages;
mod panels;
mod popup;
mod statistics;
mod trace;

use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use rayback_testkit::browser::BrowserKind;
use rayback_testkit::edge::{Edge, Limits};

use contestant::Contestant;

/// Measures what extensions cost on ordinary pages, the time to Rayback's panel and popup, and their memory
///
/// All browsers run throughout and take turns. A difference from the browser without an extension is given as
/// the 95 % confidence interval of its median: with `!` if it exceeds the noise, with `=` if not, and as "not measured"
/// if the interval is too wide to say.
#[derive(Parser)]
#[command(name = "cargo xtask bench browser", bin_name = "cargo xtask bench browser", verbatim_doc_comment)]
struct Arguments {
    /// One more extension to compare with, unpacked
    #[arg(long = "peer", value_name = "NAME=DIR")]
    peers: Vec<String>,
    /// The time for all measurements, in minutes; those that aren't done by then are printed as not measured
    #[arg(long, default_value_t = 12)]
    minutes: u32,
    /// The most navigations to each page with each extension
    #[arg(long, default_value_t = 400)]
    rounds: usize,
    /// Failing pages with a running worker, as many with a stopped one, and as many popups
    #[arg(long, default_value_t = 30)]
    panels: usize,
    /// The failures after which memory is compared
    #[arg(long, default_value_t = 1000)]
    failures: usize,
    /// Only the popup
    #[arg(long, conflicts_with = "firefox")]
    popup: bool,
    /// In Firefox, where panel, popup and memory aren't measured
    #[arg(long)]
    firefox: bool,
}

/// How many cold starts are traced.
const TRACES: usize = 10;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let kind = if arguments.firefox { BrowserKind::Firefox } else { BrowserKind::Chrome };
    let edge = Edge::start(Limits::SHORT).await?;
    let folder = tempfile::tempdir()?;
    let whole = Duration::from_mins(1) * arguments.minutes;
    if arguments.popup {
        return popup::run(&edge, &folder, arguments.panels, whole).await;
    }
    let contestants = Contestant::all(kind, &arguments.peers, &edge, &folder).await?;
    if arguments.firefox {
        return pages::measure(&contestants, arguments.rounds, whole.mul_f64(0.9)).await;
    }
    // The pages first, while no site fails. What's left of the time is for starting the browsers.
    pages::measure(&contestants, arguments.rounds, whole.mul_f64(0.55)).await?;
    panels::measure(&contestants, &edge, arguments.panels, whole.mul_f64(0.15)).await?;
    trace::measure(&edge, arguments.panels.min(TRACES)).await?;
    popup::measure(&contestants, &edge, &folder, arguments.panels, whole.mul_f64(0.05)).await?;
    drop(contestants);
    memory::measure(&arguments.peers, &edge, arguments.failures, whole.mul_f64(0.2)).await
}
