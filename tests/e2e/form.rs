use anyhow::{Context as _, Result, ensure};
use rayback_testkit::browser::{BrowserKind, SOON, eventually};
use rayback_testkit::edge::Fault;
use serde_json::Value;

use crate::harness::{HOST, Harness, LONG, Run};

pub(crate) async fn a_form_result_is_explained_and_never_sent_again(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.browser.open("https://shop.example.test/").await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.browser.click("#send").await?;
        harness.await_text(&["521", "Not reloading", "form"]).await?;
        harness.browser.shot("form").await?;
        harness.edge.heal(HOST);
        tokio::time::sleep(LONG).await;
        let orders = harness.documents(HOST).into_iter().filter(|(_, path, _)| path == "/order");
        let methods: Vec<_> = orders.map(|(method, ..)| method).collect();
        ensure!(methods == ["POST"], "the form was sent or its address requested again: {methods:?}");
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// One way to a failing document.
struct Way {
    /// Its name, and the path of the document.
    name: &'static str,
    /// Prepares the healthy page; `TARGET` is the failing document's address, `SITE` the healthy page's origin.
    script: &'static str,
    /// How the document is then requested.
    go: Go,
    /// The accepted methods.
    methods: &'static [&'static str],
}

enum Go {
    /// By the script itself.
    Already,
    /// By the user's click on `#go`.
    Click,
    /// By the user's click on `#go` in a frame from another site.
    ClickInFrame,
    /// By typing the address.
    Typed,
}

const FORM: &str = "document.body.innerHTML = '<form id=form method=post action=\"TARGET\"><input name=a value=1><button id=go>go</button></form>';";
const OTHER: &[&str] = &["other"];
const OTHER_OR_UNKNOWN: &[&str] = &["other", "unknown"];
const GET: &[&str] = &["get"];

/// The ways without a form.
const LINKS: &[&str] = &["link", "link-in-a-new-tab", "typed", "redirect"];

/// Those by GET come first, because these tests, unlike users, would click a link within half a second of a form's
/// answer.
const WAYS: &[Way] = &[
    Way { name: "link", script: "form.outerHTML = '<a id=go href=\"TARGET\">go</a>'", go: Go::Click, methods: GET },
    Way {
        name: "link-in-a-new-tab",
        script: "form.outerHTML = '<a id=go target=_blank href=\"TARGET\">go</a>'",
        go: Go::Click,
        methods: GET,
    },
    Way { name: "typed", script: "", go: Go::Typed, methods: GET },
    Way {
        name: "redirect",
        script: "form.outerHTML = '<a id=go href=\"SITE/see-other?to=TARGET\">go</a>'",
        go: Go::Click,
        methods: GET,
    },
    Way { name: "get-form", script: "form.method = 'get'", go: Go::Click, methods: GET },
    Way {
        name: "script-after-reading-the-form",
        script: "form.onsubmit = (event) => { event.preventDefault(); new FormData(form); location = 'TARGET'; }",
        go: Go::Click,
        methods: GET,
    },
    Way { name: "button", script: "", go: Go::Click, methods: OTHER },
    Way { name: "submit", script: "form.submit()", go: Go::Already, methods: OTHER },
    Way { name: "request-submit", script: "form.requestSubmit()", go: Go::Already, methods: OTHER },
    Way { name: "new-tab", script: "form.target = '_blank'", go: Go::Click, methods: OTHER_OR_UNKNOWN },
    Way {
        name: "new-tab-by-script",
        script: "form.target = '_blank'; form.onsubmit = () => { form.submit(); return false; }",
        go: Go::Click,
        methods: OTHER_OR_UNKNOWN,
    },
    Way {
        name: "button-of-its-own",
        script: "form.action = '/elsewhere'; form.method = 'get'; go.formAction = 'TARGET'; go.formMethod = 'post'",
        go: Go::Click,
        methods: OTHER,
    },
    Way {
        name: "see-other",
        script: "form.action = 'SITE/see-other?to=TARGET'",
        go: Go::Click,
        methods: OTHER_OR_UNKNOWN,
    },
    Way { name: "frame", script: "form.target = '_top'", go: Go::ClickInFrame, methods: OTHER_OR_UNKNOWN },
];

pub(crate) async fn the_request_method_is_known_with_tls(run: Run) -> Result<()> {
    methods_are_known(run, "https").await
}

pub(crate) async fn the_request_method_is_known_without_tls(run: Run) -> Result<()> {
    methods_are_known(run, "http").await
}

async fn methods_are_known(run: Run, scheme: &str) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.edge.fault(HOST, Fault::Refuses);
        reloads(harness, scheme, "typed").await?;
        // Under its driver, Chromium sends no form from a page without TLS, not even by GET, so only links are tried.
        let sends_forms = scheme == "https" || run.kind == BrowserKind::Firefox;
        let ways = || WAYS.iter().filter(|way| sends_forms || LINKS.contains(&way.name));
        for way in ways() {
            let method = arrive(harness, way, scheme).await?;
            ensure!(way.methods.contains(&method.as_str()), "{}: found {method}, not {:?}", way.name, way.methods);
        }
        harness.edge.heal(HOST);
        tokio::time::sleep(LONG).await;
        for way in ways().filter(|way| way.methods != GET) {
            let path = format!("/{}", way.name);
            let asked = harness.documents(HOST).into_iter().filter(|(_, asked, _)| *asked == path).count();
            ensure!(asked == 1, "{}: sent or requested {asked} times", way.name);
        }
        // Only in Chromium, because Firefox first shows a prompt, which a script can't answer.
        if run.kind == BrowserKind::Chrome && sends_forms {
            harness.edge.fault(HOST, Fault::Refuses);
            reloads(harness, scheme, "button").await?;
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

/// Goes one way, and returns the stored method.
async fn arrive(harness: &Harness, way: &Way, scheme: &str) -> Result<String> {
    let browser = &harness.browser;
    let (site, target) = (format!("{scheme}://news.example.org"), format!("{scheme}://{HOST}/{}", way.name));
    let script = |script: &str| script.replace("TARGET", &target).replace("SITE", &site);
    browser.open(&format!("{site}/")).await?;
    let prepare =
        script(&format!("{FORM} const form = document.forms.form, go = document.querySelector('#go'); {}", way.script));
    if matches!(way.go, Go::ClickInFrame) {
        let frame = format!("document.body.innerHTML = '<iframe src=\"{scheme}://pay.example.net/\"></iframe>'");
        browser.evaluate(&frame).await?;
        let filled = async || {
            browser
                .evaluate_in_frame("iframe", &format!("if (document.readyState !== 'complete' || !document.querySelector('#healthy')) throw 0; {prepare}"))
                .await?;
            Ok(Some(()))
        };
        eventually("frame", SOON, filled).await?;
    } else {
        browser.evaluate(&prepare).await?;
    }
    match way.go {
        Go::Already => {}
        Go::Click => browser.click("#go").await?,
        Go::ClickInFrame => browser.click_in_frame("iframe", "#go").await?,
        Go::Typed => browser.open(&target).await?,
    }
    method_of(harness, scheme, way.name).await
}

/// The stored method of the document with this path.
async fn method_of(harness: &Harness, scheme: &str, name: &str) -> Result<String> {
    let look = async || {
        let Some(watch) = harness.watch(&format!("{scheme}://{HOST}")).await? else { return Ok(None) };
        let tabs = watch.get("tabs").and_then(Value::as_array).cloned().unwrap_or_default();
        let is_it = |tab: &&Value| tab.pointer("/url/path").and_then(Value::as_str) == Some(&format!("/{name}"));
        let method = tabs.iter().find(is_it).and_then(|tab| tab.get("method")).and_then(Value::as_str);
        Ok(method.map(str::to_owned))
    };
    eventually(&format!("watch of /{name}"), SOON, look).await
}

/// Reloading keeps the method.
async fn reloads(harness: &Harness, scheme: &str, name: &str) -> Result<()> {
    let way = WAYS.iter().find(|way| way.name == name).with_context(|| format!("no way is named {name}"))?;
    let earlier = harness.documents(HOST).len();
    let before = arrive(harness, way, scheme).await?;
    harness.browser.evaluate("setTimeout(() => location.reload())").await?;
    let asked = async || Ok((harness.documents(HOST).len() >= earlier + 2).then_some(()));
    eventually("reload", SOON, asked).await?;
    harness.await_text(&["521"]).await?;
    let after = method_of(harness, scheme, name).await?;
    ensure!(before == after, "{name}: a reload changed {before} to {after}");
    Ok(())
}
