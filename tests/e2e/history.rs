//! The stored history of past failures.

use anyhow::{Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, Run};

/// The number of attempts in the browser's database. Doesn't create the database if it's missing.
const ATTEMPTS: &str = "\
    if (!(await indexedDB.databases()).some(({ name }) => name === 'history')) return 0; \
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const count = await of(database.transaction('attempts').objectStore('attempts').count()); \
    database.close(); \
    return count";

pub(crate) async fn the_user_can_clear_the_history(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let attempts = async || harness.browser.ask::<u32>(ATTEMPTS, vec![]).await;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["521"]).await?;
        eventually("attempt in the history", SOON, async || Ok((attempts().await? > 0).then_some(()))).await?;
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, SOON).await?;

        harness.browser.open_own("settings.html").await?;
        let show = "const section = [...document.querySelectorAll('section')].find(section => \
            section.querySelector('h2').textContent === 'History'); section.querySelector('button').click(); \
            section.scrollIntoView({ block: 'center' })";
        eventually("settings page", SOON, async || Ok(harness.browser.evaluate(show).await.ok())).await?;
        let confirmed = async || {
            let text = harness.browser.evaluate("return document.body.textContent").await?;
            Ok(text.as_str().is_some_and(|text| text.contains("History cleared.")).then_some(()))
        };
        eventually("confirmation", SOON, confirmed).await?;
        harness.browser.shot("history-cleared").await?;
        ensure!(attempts().await? == 0, "some attempts weren't cleared");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
