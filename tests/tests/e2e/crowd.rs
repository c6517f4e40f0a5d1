use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_tests::browser::eventually;
use rayback_tests::edge::{Fault, Purpose};

use crate::stage::{Run, Stage};

const HOSTS: usize = 20;
const TABS: usize = 50;

fn host(number: usize) -> String {
    format!("shop-{}.example.test", number % HOSTS)
}

pub(crate) async fn fifty_tabs_of_twenty_hosts_fail_at_once_and_all_come_back(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        (0..HOSTS).for_each(|number| stage.edge.fault(&host(number), Fault::Refuses));
        let mut tabs = Vec::new();
        for number in 0..TABS {
            tabs.push(stage.browser.open_beside(&format!("https://{}/tab-{number}", host(number))).await?);
        }
        let watches = async || {
            let stored = stage.browser.storage("local").await?;
            Ok((stored.keys().filter(|key| key.starts_with("watch:")).count() == HOSTS).then_some(()))
        };
        eventually("watch for each host", Duration::from_secs(30), watches).await?;

        (0..HOSTS).for_each(|number| stage.edge.heal(&host(number)));
        for (number, tab) in tabs.iter().enumerate() {
            stage.browser.turn_to(tab).await?;
            stage.await_healthy(&host(number), Duration::from_mins(2)).await?;
        }
        for number in 0..HOSTS {
            let documents = stage.documents(&host(number));
            let most = TABS.div_ceil(HOSTS);
            for tab in (number..TABS).step_by(HOSTS) {
                let path = format!("/tab-{tab}");
                let asked = documents.iter().filter(|(_, asked, _)| *asked == path).count();
                ensure!(asked == 2, "{path} was asked for {asked} times: when opened, and when back");
            }
            let probes = documents.iter().filter(|(.., purpose)| *purpose == Purpose::Probe).count();
            ensure!(documents.len() - probes <= most * 2, "{documents:?}");
            ensure!(probes <= 20, "more probes than an hour allows: {probes}");
        }
        Ok(())
    };
    let stage = Stage::set(run).await?;
    // Opening takes a while: the first tabs must not be found well before the last are there.
    stage.settings(serde_json::json!({"stepsS": [20]})).await?;
    stage.play(scene).await
}
