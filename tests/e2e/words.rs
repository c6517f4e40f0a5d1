//! Texts: whether each comes from the words files and has room for a longer language.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use rayback_testkit::browser::{Profile, SOON, eventually};
use rayback_testkit::edge::Fault;

use crate::harness::{HOST, Harness, Run};

/// The texts of the current page that aren't between ⟦ and ⟧, apart from names of sites, numbers and the product's name, and
/// the elements whose text is cut off. A table may be wider than the page: it scrolls.
const FAULTS: &str = r#"
    const bare = [], clipped = [];
    const unmarked = text => {
        let rest = text;
        for (let before = ""; before !== rest; ) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/gu, "")];
        return /\p{L}/u.test(rest.replace(/\b[a-z.]+\.test\b/g, "").replace(/\b[0-9a-f]{16}\b/g, "").replace("Rayback", "").replace("Frankfurt", "")
            .replaceAll(/\d[\d/:., ]*(?:[AP]M)?|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g, ""));
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        // A host's name may break after each dot.
        const text = (parent.querySelector(":scope > wbr") ? parent.textContent : walker.currentNode.data).trim();
        // Each language's name is in that language.
        if (text === "" || parent.closest("script, style, pre, label[lang]")) continue;
        if (unmarked(text)) bare.push(text);
        if (parent.closest(".wide")) continue;
        if (parent.clientWidth > 0 && parent.scrollWidth > parent.clientWidth + 1) clipped.push(text);
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]")) {
        for (const name of ["aria-label", "title", "alt", "placeholder"]) {
            const text = element.getAttribute(name);
            if (text && unmarked(text)) bare.push(`${name}: ${text}`);
        }
    }
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) clipped.push("the page");
    return [document.body.innerText.includes("⟦"), bare, clipped];
"#;

/// Turns the current page from right to left.
const MIRROR: &str = "for (const element of document.querySelectorAll('[dir]')) element.dir = 'rtl';";

/// Replaces the English words with the marked and lengthened ones that the build writes for tests.
fn lengthen(profile: &Profile) -> Result<()> {
    let pseudo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/pseudo/en");
    for file in fs::read_dir(&pseudo).with_context(|| format!("no {}; run `cargo xtask build`", pseudo.display()))? {
        let file = file?;
        fs::copy(file.path(), profile.extension().join("words/en").join(file.file_name()))?;
    }
    Ok(())
}

pub(crate) async fn every_text_is_in_the_words_and_has_room(run: Run) -> Result<()> {
    let profile = Profile::new(run.kind)?;
    lengthen(&profile)?;
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open("https://shop.example.test/").await?;
        harness.await_text(&["⟦", "522"]).await?;
        harness.browser.shot("words-longer-panel").await?;
        // New evidence replaces elements while they're measured.
        let has_room = async || {
            let panel = harness.browser.await_panel().await?;
            for element in panel.all("button, summary, p, h2, span, dt, dd, li").await? {
                let [inner, outer] = ["scrollWidth", "clientWidth"].map(|name| element.prop(name));
                let (inner, outer): (i64, i64) = (number(inner.await?), number(outer.await?));
                ensure!(outer == 0 || inner <= outer + 1, "the panel cuts off {:?}", element.text().await?);
            }
            Ok(Some(()))
        };
        eventually("panel that cuts nothing off", SOON, has_room).await?;
        for page in ["popup.html", "settings.html", "history.html"] {
            harness.browser.open_own(page).await?;
            for (way, turn) in [("longer", ""), ("mirrored", MIRROR)] {
                let faults = async || {
                    let found = harness.browser.evaluate(&format!("{turn}{FAULTS}")).await?;
                    let (is_drawn, bare, clipped): (bool, Vec<String>, Vec<String>) = serde_json::from_value(found)?;
                    Ok(is_drawn.then_some((bare, clipped)))
                };
                let (bare, clipped) = eventually(&format!("{page} with its texts"), SOON, faults).await?;
                harness.browser.shot(&format!("words-{way}-{}", page.trim_end_matches(".html"))).await?;
                ensure!(bare.is_empty(), "{page} has texts that aren't in the words: {bare:?}");
                ensure!(clipped.is_empty(), "{page}, {way}, cuts off texts: {clipped:?}");
            }
        }
        Ok(())
    };
    Harness::start_in(run, Arc::new(profile)).await?.run(scenario).await
}

fn number(property: Option<String>) -> i64 {
    property.and_then(|text| text.parse().ok()).unwrap_or_default()
}
