//! The accessibility of every state, in the pages of the test kit's gallery: axe-core's rules, room for the texts, the
//! keyboard, announcements and motion.

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use rayback_core::words::ENGLISH;
use rayback_testkit::browser::{Browser, BrowserKind, Key, SOON, eventually};
use rayback_testkit::gallery::{Gallery, Page, Texts};

use crate::harness::{Harness, Run};

/// Where `cargo xtask test` installs axe-core.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../xtask/npm/node_modules/axe-core/axe.min.js");

/// Runs axe-core with `RULES`; returns what it finds, the number of rules that pass, and how many of them saw the panel.
const RUN_AXE: &str = r#"
    const load = () => new Promise((loaded, failed) => {
        const script = document.createElement("script");
        Object.assign(script, { src: "axe.min.js", onload: loaded, onerror: () => failed(new Error("no axe-core")) });
        document.head.append(script);
    });
    return (async () => {
        if (!window.axe) await load();
        const { violations, passes } = await axe.run(document, RULES);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        const inside = passes.filter(({ nodes }) => nodes.some(({ target }) => Array.isArray(target[0])));
        return [found, passes.length, inside.length];
    })();
"#;

/// The name of the element that has the focus, and whether its focus is visible.
const FOCUS: &str = r#"
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (!at || at === document.body) return ["", false];
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const isVisible = at.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
    return [(at.getAttribute("aria-label") ?? (at.textContent || at.id)).trim(), isVisible];
"#;

pub(crate) async fn axe_finds_nothing_in_any_state(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        fs::copy(AXE, gallery.folder().join("axe.min.js"))
            .with_context(|| format!("no {AXE}; run `npm ci --prefix xtask/npm`"))?;
        let (start, mut faults, mut total) = (Instant::now(), Vec::new(), 0);
        for page in gallery.pages() {
            open(browser, page).await?;
            browser.prefer_dark(false).await?;
            let (found, passes, inside) = axe(browser, "{}").await?;
            ensure!(passes > 5, "{}-{}: axe-core ran only {passes} rules", page.page, page.name);
            ensure!((page.page == "panel") == (inside > 3), "{}-{}: {inside} rules saw a panel", page.page, page.name);
            // In dark mode, only the contrast differs.
            browser.prefer_dark(true).await?;
            let (dark, contrast, _) = axe(browser, "{ runOnly: ['color-contrast'] }").await?;
            faults.extend(found.into_iter().map(|fault| format!("{}-{}: {fault}", page.page, page.name)));
            faults.extend(dark.into_iter().map(|fault| format!("{}-{} in the dark: {fault}", page.page, page.name)));
            println!("axe-core: {}-{}: {passes} rules pass, {contrast} in the dark", page.page, page.name);
            total += passes + contrast;
        }
        ensure!(faults.is_empty(), "axe-core finds {faults:#?}");
        eprintln!(
            "remark: axe-core finds nothing in {} states in {}, with {total} passes, in {:.0?}",
            gallery.pages().len(),
            run.kind.name(),
            start.elapsed()
        );
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

async fn axe(browser: &Browser, rules: &str) -> Result<(Vec<String>, u32, u32)> {
    Ok(serde_json::from_value(browser.evaluate(&RUN_AXE.replace("RULES", rules)).await?)?)
}

async fn open(browser: &Browser, page: &Page) -> Result<()> {
    browser.open(&page.url).await?;
    if page.page == "panel" { browser.await_panel().await.map(drop) } else { Ok(()) }
}

/// What's cut off: the page, and texts in the panel or the page. Tables may scroll.
const CUT_OFF: &str = r#"
    const panel = document.querySelector("html > div[popover]")?.shadowRoot;
    for (const details of panel?.querySelectorAll("details") ?? []) details.open = true;
    const page = document.documentElement;
    const wide = page.scrollWidth > page.clientWidth ? [`the page: ${page.scrollWidth} px`] : [];
    for (const element of (panel ?? document).querySelectorAll("button, summary, a, p, h1, h2, h3, dt, dd, li, label, legend")) {
        if (element.closest(".wide, .host") || element.clientWidth === 0) continue;
        if (element.scrollWidth > element.clientWidth + 1) wide.push(element.textContent);
        const { left, right } = element.getBoundingClientRect();
        if (left < -1 || right > innerWidth + 1) wide.push(`outside: ${element.textContent}`);
    }
    return wide;
"#;

/// At 320 px, which is 1280 px at 400 % zoom, and at 1280 px with text of twice the size.
pub(crate) async fn no_state_is_cut_off_at_320_px_or_by_larger_text(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let mut faults = Vec::new();
        for texts in [Texts::Of(ENGLISH), Texts::Mirrored] {
            for page in Gallery::write(texts)?.pages() {
                for (width, height, text) in [(320, 640, 16), (1280, 900, 32)] {
                    browser.resize(width, height).await?;
                    browser.resize_text(text).await?;
                    open(browser, page).await?;
                    let cut: Vec<String> = serde_json::from_value(browser.evaluate(CUT_OFF).await?)?;
                    faults.extend(
                        cut.into_iter().map(|it| format!("{}-{}, {texts:?}, {width} px: {it}", page.page, page.name)),
                    );
                }
            }
        }
        ensure!(faults.is_empty(), "cut off: {faults:#?}");
        Ok(())
    };
    // Firefox's driver makes no window that narrow.
    if run.kind == BrowserKind::Firefox { Ok(()) } else { Harness::start(run).await?.run(scenario).await }
}

/// The names of the controls that the Tab key should reach, in order; for radio buttons, one for each group.
const CONTROLS: &str = r#"
    const groups = new Set();
    return [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
        .filter((control) => control.checkVisibility())
        .filter(({ type, name }) => type !== "radio" || (!groups.has(name) && groups.add(name)))
        .map((control) => (control.type === "radio" ? document.querySelector(`[name="${control.name}"]:checked`) : control))
        .map((control) => (control.getAttribute("aria-label") ?? (control.textContent || control.id)).trim());
"#;

pub(crate) async fn the_keyboard_reaches_every_control_in_order(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        for (page, name) in [
            ("popup", "several"),
            ("popup", "withheld"),
            ("settings", "problems"),
            ("history", "full"),
            ("host", "answered"),
            ("welcome", "demo"),
            ("left", "page"),
        ] {
            open(browser, gallery.page(page, name)?).await?;
            let controls: Vec<String> = serde_json::from_value(browser.evaluate(CONTROLS).await?)?;
            ensure!(!controls.is_empty(), "{page}-{name} has no controls");
            for control in controls {
                browser.press_key(Key::Tab).await?;
                ensure!(
                    focus(browser).await? == (control.clone(), true),
                    "{page}-{name}: the focus isn't on {control:?} but on {:?}",
                    focus(browser).await?
                );
            }
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

async fn focus(browser: &Browser) -> Result<(String, bool)> {
    Ok(serde_json::from_value(browser.evaluate(FOCUS).await?)?)
}

pub(crate) async fn the_panel_is_used_by_keyboard_and_gives_the_focus_back(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        let press = async |key: Key, name: &str| {
            browser.press_key(key.clone()).await?;
            let reached = focus(browser).await?;
            ensure!(reached == (name.to_owned(), true), "{key:?} leads to {reached:?} instead of {name:?}");
            Ok(())
        };
        let sent = async || Ok::<_, anyhow::Error>(browser.evaluate("return JSON.stringify(window.sent)").await?);
        open(browser, gallery.page("panel", "522")?).await?;
        let panel = browser.await_panel().await?;
        let ready = async || Ok((!panel.all("[data-ready]").await?.is_empty()).then_some(()));
        eventually("panel that accepts presses", SOON, ready).await?;

        press(Key::Tab, "A link of the page").await?;
        for name in ["Make small", "Close", "Reload now", "Stop", "Details"] {
            press(Key::Tab, name).await?;
        }
        // Enter and Space press the focused control.
        browser.press_key(Key::Enter).await?;
        ensure!(!panel.all("details[open]").await?.is_empty(), "Enter didn't open the details");
        press(Key::Tab, "Copy").await?;
        press(Key::Escape, "Details").await?;
        ensure!(panel.all("details[open]").await?.is_empty(), "Escape didn't close the details");
        press(Key::Escape, "Show more").await?;
        ensure!(!panel.all("[data-size=small]").await?.is_empty(), "Escape didn't fold the panel");
        press(Key::Space, "Make small").await?;
        press(Key::Tab, "Close").await?;
        press(Key::Tab, "Reload now").await?;
        press(Key::Tab, "Stop").await?;
        eventually("panel that accepts presses again", SOON, ready).await?;
        browser.press_key(Key::Space).await?;
        let stopped = async || Ok(sent().await?.as_str().is_some_and(|sent| sent.contains("stop")).then_some(()));
        eventually("stop that was sent", SOON, stopped).await?;
        // Closing it gives the focus back.
        browser
            .evaluate("document.querySelector('html > div[popover]').shadowRoot.querySelector('.close').focus()")
            .await?;
        press(Key::Enter, "A link of the page").await?;
        ensure!(browser.panel().await?.is_none(), "the panel is still there");

        // A warning stays: Escape doesn't fold it.
        open(browser, gallery.page("panel", "imitation")?).await?;
        press(Key::Tab, "A link of the page").await?;
        press(Key::Tab, "Dismiss this warning").await?;
        press(Key::Tab, "Leave this page").await?;
        press(Key::Escape, "Leave this page").await
    };
    Harness::start(run).await?.run(scenario).await
}

/// Records what a screen reader announces, and counts the countdown's changes.
const LISTEN: &str = r#"
    const root = document.querySelector("html > div[popover]").shadowRoot;
    window.announced = [];
    window.ticks = 0;
    new MutationObserver((changes) => {
        const regions = new Set();
        for (const { target } of changes) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            if (element?.closest("[aria-hidden=true]")) window.ticks += 1;
            else if (element?.closest("[role=status], [role=alert]")) regions.add(element.closest("[role=status], [role=alert]"));
        }
        for (const region of regions) window.announced.push(region.innerText);
    }).observe(root, { subtree: true, childList: true, characterData: true });
"#;

pub(crate) async fn a_change_is_announced_once_and_the_countdown_never(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        browser.open(&format!("{}#running", gallery.page("panel", "522")?.url)).await?;
        browser.await_panel().await?;
        browser.evaluate(LISTEN).await?;
        let announced = async || {
            let script = "return [window.ticks, window.announced]";
            Ok::<(u32, Vec<String>), anyhow::Error>(serde_json::from_value(browser.evaluate(script).await?)?)
        };
        eventually("three seconds of the countdown", SOON, async || Ok((announced().await?.0 >= 3).then_some(())))
            .await?;
        let (_, each_second) = announced().await?;
        ensure!(each_second.is_empty(), "announced while counting down: {each_second:?}");

        // The same state drawn again isn't announced; each new one is announced once.
        for (name, says) in [("522", None), ("checking", Some("Checking now")), ("stopped", Some("Stopped checking"))] {
            browser.evaluate("window.announced = []").await?;
            let tree = &gallery.page("panel", name)?.tree;
            browser.evaluate(&format!("window.draw({tree})")).await?;
            // Observers are called before the next task.
            let (_, said) = announced().await?;
            let expected = usize::from(says.is_some());
            ensure!(said.len() == expected, "{name}: announced {said:?}");
            ensure!(says.is_none_or(|says| said.iter().any(|it| it.contains(says))), "{name}: announced {said:?}");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// The elements with an animation or a transition that takes time.
const MOVING: &str = r#"
    const panel = document.querySelector("html > div[popover]")?.shadowRoot;
    return [...(panel ?? document).querySelectorAll("*")].filter((element) => {
        const { animationName, transitionDuration } = getComputedStyle(element);
        return animationName !== "none" || transitionDuration.split(",").some((time) => parseFloat(time) > 0.01);
    }).map(({ tagName, className }) => `${tagName}.${className.baseVal ?? className}`);
"#;

/// Test browsers prefer reduced motion.
pub(crate) async fn with_reduced_motion_nothing_moves(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        let moving = async |page: &Page| {
            open(browser, page).await?;
            Ok::<Vec<String>, anyhow::Error>(serde_json::from_value(browser.evaluate(MOVING).await?)?)
        };
        for (page, name) in [("panel", "522"), ("popup", "several"), ("host", "answered"), ("settings", "default")] {
            let found = moving(gallery.page(page, name)?).await?;
            ensure!(found.is_empty(), "{page}-{name} moves: {found:?}");
        }
        if run.kind == BrowserKind::Chrome {
            browser.prefer(&[("prefers-reduced-motion", "no-preference")]).await?;
            let found = moving(gallery.page("panel", "522")?).await?;
            ensure!(!found.is_empty(), "the test sees nothing move");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// The closed panel's height in pixels, and the number of its words before the details, without its bar and the countdown.
const SIZE: &str = r#"
    const panel = document.querySelector("html > div[popover]").shadowRoot.querySelector(".panel");
    const height = Math.round(panel.getBoundingClientRect().height);
    const body = panel.querySelector(panel.dataset.size === "small" ? ".chip" : ".body");
    const silent = [...body.querySelectorAll(".ring, .left")].map((element) => element.innerText.trim());
    const words = body.innerText.split(/\s+/u).filter((word) => word && word !== "·" && !silent.includes(word));
    return [height, words.length];
"#;

/// The most pixels and words of a closed panel, and of one that weighs two causes.
const MOST: (u32, u32) = (405, 45);
const MOST_OF_A_STUCK_CHALLENGE: (u32, u32) = (480, 80);

pub(crate) async fn every_closed_panel_is_low_and_short(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let browser = &harness.browser;
        let gallery = Gallery::write(Texts::Of(ENGLISH))?;
        let (mut faults, mut tallest, mut longest) = (Vec::new(), 0, 0);
        for page in gallery.pages().iter().filter(|page| page.page == "panel") {
            open(browser, page).await?;
            let (height, words): (u32, u32) = serde_json::from_value(browser.evaluate(SIZE).await?)?;
            println!("| {} | {words} | {height} |", page.name);
            let (high, long) = if page.name == "challenge-stuck" { MOST_OF_A_STUCK_CHALLENGE } else { MOST };
            if height > high || words > long {
                faults.push(format!("{}: {words} words, {height} px", page.name));
            }
            (tallest, longest) = (tallest.max(height), longest.max(words));
        }
        ensure!(faults.is_empty(), "{faults:#?}");
        ensure!(tallest > 100 && longest > 20, "nothing was measured: {tallest} px, {longest} words");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
