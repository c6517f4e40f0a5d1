use anyhow::{Result, ensure};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, LONG, Run};

pub(crate) async fn a_denied_page_is_explained_and_never_reloaded(run: Run) -> Result<()> {
    is_left_alone(run, Fault::Edge(1020), "denied", &["1020", "The site blocked you.", "Blocked by a rule"]).await
}

pub(crate) async fn a_challenge_is_explained_in_a_line_and_never_reloaded(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Challenges);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["Security check"]).await?;
        harness.browser.shot("challenge").await?;
        harness.browser.press("Show more").await?;
        harness.await_text(&["A security check is running"]).await?;
        is_requested_once(harness).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn an_imitation_shows_a_warning_and_is_never_reloaded(run: Run) -> Result<()> {
    is_left_alone(run, Fault::Imitation, "imitation", &["This isn't Cloudflare", "Don't do what it says"]).await
}

async fn is_left_alone(run: Run, fault: Fault, name: &str, words: &[&str]) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, fault);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(words).await?;
        harness.browser.shot(name).await?;
        is_requested_once(harness).await
    };
    Harness::start(run).await?.run(scenario).await
}

/// Checks that nothing happens for longer than any wait in these settings.
async fn is_requested_once(harness: &Harness) -> Result<()> {
    tokio::time::sleep(LONG).await;
    ensure!(harness.documents(HOST).len() == 1, "requested again: {:?}", harness.documents(HOST));
    Ok(())
}
