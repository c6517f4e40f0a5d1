//! What a copy really puts on the clipboard, read by pasting it elsewhere.

use anyhow::{Context, Result, ensure};
use rayback_tests::browser::{SOON, eventually};
use rayback_tests::edge::Fault;
use serde_json::json;

use crate::stage::{HOST, Run, Stage};

/// An address whose query is nobody's business.
const URL: &str = "https://shop.example.test/cart?token=secret";
/// The visitor's address, as the edge and its pages tell it.
const VISITOR: &str = "192.0.2.17";
/// A healthy page, with a field to paste into.
const DESK: &str = "https://other.example.test/";

pub(crate) async fn what_is_copied_can_be_pasted_and_holds_nothing_private(run: Run) -> Result<()> {
    let scene = async |stage: &mut Stage| {
        // Nothing is tried again while somebody reads.
        stage.settings(json!({"stepsS": [300]})).await?;
        stage.edge.fault(HOST, Fault::NeverAnswers);
        stage.browser.open(URL).await?;
        stage.await_text(&["522", HOST, "reports no incident"]).await?;

        let panel = stage.browser.await_panel().await?;
        let ray = panel.all(".ray code").await?.first().context("the panel shows no Ray ID")?.text().await?;
        ensure!(ray.len() == 16 && ray.bytes().all(|byte| byte.is_ascii_hexdigit()), "{ray} is no Ray ID");
        let pasted = copy(stage, "Copy").await?;
        ensure!(pasted == ray, "the Ray ID is {ray}, and {pasted:?} was copied");

        stage.unfold("Details").await?;
        let report = copy(stage, "Copy a report for the site").await?;
        for part in ["522", "https://shop.example.test/cart", &ray, "It's the site, not you.", "FRA"] {
            ensure!(report.contains(part), "the report lacks {part:?}: {report}");
        }
        ensure!(!report.contains("secret"), "the report holds the query: {report}");
        ensure!(!report.contains(VISITOR), "the report holds the visitor's address unasked: {report}");

        let panel = stage.browser.await_panel().await?;
        panel.all("input[type=checkbox]").await?.first().context("there is no box to tick")?.click().await?;
        let report = copy(stage, "Copy a report for the site").await?;
        ensure!(report.contains(VISITOR), "the report lacks the visitor's address: {report}");

        let page = copy(stage, "Is this wrong? Copy the page for a bug report").await?;
        for part in ["cf-error-details", "Connection timed out", "522"] {
            ensure!(page.contains(part), "the copied page lacks {part:?}: {page}");
        }
        for private in [ray.as_str(), "secret", VISITOR] {
            ensure!(!page.contains(private), "the copied page holds {private:?}: {page}");
        }
        Ok(())
    };
    Stage::set(run).await?.play(scene).await
}

/// Presses a button that copies, and pastes in another tab.
async fn copy(stage: &Stage, button: &str) -> Result<String> {
    stage.press(button).await?;
    stage.await_text(&["Copied"]).await?;
    let pasted = stage.browser.paste(DESK).await?;
    // The word "Copied" goes after two seconds; until then it is not told from the next one.
    let gone = async || {
        let text = stage.browser.await_panel().await?.text().await?;
        Ok((!text.contains("Copied")).then_some(()))
    };
    eventually("button as it was", SOON, gone).await?;
    Ok(pasted)
}
