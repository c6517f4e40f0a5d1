use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::{Fault, Purpose};

use crate::harness::{HOST, Harness, Run};

pub(crate) async fn a_private_page_recovers_and_leaves_nothing_on_disk(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        let private = harness.browser.open_private("https://shop.example.test/").await?;
        harness.await_text(&["521", HOST]).await?;
        harness.browser.shot("private").await?;
        let kept = async || {
            let stored = harness.browser.storage("session").await?;
            Ok(stored.keys().any(|key| key.starts_with("private:")).then_some(()))
        };
        eventually("private watch in memory", SOON, kept).await?;
        let on_disk = serde_json::to_string(&harness.browser.storage("local").await?)?;
        ensure!(!on_disk.contains(HOST), "the host of a private window is on the disk: {on_disk}");
        let alarms = harness.browser.alarms().await?.join(" ");
        ensure!(!alarms.contains(HOST), "the host of a private window is in an alarm: {alarms}");

        harness.edge.heal(HOST);
        harness.browser.turn_to(&private).await?;
        harness.await_healthy(HOST, Duration::from_secs(30)).await?;
        let probed = harness.documents(HOST).into_iter().any(|(.., purpose)| purpose == Purpose::Probe);
        ensure!(!probed, "a probe was sent, which uses the regular profile");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
