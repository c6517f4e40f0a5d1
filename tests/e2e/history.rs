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

/// Adds two failures of one site and one of another: of 10 minutes, of unknown length, and of an hour.
const FILL: &str = "\
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const store = database.transaction('attempts', 'readwrite').objectStore('attempts'); \
    const minute = 60000, start = Date.now() - 3 * 24 * 60 * minute; \
    const add = (origin, at, result) => \
        of(store.add({ origin, at: start + at * minute, by: 'probe', reason: 'schedule', result })); \
    await add('https://shop.example', 0, { failing: { code: 522 } }); \
    await add('https://shop.example', 10, 'recovered'); \
    await add('https://blog.example', 600, { failing: { code: 1016 } }); \
    await add('https://blog.example', 660, 'recovered'); \
    await add('https://shop.example', 2000, { failing: { code: 521 } }); \
    database.close(); \
    return 5";

pub(crate) async fn the_history_page_lists_filters_and_deletes_failures(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let text = async || {
            let text = harness.browser.evaluate("return document.body.innerText").await?;
            Ok::<_, anyhow::Error>(text.as_str().unwrap_or_default().to_owned())
        };
        let shows = async |wanted: &[&str], absent: &[&str]| {
            let shown = async || {
                let text = text().await?;
                let is_there = wanted.iter().all(|part| text.contains(part));
                Ok((is_there && absent.iter().all(|part| !text.contains(part))).then_some(()))
            };
            eventually(&format!("{wanted:?} without {absent:?}"), SOON, shown).await
        };
        harness.browser.open_own("history.html").await?;
        shows(&["Nothing yet"], &[]).await?;
        ensure!(harness.browser.ask::<u32>(FILL, vec![]).await? == 5, "the history wasn't filled");
        harness.browser.open_own("history.html").await?;
        shows(&["shop.example", "blog.example", "522", "1016", "60 minutes", "unknown"], &["Nothing yet"]).await?;
        harness.browser.shot("history").await?;

        let filter = "const field = document.getElementById('filter'); field.focus(); field.value = 'BLOG'; \
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        harness.browser.evaluate(filter).await?;
        shows(&["blog.example", "1016"], &["shop.example"]).await?;
        let press = "const label = 'Delete everything shown'; \
            [...document.querySelectorAll('button')].find(button => button.textContent === label).click()";
        harness.browser.evaluate(press).await?;
        shows(&["No site's name contains that."], &["blog.example"]).await?;
        ensure!(harness.browser.ask::<u32>(ATTEMPTS, vec![]).await? == 3, "other sites' history was deleted too");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
