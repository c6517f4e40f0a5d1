use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::eventually;
use rayback_testkit::edge::Fault;

use crate::harness::{Harness, Run};

const HOSTS: usize = 20;
const TABS: usize = 50;

fn host(number: usize) -> String {
    format!("shop-{}.example.test", number % HOSTS)
}

pub(crate) async fn fifty_failing_tabs_of_twenty_hosts_all_recover(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        (0..HOSTS).for_each(|number| harness.edge.fault(&host(number), Fault::Refuses));
        let mut tabs = Vec::new();
        for number in 0..TABS {
            tabs.push(harness.browser.open_beside(&format!("https://{}/tab-{number}", host(number))).await?);
        }
        let watches = async || {
            let stored = harness.browser.storage("local").await?;
            Ok((stored.keys().filter(|key| key.starts_with("watch:")).count() == HOSTS).then_some(()))
        };
        eventually("watch for each host", Duration::from_secs(30), watches).await?;

        let failed: Vec<_> = (0..HOSTS).map(|number| harness.documents(&host(number)).len()).collect();
        (0..HOSTS).for_each(|number| harness.edge.heal(&host(number)));
        for (number, tab) in tabs.iter().enumerate() {
            harness.browser.turn_to(tab).await?;
            harness.await_healthy(&host(number), Duration::from_mins(2)).await?;
        }
        for (number, failed) in failed.into_iter().enumerate() {
            let documents = harness.documents(&host(number));
            let paths = (number..TABS).step_by(HOSTS).map(|tab| format!("/tab-{tab}"));
            ensure!(failed - paths.clone().count() <= 20, "more attempts than an hour allows: {documents:?}");
            let (_, since) = documents.split_at(failed);
            for path in paths {
                let requests = since.iter().filter(|(_, requested, _)| *requested == path).count();
                ensure!(requests == 1, "{path} was requested {requests} times after its host recovered: {since:?}");
            }
        }
        Ok(())
    };
    let harness = Harness::start(run).await?;
    // Opening takes a while: the first tabs must not recover before the last are open.
    harness.settings(serde_json::json!({"stepsS": [20]})).await?;
    harness.run(scenario).await
}
