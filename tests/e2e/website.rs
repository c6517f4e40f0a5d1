//! The website: pasted text is analysed in the page and never leaves it.

use anyhow::{Result, ensure};
use rayback_testkit::browser::{Browser, SOON, eventually};
use rayback_testkit::edge::WEBSITE_HOST;
use serde_json::{Value, json};

use crate::harness::{Harness, Run};

/// An error page with markup that must stay text.
const HOSTILE: &str = "HTTP/2 530\ncf-ray: 0123456789abcdef-FRA\nserver: cloudflare\ncontent-type: text/html\n\n\
     <title>Origin DNS error | <img src=x onerror=alert(1)> | Cloudflare</title>\
     <div id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span data-translate=\"error\">Error</span> <span>1016</span></h1>\
     <span class=\"heading-ray-id\">Ray ID: 0123456789abcdef &bull;</span></div></div>";

pub(crate) async fn pasted_text_is_analysed_locally_and_never_leaves_the_page(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        let Harness { edge, browser, .. } = harness;
        browser.open(&format!("https://{WEBSITE_HOST}/")).await?;
        await_reading(browser, &["Paste something above"]).await?;
        let loaded = edge.requests(WEBSITE_HOST).len();

        paste(browser, "522").await?;
        await_reading(browser, &["522", "Connection timed out", "What you can do"]).await?;
        browser.shot("website-code").await?;

        paste(browser, HOSTILE).await?;
        await_reading(browser, &["1016", "Origin DNS error", "0123456789abcdef", "FRA", "530", "Evidence"]).await?;
        let markup =
            browser.evaluate("return document.querySelectorAll('#reading :is(img, script, a)').length").await?;
        ensure!(markup == json!(0), "text from the pasted page became markup");
        browser.shot("website-page").await?;

        paste(browser, "<html><title>503 Service Unavailable</title><hr><center>nginx</center>").await?;
        await_reading(browser, &["Not a Cloudflare error page"]).await?;

        // The browser may request the icon at any time.
        let later = edge.requests(WEBSITE_HOST).split_off(loaded);
        let uploads: Vec<_> = later.iter().filter(|request| request.path != "/favicon.ico").collect();
        ensure!(uploads.is_empty(), "the page made requests after it was loaded: {uploads:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

async fn paste(browser: &Browser, text: &str) -> Result<()> {
    let script = format!(
        "const pasted = document.getElementById('pasted'); pasted.value = {}; pasted.dispatchEvent(new Event('input'))",
        Value::from(text)
    );
    browser.evaluate(&script).await.map(|_| ())
}

async fn await_reading(browser: &Browser, wanted: &[&str]) -> Result<()> {
    let poll = async || {
        let text = browser.evaluate("return document.getElementById('reading').innerText").await?;
        Ok(wanted.iter().all(|part| text.as_str().is_some_and(|text| text.contains(part))).then_some(()))
    };
    eventually(&format!("reading with {wanted:?}"), SOON, poll).await
}
