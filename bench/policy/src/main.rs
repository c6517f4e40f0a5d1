//! Simulates many outages to compare the cost of each retry policy for the origin and the visitor.
//!
//! Rayback's browsers run core's own schedule; other tools' policies run against the same origin.
//! The figures are means over browsers and outages:
//!
//! - *requests*: automatic requests per browser and outage, both probes and navigations, until the page is back;
//! - *delay*: from the origin's recovery to the page, for each browser; 24 hours if it never comes back automatically;
//! - *peak over mean*: the busiest second over the mean second, from the recovery until 95 % of the browsers are back: the mean
//!   (in the table also the worst) of nine outages with all browsers each, with the deciles of the distribution as durations.

mod client;
mod crowd;
mod flapping;
mod outage;
mod peer;
mod plot;
mod policy;
mod rayback;
mod report;
mod status_page;
mod tally;
mod time;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::outage::Distribution;
use crate::policy::Policy;
use crate::report::Row;

/// Simulates browsers that wait for one origin, under Rayback's policy and others
#[derive(Parser)]
#[command(name = "simulate", bin_name = "cargo xtask simulate")]
struct Arguments {
    /// The number of waiting browsers, which arrive uniformly over the outage's first ten minutes
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1000..))]
    browsers: u32,
    /// The duration of outages, in minutes: lognormal:MEDIAN,SIGMA, pareto:LEAST,SHAPE, weibull:SCALE,SHAPE or
    /// fixed:MINUTES; at most 24 hours. The default is an assumption: most are short, a few last for a day
    #[arg(long, value_name = "DISTRIBUTION", default_value = "lognormal:12,1.6")]
    distribution: Distribution,
    /// The share of users who keep the failing tab in view until it's back
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    looking: f64,
    /// The seed for arrivals and jitter
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// Write a chart of requests against delay to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// The most browsers in the flapping outage: more would only take longer.
const MOST_FLAPPING: u32 = 50_000;

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "a share is a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("a share is a number from 0 to 1".to_owned()) }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let rows: Vec<Row> = Policy::ALL
        .into_iter()
        .map(|policy| {
            report::row(policy, arguments.browsers, &arguments.distribution, arguments.looking, arguments.seed)
        })
        .collect();
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let figures: Vec<_> = rows.iter().map(|row| &row.figures).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&figures)?)?;
    } else {
        report::table(&mut out, &rows, arguments.browsers, &arguments.distribution, arguments.looking)?;
        flapping::table(&mut out, arguments.browsers.min(MOST_FLAPPING))?;
        status_page::table(&mut out)?;
    }
    if let Some(file) = &arguments.svg {
        plot::draw(file, &rows, &arguments.distribution)?;
    }
    Ok(())
}
