//! Hostile pages: what they can't see, press or use.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::{Answer, Asked, Fault, Purpose};
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

        // If moved, it goes back to the root and the top layer.
        browser
            .evaluate(&format!("const box = document.createElement('p'); box.style.opacity = 0.001; document.body.append(box); box.append({PANEL})"))
            .await?;
        let back = format!("return {PANEL}?.matches(':popover-open') === true");
        eventually("panel in its place", SOON, async || Ok((browser.evaluate(&back).await? == true).then_some(())))
            .await?;

        // While an element that lets clicks through covers it, it ignores clicks.
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
        // Firefox doesn't report what covers an element; there the panel comes to the front again.
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

/// Covers that a page can put above the panel and that let clicks through: a name, and the scripts that add and remove
/// it.
const COVERS: [(&str, &str, &str); 3] = [
    (
        "an element in a shadow tree",
        "const inner = document.createElement('p'); \
         inner.popover = 'manual'; inner.style = 'position: fixed; inset: 0; width: auto; height: auto; pointer-events: none; background: white'; \
         const box = document.createElement('div'); document.body.append(box); box.attachShadow({mode: 'closed'}).append(inner); \
         inner.showPopover(); window.cover = box",
        "window.cover.remove()",
    ),
    (
        "a transition between two views",
        "document.head.append(Object.assign(document.createElement('style'), {textContent: \
         '::view-transition { pointer-events: none; background: white } ::view-transition-group(*) { animation-duration: 600s }'})); \
         window.transition = document.startViewTransition(() => {}); return window.transition.ready.then(() => null)",
        "window.transition.skipTransition()",
    ),
    (
        // Repeated, because the panel restores its size at once, and accepts clicks half a second later.
        "a root that shrinks the panel",
        "const shrink = () => { document.documentElement.style.zoom = 0.05 + Math.random() / 100 }; \
         shrink(); window.shrinking = setInterval(shrink, 50)",
        "clearInterval(window.shrinking); document.documentElement.style.zoom = ''",
    ),
];

pub(crate) async fn no_page_can_disguise_or_cover_the_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.open(URL).await?;
        harness.await_text(&["521", HOST, "Checking again"]).await?;
        let browser = &harness.browser;
        let colours = async || {
            let mut colours = Vec::new();
            for part in browser.await_panel().await?.all("p, h2, button").await? {
                colours.push((part.css_value("color").await?, part.css_value("background-color").await?));
            }
            anyhow::Ok(colours)
        };
        let before = colours().await?;
        ensure!(!before.is_empty(), "the panel has no texts");
        // A property that the document registers also has its value in every shadow tree.
        let tokens = include_str!("../../extension/static/tokens.css");
        let names: BTreeSet<_> = tokens
            .lines()
            .filter_map(|line| line.trim().split_once(':').map(|(name, _)| name).filter(|name| name.starts_with("--")))
            .collect();
        ensure!(names.len() > 40, "{names:?}");
        let register = format!(
            "for (const name of {}) CSS.registerProperty({{name, syntax: '<color>', inherits: false, initialValue: 'rgb(1, 2, 3)'}})",
            json!(names)
        );
        browser.evaluate(&register).await?;
        ensure!(colours().await? == before, "the page repainted the panel");

        let stop = async || {
            for button in browser.await_panel().await?.all("button").await? {
                if button.text().await? == "Stop" {
                    return Ok(Some(button));
                }
            }
            Ok(None)
        };
        for (cover, put, remove) in COVERS {
            let ready =
                async || Ok((!browser.await_panel().await?.all("[data-ready]").await?.is_empty()).then_some(()));
            eventually(&format!("panel that can be pressed before {cover}"), SOON, ready).await?;
            let button = eventually("button to stop", SOON, stop).await?;
            browser.evaluate(put).await?;
            // The driver may itself refuse to click what's covered.
            let clicked = button.click().await;
            browser.evaluate(remove).await?;
            eventually(&format!("panel that can be pressed after {cover}"), SOON, ready).await?;
            ensure!(stop().await?.is_some(), "a click through {cover} counted: {clicked:?}");
        }
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

/// A failing site redirects the worker's requests to an address in the visitor's network; nothing arrives there.
pub(crate) async fn a_failing_site_sends_the_worker_nowhere_else(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        for asked in [Asked::Probe, Asked::Trace] {
            harness.edge.answer(HOST, asked, Answer::redirect("https://inside.example.org/reset?token=1"));
        }
        let mut asked = harness.edge.arrivals(HOST);
        harness.browser.open(URL).await?;
        asked.next(SOON, |request| request.path == "/cdn-cgi/trace").await?;
        harness.await_text(&["521", HOST]).await?;
        asked.next(SOON, |request| request.purpose() == Purpose::Probe).await?;
        // It isn't known which server answered, so the user decides.
        harness.await_phase(ORIGIN, "awaitingClick").await?;
        let inside = harness.edge.requests("inside.example.org");
        ensure!(inside.is_empty(), "{inside:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// The root's font size doesn't affect the panel.
pub(crate) async fn the_panel_keeps_its_size_whatever_the_pages_root_says(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        let measure = format!("const {{ width, height }} = {PANEL}.getBoundingClientRect(); return [width, height]");
        let mut sizes = Vec::new();
        // Each style gets its own page, because one that replaces itself at once has no panel.
        let styles = ["", "font-size: 62.5%", "font-size: 0 !important", "font-size: 400%"];
        for (number, style) in styles.into_iter().enumerate() {
            let sheet = format!(
                "document.head.append(Object.assign(document.createElement('style'), {{ textContent: 'html {{ {style} }}' }}))"
            );
            harness.edge.script(HOST, &sheet);
            harness.browser.open(&format!("{URL}{number}")).await?;
            harness.await_text(&["521", HOST]).await?;
            sizes.push((style, harness.browser.evaluate(&measure).await?));
        }
        let (_, first) = sizes.first().context("nothing was measured")?;
        ensure!(sizes.iter().all(|(_, size)| size == first), "{sizes:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Chromium writes such a host with escapes in upper case, and the store in lower case.
pub(crate) async fn a_host_with_escapes_gets_its_panel(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault("x%2ay.example.test", Fault::Refuses);
        harness.browser.open("http://x*y.example.test/").await?;
        harness.await_text(&["521"]).await.map(drop)
    };
    Harness::start(run).await?.run(scenario).await
}
