//! One site causes as many failures as it can, with many names or many tabs, while another site fails.
//!
//! With `RAYBACK_FLOOD` set, there are 5,000 names, and 500 tabs of 200 hosts, and the flood may at most double the
//! time to another site's panel. Otherwise the flood is small, and the times are only printed, because they mean nothing
//! on a busy machine.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::json;

use crate::harness::{Harness, Run};

/// Records when the panel appears, by the page's own clock.
const MEASURE: &str = "new MutationObserver((_, observer) => { \
     if (!document.querySelector('html > div[popover=manual]')) return; \
     window.shownAt = performance.now(); observer.disconnect(); \
 }).observe(document, {childList: true, subtree: true})";

/// The number of panels of which the median time is taken.
const SAMPLES: usize = 5;

fn is_full() -> bool {
    std::env::var_os("RAYBACK_FLOOD").is_some()
}

/// The time from a failing page's navigation to its panel, in milliseconds: the median of several hosts.
async fn time_to_panel(harness: &Harness, name: &str) -> Result<f64> {
    let mut times = Vec::new();
    for number in 0..SAMPLES {
        let host = format!("{name}-{number}.example.net");
        harness.edge.fault(&host, Fault::Refuses);
        harness.edge.script(&host, MEASURE);
        harness.browser.open(&format!("https://{host}/")).await?;
        let shown = async || Ok(harness.browser.evaluate("return window.shownAt ?? null").await?.as_f64());
        times.push(eventually("panel", SOON * 4, shown).await?);
    }
    times.sort_by(f64::total_cmp);
    times.get(SAMPLES / 2).copied().context("no time was measured")
}

/// Sets a floor of a day, so that every failure keeps its watch for that long.
async fn floors_of_a_day(harness: &Harness) -> Result<()> {
    harness.settings(json!({"stepsS": [300], "codeFloorsS": {"521": 86_400}})).await
}

/// Checks that a flood left few watches without a tab and one alarm.
async fn few_are_kept(harness: &Harness, with_tabs: usize) -> Result<()> {
    let stored = harness.browser.storage("local").await?;
    let watches = stored.keys().filter(|key| key.starts_with("watch:")).count();
    // At most 8 of each of the two domains have no tab.
    ensure!(watches <= with_tabs + 2 * 8 + 1, "{watches} watches are kept");
    let alarms = harness.browser.alarms().await?;
    ensure!(alarms.len() <= 1, "{alarms:?}");
    Ok(())
}

pub(crate) async fn a_flood_of_names_keeps_no_other_sites_panel_waiting(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let hops = if is_full() { 5000 } else { 100 };
        floors_of_a_day(harness).await?;
        let quiet = time_to_panel(harness, "quiet").await?;
        let hopping = harness.browser.open_beside("https://start.example.org/").await?;
        for number in 0..hops {
            let host = format!("n{number}.example.org");
            harness.edge.fault(&host, Fault::Refuses);
            let next =
                format!("addEventListener('load', () => {{ location = 'https://n{}.example.org/' }})", number + 1);
            harness.edge.script(&host, &next);
        }
        let mut last = harness.edge.arrivals(&format!("n{}.example.org", hops - 1));
        let mut early = harness.edge.arrivals("n10.example.org");
        harness.browser.turn_to(&hopping).await?;
        harness.browser.evaluate("location = 'https://n0.example.org/'").await?;
        early.next(SOON * 4, |_| true).await?;
        let during = time_to_panel(harness, "during").await?;
        last.next(Duration::from_secs(hops + 60), |_| true).await?;
        let after = time_to_panel(harness, "after").await?;
        remark(run, &format!("{hops} names"), &[quiet, during, after]);
        ensure!(!is_full() || after <= 2.0 * quiet, "{after} ms after the flood, {quiet} ms before it");
        few_are_kept(harness, 2).await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_flood_of_tabs_keeps_no_other_sites_panel_waiting(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let (tabs, hosts) = if is_full() { (500, 200) } else { (40, 16) };
        floors_of_a_day(harness).await?;
        let urls: Vec<_> = (0..tabs).map(|tab| format!("https://h{}.example.org/{tab}", tab % hosts)).collect();
        // Healthy tabs also slow the browser down, so they're the baseline.
        open_all(harness, &urls).await?;
        let beside_healthy = time_to_panel(harness, "quiet").await?;
        harness.browser.ask::<()>(CLOSE, Vec::new()).await?;
        (0..hosts).for_each(|host| harness.edge.fault(&format!("h{host}.example.org"), Fault::Refuses));
        open_all(harness, &urls).await?;
        let held = async || {
            let stored = harness.browser.storage("local").await?;
            let of_flood = |key: &&String| key.contains(".example.org");
            Ok((stored.keys().filter(of_flood).collect::<BTreeSet<_>>().len() == hosts).then_some(()))
        };
        eventually("watch of each host", SOON * 4, held).await?;
        let beside_failing = time_to_panel(harness, "after").await?;
        remark(run, &format!("{tabs} tabs of {hosts} hosts, healthy and failing"), &[beside_healthy, beside_failing]);
        ensure!(
            !is_full() || beside_failing <= 2.0 * beside_healthy,
            "{beside_failing} ms beside failing tabs, {beside_healthy} ms beside healthy ones"
        );
        few_are_kept(harness, hosts + 1).await
    };
    Harness::start(run).await?.run(scenario).await
}

/// Opens these addresses in the background, a few at a time, and waits for them.
async fn open_all(harness: &Harness, urls: &[String]) -> Result<()> {
    const BATCH: usize = 20;
    for batch in urls.chunks(BATCH) {
        harness.browser.ask::<()>(OPEN, batch.iter().map(|url| url.as_str().into()).collect()).await?;
    }
    Ok(())
}

const OPEN: &str = "for (const url of args) await chrome.tabs.create({url, active: false}); \
     const isOpen = tab => !args.includes(tab.url ?? tab.pendingUrl) || tab.status === 'complete'; \
     while (!(await chrome.tabs.query({})).every(isOpen)) await new Promise(next => setTimeout(next, 50)); \
     return null";

/// Closes the tabs of the flood.
const CLOSE: &str = "const tabs = await chrome.tabs.query({url: 'https://*.example.org/*'}); \
     await chrome.tabs.remove(tabs.map(tab => tab.id)); return null";

fn remark(run: Run, flood: &str, times: &[f64]) {
    let times: Vec<_> = times.iter().map(|time| format!("{time:.0} ms")).collect();
    eprintln!("remark: time to a panel beside a flood of {flood}: {} ({})", times.join(", "), run.kind.name());
}
