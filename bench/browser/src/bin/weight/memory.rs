//! The memory that an extension takes: while its worker is stopped, beside a failing page, and after many failures.

use std::time::Duration;

use anyhow::{Context, Result};
use rayback_testkit::browser::Browser;
use rayback_testkit::edge::{Edge, Fault};
use tokio::time::Instant;

use crate::contestant::{Contestant, NONE, RAYBACK};
use crate::statistics::{Interval, median};

/// A difference counts as measured if its interval extends no further than this to either side.
const WIDEST_MB: f64 = 3.0;

/// Rounds of one healthy and one failing page.
const ROUNDS: usize = 12;

/// How long a browser settles before it's measured.
const SETTLE: Duration = Duration::from_millis(500);

/// The failures between two measurements of Rayback's memory.
const EVERY: usize = 100;

/// Measures the browsers' memory in turn, and Rayback's after each hundred failures: as many as asked for, or fewer when the time
/// is up.
pub(crate) async fn measure(peers: &[String], edge: &Edge, failures: usize, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    // New browsers, in which no page of an extension is open.
    let compared = Contestant::few(peers, edge).await?;
    println!(
        "\nmemory of all processes, MB: medians of {ROUNDS}, and the difference to the browser without an extension"
    );
    for state in ["healthy page, worker stopped", "failing page, worker running"] {
        let mut samples = vec![Vec::new(); compared.len()];
        for round in 0..ROUNDS {
            for (contestant, samples) in compared.iter().zip(&mut samples) {
                let host = format!("memory-{round}.example.test");
                if state.starts_with("failing") {
                    edge.fault(&host, Fault::Refuses);
                }
                contestant.browser.open(&format!("https://{host}/")).await?;
                if state.starts_with("healthy") && contestant.name != NONE {
                    contestant.browser.stop_worker_from_here().await?;
                }
                tokio::time::sleep(SETTLE).await;
                samples.push(megabytes(&contestant.browser));
            }
        }
        let base = samples.first().cloned().unwrap_or_default();
        for (contestant, samples) in compared.iter().zip(samples) {
            let difference = Interval::of(samples.iter().zip(&base).map(|(ours, base)| ours - base).collect());
            let (name, value) = (&contestant.name, median(samples));
            println!("{state:<30} {name:<24} {value:.0} {}", difference.describe(WIDEST_MB));
        }
    }
    let rayback = &compared.iter().find(|it| it.name == RAYBACK).context("Rayback takes part")?.browser;
    for number in 1..=failures {
        let host = format!("failure-{number}.example.test");
        edge.fault(&host, Fault::Refuses);
        rayback.open(&format!("https://{host}/")).await?;
        let is_last = number == failures || Instant::now() >= end;
        if number % EVERY == 0 || is_last {
            tokio::time::sleep(SETTLE).await;
            println!("after {number:>4} failures {:<24} {:.0}", RAYBACK, megabytes(rayback));
        }
        if is_last {
            break;
        }
    }
    Ok(())
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "far below 2^53 bytes")]
fn megabytes(browser: &Browser) -> f64 {
    browser.memory() as f64 / 1e6
}
