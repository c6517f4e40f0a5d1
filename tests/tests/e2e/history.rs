//! What is kept of past failures.

use anyhow::{Result, ensure};
use rayback_tests::browser::{SOON, eventually};
use rayback_tests::edge::Fault;

use crate::stage::{HOST, Run, Stage};

/// How many attempts the browser's database holds. One that is not there is not made.
const ATTEMPTS: &str = "\
    if (!(await indexedDB.databases()).some(({ name }) => name === 'history')) return 0; \
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const count = await of(database.transaction('attempts').objectStore('attempts').count()); \
    database.close(); \
    return count";

pub(crate) async fn the_history_is_cleared_on_the_persons_word(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        let attempts = async || stage.browser.ask::<u32>(ATTEMPTS, vec![]).await;
        stage.edge.fault(HOST, Fault::Refuses);
        stage.browser.open("https://shop.example.test/").await?;
        stage.await_text(&["521"]).await?;
        eventually("attempt in the history", SOON, async || Ok((attempts().await? > 0).then_some(()))).await?;
        stage.edge.heal(HOST);
        stage.await_healthy(HOST, SOON).await?;

        stage.browser.open_own("settings.html").await?;
        let show = "const section = [...document.querySelectorAll('section')].find(section => \
            section.querySelector('h2').textContent === 'History'); section.querySelector('button').click(); \
            section.scrollIntoView({ block: 'center' })";
        eventually("settings page", SOON, async || Ok(stage.browser.evaluate(show).await.ok())).await?;
        let said = async || {
            let text = stage.browser.evaluate("return document.body.textContent").await?;
            Ok(text.as_str().is_some_and(|text| text.contains("History cleared.")).then_some(()))
        };
        eventually("confirmation", SOON, said).await?;
        stage.browser.shot("history-cleared").await?;
        ensure!(attempts().await? == 0, "attempts are left");
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}
