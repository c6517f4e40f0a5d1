//! Hostile pages: what they can't see, press or use.

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::json;

use crate::harness::{HOST, Harness, Run};

const URL: &str = "https://shop.example.test/";
const ORIGIN: &str = "https://shop.example.test";
const PANEL: &str = "document.querySelector('html > div[popover=manual]')";

pub(crate) async fn a_page_cannot_reach_move_or_cover_the_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST]).await?;
        let browser = &harness.browser;
        let reach = format!(
            "const host = {PANEL}; const refused = act => {{ try {{ act(); return false }} catch {{ return true }} }}; \
             return [host.localName, host.shadowRoot, refused(() => host.attachInternals()), \
             refused(() => customElements.define(host.localName, class extends HTMLElement {{}})), \
             getComputedStyle(host, '::after').display, [...document.querySelectorAll('rayback-panel')].length]"
        );
        // The pseudo-elements of an element can cover what's in its shadow.
        browser
            .evaluate("const sheet = document.createElement('style'); document.head.append(sheet); \
                 sheet.textContent = 'div::after { content: \"x\" !important; display: block !important; position: fixed; inset: 0 }'")
            .await?;
        let reached = browser.evaluate(&reach).await?;
        ensure!(reached == json!(["div", null, true, true, "none", 0]), "{reached}");

        // Moved, it goes back to the root and the top layer.
        browser
            .evaluate(&format!("const box = document.createElement('p'); box.style.opacity = 0.001; document.body.append(box); box.append({PANEL})"))
            .await?;
        let back = format!("return {PANEL}?.matches(':popover-open') === true");
        eventually("panel in its place", SOON, async || Ok((browser.evaluate(&back).await? == true).then_some(())))
            .await?;

        // Covered by an element that lets clicks through, it acts on nothing.
        let panel = browser.await_panel().await?;
        let (mut stop, ready) = (None, async || Ok((!panel.all("[data-ready]").await?.is_empty()).then_some(())));
        eventually("panel that can be pressed", SOON, ready).await?;
        for button in panel.all("button").await? {
            if button.text().await? == "Stop" {
                stop = Some(button);
            }
        }
        browser
            .evaluate("const cover = document.createElement('p'); cover.id = 'cover'; cover.popover = 'manual'; \
                 cover.style = 'position: fixed; inset: 0; width: auto; height: auto; pointer-events: none; background: white'; \
                 document.body.append(cover); cover.showPopover()")
            .await?;
        // Firefox doesn't tell what covers an element; there the panel comes to the front again.
        if run.kind == BrowserKind::Chrome {
            let covered = async || Ok(panel.all("[data-ready]").await?.is_empty().then_some(()));
            eventually("panel that's known to be covered", SOON, covered).await?;
            stop.context("the panel has no button to stop")?.click().await?;
        }
        browser.evaluate("document.querySelector('#cover').remove()").await?;
        eventually("panel that can be pressed again", SOON, ready).await?;
        harness.await_phase(ORIGIN, "waiting").await?;
        browser.press("Stop").await?;
        harness.await_phase(ORIGIN, "stopped").await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn a_reload_with_a_fragment_names_nothing(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(&format!("{URL}a#part")).await?;
        harness.await_text(&["521", HOST]).await?;
        harness.browser.evaluate("addEventListener('pagehide', () => sessionStorage.seen = location.href)").await?;
        harness.edge.heal(HOST);
        harness.press("Reload now").await?;
        harness.await_healthy(HOST, SOON).await?;
        let seen = harness
            .browser
            .evaluate("return [sessionStorage.seen ?? '', document.referrer, location.href].join(' ')")
            .await?;
        ensure!(!seen.as_str().unwrap_or_default().contains("rayback"), "{seen}");
        ensure!(seen.as_str().unwrap_or_default().ends_with("/a#part"), "{seen}");
        let asked = harness.edge.requests(HOST);
        ensure!(asked.iter().all(|request| !request.to_string().contains("rayback")), "{asked:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
