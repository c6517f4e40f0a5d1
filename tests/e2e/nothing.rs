use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::Worker;
use rayback_testkit::edge::Fault;
use tokio::time::Instant;

use crate::stage::{Run, Stage};

/// How long a worker may take to be woken, and far more.
const WATCHED: Duration = Duration::from_secs(2);

pub(crate) async fn a_healthy_page_an_own_503_and_an_article_wake_nothing(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let browser = &stage.browser;
        stage.edge.fault("busy.example.test", Fault::OwnError(503));
        stage.edge.fault("news.example.test", Fault::Article);
        browser.stop_worker().await?;
        let (stored, alarms) = (browser.storage("local").await?, browser.alarms().await?);

        for host in ["shop.example.test", "busy.example.test", "news.example.test"] {
            let url = format!("https://{host}/");
            browser.open(&url).await?;
            let end = Instant::now() + WATCHED;
            while Instant::now() < end {
                ensure!(browser.worker().await? == Worker::Stopped, "{host} has woken the worker");
            }
            ensure!(browser.panel().await?.is_none(), "{host} bears a panel");
            ensure!(browser.badge(&url).await?.is_empty(), "{host} bears a badge");
            browser.shot(&format!("nothing-{host}")).await?;
            ensure!(stage.documents(host).len() == 1, "{host} was asked more than once");
        }
        ensure!(browser.storage("local").await? == stored, "something was stored");
        ensure!(browser.alarms().await? == alarms, "something was scheduled");
        ensure!(browser.worker().await? == Worker::Stopped, "asking has woken the worker");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
