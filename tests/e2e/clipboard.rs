//! The text that a copy button puts on the clipboard, read by pasting it elsewhere.

use anyhow::{Context, Result, ensure};
use rayback_testkit::browser::{SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::json;

use crate::harness::{HOST, Harness, Run};

/// An address with a private query.
const URL: &str = "https://shop.example.test/cart?token=secret";
/// The visitor's IP address, as shown by the edge and its pages.
const VISITOR: &str = "192.0.2.17";
/// A healthy page, with a field to paste into.
const DESK: &str = "https://other.example.test/";

pub(crate) async fn copied_text_can_be_pasted_and_contains_nothing_private(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        // Long enough that no retry interferes.
        harness.settings(json!({"stepsS": [300]})).await?;
        harness.edge.fault(HOST, Fault::NeverAnswers);
        harness.browser.open(URL).await?;
        harness.await_details(&["522", HOST, "reports no problems"]).await?;

        let panel = harness.browser.await_panel().await?;
        let ray = panel.all(".ray code").await?.first().context("the panel shows no Ray ID")?.text().await?;
        ensure!(ray.len() == 16 && ray.bytes().all(|byte| byte.is_ascii_hexdigit()), "{ray} isn't a Ray ID");
        let pasted = copy(harness, "Copy").await?;
        ensure!(pasted == ray, "the Ray ID is {ray}, but {pasted:?} was copied");

        let report = copy(harness, "Copy a report for the site").await?;
        for part in ["522", "https://shop.example.test/cart", &ray, "It's the site, not you.", "FRA"] {
            ensure!(report.contains(part), "the report lacks {part:?}: {report}");
        }
        ensure!(!report.contains("secret"), "the report contains the query: {report}");
        ensure!(!report.contains(VISITOR), "the report contains the visitor's address without consent: {report}");

        let page = copy(harness, "Is this wrong? Copy the page for a bug report").await?;
        for part in ["cf-error-details", "Connection timed out", "522"] {
            ensure!(page.contains(part), "the copied page lacks {part:?}: {page}");
        }
        for private in [ray.as_str(), "secret", VISITOR] {
            ensure!(!page.contains(private), "the copied page contains {private:?}: {page}");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Presses a copy button, pastes in another tab and returns the text.
async fn copy(harness: &Harness, button: &str) -> Result<String> {
    harness.press(button).await?;
    harness.await_text(&["Copied"]).await?;
    let pasted = harness.browser.paste(DESK).await?;
    // "Copied" disappears after two seconds; until then it can't be distinguished from the next one.
    let gone = async || {
        let text = harness.browser.await_panel().await?.text().await?;
        Ok((!text.contains("Copied")).then_some(()))
    };
    eventually("original button", SOON, gone).await?;
    Ok(pasted)
}
