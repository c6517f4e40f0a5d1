//! The WebDriver capabilities of both browsers: switches, preferences, and name resolution to the edge.

use serde_json::{Map, Value, json};

use super::{BrowserKind, Display, Install, Profile, Setup, program};
use crate::edge::Edge;
use crate::outside::Service;

/// The identifier of the extension in Firefox, from `manifest.json`.
pub(crate) const GECKO_ID: &str = "rayback@rayback.example";

/// The host of the extension's pages in Firefox, which is random by default.
pub(crate) const FIREFOX_HOST: &str = "b6f1ec5e-0c26-4d0e-9c2c-5d2b0f1a7e11";

/// The capabilities for a session on this profile.
pub(crate) fn of(edge: &Edge, profile: &Profile, setup: Setup) -> Map<String, Value> {
    let (key, options) = match profile.kind() {
        BrowserKind::Chrome => ("goog:chromeOptions", chrome(edge, profile, setup.display)),
        BrowserKind::Firefox => ("moz:firefoxOptions", firefox(edge, profile, setup)),
    };
    Map::from_iter([("acceptInsecureCerts".to_owned(), true.into()), (key.to_owned(), options)])
}

/// The key of the returned capability that names the browser's main process.
pub(crate) const fn process_id_key(kind: BrowserKind) -> &'static str {
    match kind {
        BrowserKind::Chrome => "goog:processID",
        BrowserKind::Firefox => "moz:processID",
    }
}

fn chrome(edge: &Edge, profile: &Profile, display: Display) -> Value {
    let mut switches = [
        // Containers run the tests as root, and the sandbox refuses to run as root.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        // The user setting "Continue where you left off".
        "--restore-last-session",
    ]
    .map(str::to_owned)
    .to_vec();
    if profile.extension().exists() {
        switches.push(format!("--load-extension={}", profile.extension().display()));
    }
    switches.push(format!("--user-data-dir={}", profile.browser().display()));
    switches.push(format!("--host-resolver-rules={}", resolver_rules(edge)));
    let mut options = json!({"binary": program::browser(BrowserKind::Chrome).to_string_lossy()});
    match display {
        Display::Headless => {
            switches.push("--headless=new".into());
            // A screenshot in the middle of an animation shows nothing useful.
            switches.push("--force-prefers-reduced-motion".into());
        }
        // Hides the bar that says the browser is controlled by a test.
        Display::Windows => insert(&mut options, "excludeSwitches", json!(["enable-automation"])),
    }
    insert(&mut options, "args", json!(switches));
    options
}

/// Maps the hosts of the tests to the edge and all others to nothing.
fn resolver_rules(edge: &Edge) -> String {
    let (http, https) = (edge.http(), edge.https());
    let mut rules = Vec::new();
    for host in ["*.example.test", "*.example.org", "*.example.net"].into_iter().chain(Service::HOSTS) {
        rules.push(format!("MAP {host}:80 {http}"));
        rules.push(format!("MAP {host}:443 {https}"));
    }
    rules.push("MAP * ~NOTFOUND".into());
    rules.push("EXCLUDE 127.0.0.1".into());
    rules.join(", ")
}

fn firefox(edge: &Edge, profile: &Profile, setup: Setup) -> Value {
    let mut preferences = json!({
        "network.dns.forceResolve": "127.0.0.1",
        "network.socket.forcePort": format!("80={};443={}", edge.http().port(), edge.https().port()),
        "dom.security.https_first": false,
        "extensions.webextensions.uuids": json!({GECKO_ID: FIREFOX_HOST}).to_string(),
        // The user setting "Open previous windows and tabs".
        "browser.startup.page": 3,
        "browser.sessionstore.resume_from_crash": true,
        // Only a test's own command stops the event page.
        "extensions.background.idle.timeout": 600_000,
        "extensions.webextOptionalPermissionPrompts": false,
    });
    let mut arguments = vec!["-profile".to_owned(), profile.browser().to_string_lossy().into_owned()];
    if setup.display == Display::Headless {
        arguments.push("-headless".into());
        // A screenshot in the middle of an animation shows nothing useful.
        insert(&mut preferences, "ui.prefersReducedMotion", 1.into());
    }
    if setup.install == Install::Permanent {
        insert(&mut preferences, "xpinstall.signatures.required", false.into());
        insert(&mut preferences, "extensions.autoDisableScopes", 0.into());
        insert(&mut preferences, "extensions.startupScanScopes", 15.into());
    }
    json!({
        "binary": program::browser(BrowserKind::Firefox).to_string_lossy(),
        "args": arguments,
        "prefs": preferences,
    })
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(object) = object {
        object.insert(key.to_owned(), value);
    }
}
