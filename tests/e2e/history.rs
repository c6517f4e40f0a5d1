//! The stored history of past failures.

use anyhow::{Context as _, Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::Value;

use crate::harness::{HOST, Harness, Run};

/// The outages in the browser's database. Doesn't create the database if it's missing.
const OUTAGES: &str = "\
    if (!(await indexedDB.databases()).some(({ name }) => name === 'history')) return []; \
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const outages = await of(database.transaction('outages').objectStore('outages').getAll()); \
    database.close(); \
    return outages";

async fn outages(harness: &Harness) -> Result<Vec<Value>> {
    harness.browser.ask(OUTAGES, vec![]).await
}

pub(crate) async fn a_failure_and_its_recovery_are_one_outage(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["521"]).await?;
        let begun = async || Ok(outages(harness).await?.pop());
        let begun = eventually("outage in the history", SOON, begun).await?;
        ensure!(begun.get("end").is_some_and(Value::is_null), "it has an end: {begun}");
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, SOON).await?;
        let ended = async || Ok(outages(harness).await?.pop().filter(|it| it.get("end").is_some_and(Value::is_i64)));
        let ended = eventually("end of the outage", SOON, ended).await?;
        ensure!(outages(harness).await?.len() == 1, "there's more than one: {:?}", outages(harness).await?);
        ensure!(ended.get("codes") == Some(&serde_json::json!([521])), "{ended}");
        ensure!(ended.get("attempts").and_then(Value::as_u64).is_some_and(|attempts| attempts > 0), "{ended}");

        harness.browser.open_own("history.html").await?;
        harness.await_own_text(&["1 of 1 failure", HOST, "521", "The site", "Half were back within"]).await?;
        let lasted = "return [...document.querySelectorAll('tbody td')].find(cell => cell.dataset.label === 'Lasted').textContent";
        let lasted = harness.browser.evaluate(lasted).await?;
        ensure!(lasted.as_str().is_some_and(|lasted| lasted.ends_with("seconds")), "it lasted {lasted}");
        harness.browser.shot("history-outage").await
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn the_user_can_clear_the_history(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["521"]).await?;
        let begun = async || Ok((!outages(harness).await?.is_empty()).then_some(()));
        eventually("outage in the history", SOON, begun).await?;
        harness.edge.heal(HOST);
        harness.await_healthy(HOST, SOON).await?;

        harness.browser.open_own("settings.html").await?;
        let show = "const section = [...document.querySelectorAll('section')].find(section => \
            section.querySelector('h2').textContent === 'History'); section.querySelector('button').click(); \
            section.scrollIntoView({ block: 'center' })";
        eventually("settings page", SOON, async || Ok(harness.browser.evaluate(show).await.ok())).await?;
        harness.await_own_text(&["History cleared."]).await?;
        harness.browser.shot("history-cleared").await?;
        ensure!(outages(harness).await?.is_empty(), "some outages weren't cleared");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Adds four failures of three sites: two of one site (10 minutes, and an unknown time), and one of each other site (an
/// hour, and 3 minutes).
const FILL: &str = "\
    const of = request => new Promise((done, fail) => { \
        request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); }); \
    const database = await of(indexedDB.open('history')); \
    const store = database.transaction('outages', 'readwrite').objectStore('outages'); \
    const minute = 60000, begun = Date.now() - 3 * 24 * 60 * minute; \
    const add = (origin, start, length, codes, suspect, dataCentre) => of(store.add({ \
        origin, start: begun + start * minute, end: length && begun + (start + length) * minute, \
        last: begun + (start + (length ?? 0)) * minute, codes, dataCentre, attempts: 2, suspect })); \
    await add('https://shop.example', 0, 10, [522], 'origin', 'FRA'); \
    await add('https://blog.example', 600, 60, [1016], 'setup', null); \
    await add('https://shop.example', 2000, null, [500, 521], 'cloudflare', 'AMS'); \
    await add('https://docs.example', 2500, 3, [522], 'origin', 'FRA'); \
    database.close(); \
    return 4";

/// Catches each saved file instead of saving it.
const CATCH: &str = "HTMLAnchorElement.prototype.click = async function () { \
    globalThis.saved = { name: this.download, text: await (await fetch(this.href)).text() }; }";

fn press(label: &str) -> String {
    format!(
        "const label = {label:?}; const button = [...document.querySelectorAll('button')]\
         .find(button => [button.textContent, button.ariaLabel].includes(label)); \
         if (!button) throw new Error(`no button ${{label}}`); button.click()"
    )
}

/// Saves both files, and reads them.
async fn saves(harness: &Harness) -> Result<()> {
    let press = async |label: &str| harness.browser.evaluate(&press(label)).await;
    harness.browser.evaluate(CATCH).await?;
    let saved = async |label: &str| {
        press(label).await?;
        let script = "const { saved } = globalThis; delete globalThis.saved; return saved ?? null";
        eventually("saved file", SOON, async || {
            Ok(Some(harness.browser.evaluate(script).await?).filter(|it| !it.is_null()))
        })
        .await
    };
    let file = saved("Save as CSV").await?;
    let text = file.get("text").and_then(Value::as_str).context("no text")?;
    ensure!(text.starts_with("site,start,end,seconds,codes,data_centre,fault,checks\r\n"), "{text}");
    ensure!(text.contains(",500 521,AMS,cloudflare,2\r\n") && text.lines().count() == 3, "{text}");
    let file = saved("Save as JSON").await?;
    ensure!(file.get("name").is_some_and(|name| name == "rayback-history.json"), "{file}");
    let text = file.get("text").and_then(Value::as_str).context("no text")?;
    let json: Vec<Value> = serde_json::from_str(text)?;
    ensure!(json.iter().all(|it| it.get("site").is_some_and(|site| site == "https://shop.example")), "{text}");
    Ok(())
}

pub(crate) async fn the_history_page_lists_filters_saves_and_deletes_failures(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let shows = async |wanted: &[&str], absent: &[&str]| {
            let shown = async || {
                let text = harness.browser.evaluate("return document.body.innerText").await?;
                let text = text.as_str().unwrap_or_default();
                let is_there = wanted.iter().all(|part| text.contains(part));
                Ok((is_there && absent.iter().all(|part| !text.contains(part))).then_some(()))
            };
            eventually(&format!("{wanted:?} without {absent:?}"), SOON, shown).await
        };
        let press = async |label: &str| harness.browser.evaluate(&press(label)).await;
        let search = async |text: &str| {
            let script = format!(
                "const field = document.getElementById('search'); field.focus(); field.value = {text:?}; \
                 field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
            );
            harness.browser.evaluate(&script).await
        };
        harness.browser.open_own("history.html").await?;
        shows(&["Nothing yet"], &[]).await?;
        ensure!(harness.browser.ask::<u32>(FILL, vec![]).await? == 4, "the history wasn't filled");
        harness.browser.open_own("history.html").await?;
        let known = ["4 of 4 failures", "shop.example", "1016", "60 minutes", "Not known", "Amsterdam", "Cloudflare"];
        shows(&known, &["Nothing yet"]).await?;
        harness.browser.shot("history").await?;

        search("frankf").await?;
        shows(&["2 of 2 failures", "docs.example"], &["blog.example"]).await?;
        harness.browser.evaluate("document.querySelector('#blame-2').click()").await?;
        shows(&["No failure matches."], &["docs.example"]).await?;
        search("").await?;
        shows(&["1 of 1 failure", "Amsterdam"], &["docs.example"]).await?;
        harness.browser.evaluate("document.querySelector('#blame-0').click()").await?;
        search("shop").await?;
        shows(&["2 of 2 failures"], &["docs.example"]).await?;

        // In Firefox, the page doesn't see what its driver changes, so saved files are checked only in Chromium.
        if harness.browser.kind() == BrowserKind::Chrome {
            saves(harness).await?;
        }

        let starts = async || -> Result<Vec<String>> {
            let origin = |it: Value| Some(it.get("origin")?.as_str()?.to_owned());
            Ok(outages(harness).await?.into_iter().filter_map(origin).collect())
        };
        press("Delete this failure of shop.example").await?;
        shows(&["This can't be undone.", "Delete all 2 of shop.example"], &[]).await?;
        harness.browser.shot("history-question").await?;
        press("Keep").await?;
        shows(&["2 of 2 failures"], &["This can't be undone."]).await?;
        press("Delete this failure of shop.example").await?;
        press("Delete this one").await?;
        shows(&["1 of 1 failure", "Frankfurt"], &["Amsterdam"]).await?;
        ensure!(starts().await?.len() == 3, "more than one was deleted");
        search("").await?;
        press("Delete this failure of docs.example").await?;
        press("Delete this one").await?;
        shows(&["2 of 2 failures"], &["docs.example"]).await?;
        search("blog").await?;
        press("Delete all of these…").await?;
        press("Delete 1 failure").await?;
        shows(&["No failure matches."], &["blog.example"]).await?;
        ensure!(starts().await? == ["https://shop.example"], "other sites' history was deleted too");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
