use anyhow::{Result, ensure};
use rayback_tests::edge::Fault;

use crate::stage::{HOST, LONG, Run, Stage};

pub(crate) async fn a_denied_page_is_explained_and_never_reloaded(run: Run) -> Result<()> {
    is_left_alone(run, Fault::Edge(1020), "denied", &["1020", "Access denied"]).await
}

pub(crate) async fn a_challenge_is_explained_in_a_line_and_never_reloaded(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Challenges);
        stage.browser.open("https://shop.example.test/").await?;
        stage.await_text(&["Check in progress"]).await?;
        stage.browser.shot("challenge").await?;
        stage.browser.press("Show more").await?;
        stage.await_text(&["A security check is running"]).await?;
        is_asked_once(stage).await
    };
    Stage::set(run).await?.play(scene).await
}

pub(crate) async fn an_imitation_is_warned_of_and_never_reloaded(run: Run) -> Result<()> {
    is_left_alone(run, Fault::Imitation, "imitation", &["This isn't Cloudflare", "Don't do what it says"]).await
}

async fn is_left_alone(run: Run, fault: Fault, name: &str, words: &[&str]) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, fault);
        stage.browser.open("https://shop.example.test/").await?;
        stage.await_text(words).await?;
        stage.browser.shot(name).await?;
        is_asked_once(stage).await
    };
    Stage::set(run).await?.play(scene).await
}

/// Nothing is awaited here but the absence of something, for longer than any wait of these settings.
async fn is_asked_once(stage: &Stage) -> Result<()> {
    tokio::time::sleep(LONG).await;
    ensure!(stage.documents(HOST).len() == 1, "asked again: {:?}", stage.documents(HOST));
    Ok(())
}
