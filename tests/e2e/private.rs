use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::{Fault, Purpose};

use crate::stage::{HOST, Run, Stage};

pub(crate) async fn a_page_in_a_private_window_comes_back_and_leaves_nothing_on_the_disk(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        stage.edge.fault(HOST, Fault::Refuses);
        let private = stage.browser.open_private("https://shop.example.test/").await?;
        stage.await_text(&["521", HOST]).await?;
        stage.browser.shot("private").await?;
        let kept = async || {
            let stored = stage.browser.storage("session").await?;
            Ok(stored.keys().any(|key| key.starts_with("private:")).then_some(()))
        };
        eventually("private watch in memory", SOON, kept).await?;
        let on_disk = serde_json::to_string(&stage.browser.storage("local").await?)?;
        ensure!(!on_disk.contains(HOST), "the host of a private window is on the disk: {on_disk}");
        let alarms = stage.browser.alarms().await?.join(" ");
        ensure!(!alarms.contains(HOST), "the host of a private window is in an alarm: {alarms}");

        stage.edge.heal(HOST);
        stage.browser.turn_to(&private).await?;
        stage.await_healthy(HOST, Duration::from_secs(30)).await?;
        let probed = stage.documents(HOST).into_iter().any(|(.., purpose)| purpose == Purpose::Probe);
        ensure!(!probed, "a probe would have gone out from the ordinary profile");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
