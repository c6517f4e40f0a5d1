use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::Worker;
use rayback_testkit::edge::Fault;
use tokio::time::Instant;

use crate::harness::{Harness, Run};

/// Far longer than an event takes to start the worker.
const WATCHED: Duration = Duration::from_secs(2);

pub(crate) async fn healthy_pages_own_errors_and_articles_start_no_worker(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        harness.edge.fault("busy.example.test", Fault::OwnError(503));
        harness.edge.fault("news.example.test", Fault::Article);
        browser.stop_worker().await?;
        let (stored, alarms) = (browser.storage("local").await?, browser.alarms().await?);

        for host in ["shop.example.test", "busy.example.test", "news.example.test"] {
            let url = format!("https://{host}/");
            browser.open(&url).await?;
            let end = Instant::now() + WATCHED;
            while Instant::now() < end {
                ensure!(browser.worker().await? == Worker::Stopped, "{host} started the worker");
            }
            ensure!(browser.panel().await?.is_none(), "{host} has a panel");
            ensure!(browser.badge(&url).await?.is_empty(), "{host} has a badge");
            browser.shot(&format!("nothing-{host}")).await?;
            ensure!(harness.documents(host).len() == 1, "{host} was requested more than once");
        }
        ensure!(browser.storage("local").await? == stored, "something was stored");
        ensure!(browser.alarms().await? == alarms, "something was scheduled");
        ensure!(browser.worker().await? == Worker::Stopped, "reading the state started the worker");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
