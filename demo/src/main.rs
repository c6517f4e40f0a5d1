//! Opens a browser with the extension, connected to an edge on which every host fails, until the user closes it.

use anyhow::{Context, Result};
use rayback_testkit::edge::{Edge, Limits, START_HOST};
use rayback_testkit::launch::{BrowserKind, Window};

const USAGE: &str = "usage: rayback-demo chrome|firefox";

#[tokio::main]
async fn main() -> Result<()> {
    let kind = std::env::args().nth(1).and_then(|name| BrowserKind::named(&name)).context(USAGE)?;
    let edge = Edge::start(Limits::DEMO).await?;
    edge.break_all();
    Window::open(kind, &edge, &format!("http://{START_HOST}/")).await?.closed_by_user().await;
    Ok(())
}
