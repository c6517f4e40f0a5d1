//! Huge failing pages: they're recognised, and reading them is bounded.

use anyhow::{Context, Result, ensure};
use rayback_testkit::edge::Fault;
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";

pub(crate) async fn a_page_of_50_megabytes_is_recognised_by_a_bounded_reading(run: Run) -> Result<()> {
    is_read_within_bounds(run, Fault::Bulky(50, 0)).await
}

pub(crate) async fn a_page_of_300_000_elements_is_recognised_by_a_bounded_reading(run: Run) -> Result<()> {
    is_read_within_bounds(run, Fault::Bulky(0, 300)).await
}

async fn is_read_within_bounds(run: Run, fault: Fault) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [600]})).await?;
        harness.edge.fault(HOST, fault);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        // All of the extension's scripts in a page share one world, so the reading can be repeated and counted.
        let measured: Value = harness.browser.ask(MEASURE, Vec::new()).await?;
        println!("{fault:?} in {}: {measured}", run.kind.name());
        let figure =
            |name: &str| measured.get(name).and_then(Value::as_u64).with_context(|| format!("no {name}: {measured}"));
        // The walk stops at 20,000; a step to a sibling or parent counts here too.
        ensure!(figure("visited")? <= 20_100, "{measured}");
        ensure!(figure("sent")? <= 65_536, "{measured}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Repeats the page's report and counts the elements that its walk visits, the characters of markup that it sends, and the
/// time it takes.
const MEASURE: &str = "const [tab] = await chrome.tabs.query({url: 'https://shop.example.test/*'}); \
    const count = () => { \
        let visited = 0; \
        const walk = document.createTreeWalker; \
        document.createTreeWalker = (...given) => { \
            const walker = walk.apply(document, given); \
            for (const step of ['nextNode', 'nextSibling', 'parentNode']) { \
                const original = walker[step].bind(walker); \
                walker[step] = () => { visited += 1; return original(); }; \
            } \
            return walker; \
        }; \
        const begun = performance.now(); \
        const { body, fragments } = pageReport(); \
        const ms = performance.now() - begun; \
        delete document.createTreeWalker; \
        const sent = body.length + (fragments?.pieces ?? []).reduce((sum, { text }) => sum + text.length, 0); \
        return { visited, sent, ms: Math.round(ms), elements: document.getElementsByTagName('*').length }; \
    }; \
    const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: count }); \
    return result";
