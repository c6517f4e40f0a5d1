//! Runs the edge by itself, for a person with a browser.
//!
//! Prints one line of JSON, `{"http":"127.0.0.1:PORT","https":"127.0.0.1:PORT","start":"http://…/"}`,
//! and runs until its standard input is closed.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rayback_tests::edge::{Edge, Limits, Ports, START_HOST};
use tokio::sync::oneshot;

const USAGE: &str = "usage: edge [--real-limits] [--http PORT] [--https PORT]";

#[tokio::main]
async fn main() -> Result<()> {
    // Long enough to see the browser wait, short enough for a demonstration.
    let mut limits = Limits { connect: Duration::from_secs(3), read: Duration::from_secs(5) };
    let mut ports = Ports::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut port = || arguments.next().context(USAGE)?.parse::<u16>().context("a port is 0 to 65535");
        match argument.as_str() {
            "--real-limits" => limits = Limits::REAL,
            "--http" => ports.http = port()?,
            "--https" => ports.https = port()?,
            other => bail!("unknown argument {other:?}; {USAGE}"),
        }
    }

    let edge = Edge::start_on(limits, ports).await?;
    edge.break_all();
    let addresses = serde_json::json!({
        "http": edge.http(),
        "https": edge.https(),
        "start": format!("http://{START_HOST}/"),
    });
    println!("{addresses}");

    // A thread, not a task: a read of standard input cannot be cancelled, and must not keep us.
    let (closed, stdin) = oneshot::channel();
    std::thread::spawn(move || {
        let end = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        closed.send(end)
    });
    tokio::select! {
        end = stdin => { end??; }
        stop = tokio::signal::ctrl_c() => stop?,
    }
    Ok(())
}
