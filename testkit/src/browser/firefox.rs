//! Firefox's side: its preferences, its event page.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::CapabilitiesHelper;
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::{Capabilities, DesiredCapabilities, WebDriver};

use super::{Display, Install, Make, Profile, Setup, program, wire};
use crate::edge::Edge;

/// The host of the extension's pages, which Firefox would otherwise draw by lot.
pub(super) const HOST: &str = "b6f1ec5e-0c26-4d0e-9c2c-5d2b0f1a7e11";

pub(super) fn capabilities(edge: &Edge, profile: &Profile, setup: Setup, id: &str) -> Result<Capabilities> {
    let mut firefox = DesiredCapabilities::firefox();
    firefox.set_firefox_binary(&program::browser(Make::Firefox).to_string_lossy())?;
    firefox.accept_insecure_certs(true)?;
    if setup.display == Display::Headless {
        firefox.add_arg("-headless")?;
    }
    for argument in ["-profile", &profile.browser().to_string_lossy()] {
        firefox.add_arg(argument)?;
    }
    let mut preferences = FirefoxPreferences::new();
    if setup.display == Display::Headless {
        // A picture in the middle of a movement shows nothing.
        preferences.set("ui.prefersReducedMotion", 1)?;
    }
    preferences.set("network.dns.forceResolve", "127.0.0.1")?;
    let ports = format!("80={};443={}", edge.http().port(), edge.https().port());
    preferences.set("network.socket.forcePort", ports)?;
    preferences.set("dom.security.https_first", false)?;
    preferences.set("extensions.webextensions.uuids", json!({id: HOST}).to_string())?;
    // A person who continues where they left off.
    preferences.set("browser.startup.page", 3)?;
    preferences.set("browser.sessionstore.resume_from_crash", true)?;
    // Only a test's own order ends the event page.
    preferences.set("extensions.background.idle.timeout", 600_000)?;
    preferences.set("extensions.webextOptionalPermissionPrompts", false)?;
    if setup.install == Install::Permanent {
        preferences.set("xpinstall.signatures.required", false)?;
        preferences.set("extensions.autoDisableScopes", 0)?;
        preferences.set("extensions.startupScanScopes", 15)?;
    }
    firefox.set_preferences(preferences)?;
    Ok(firefox.into())
}

/// `running`, `stopped` and what lies between, in Firefox's own words.
pub(super) async fn worker_state(session: &WebDriver, id: &str) -> Result<Value> {
    let script =
        "const [id, done] = arguments; done(WebExtensionPolicy.getByID(id)?.extension?.backgroundState ?? null)";
    wire::in_firefox(session, script, vec![id.into()]).await
}

pub(super) async fn stop_worker(session: &WebDriver, id: &str) -> Result<()> {
    let script = "const [id, done] = arguments; \
        WebExtensionPolicy.getByID(id).extension.terminateBackground({ignoreDevToolsAttached: true}).then(() => done(null))";
    wire::in_firefox(session, script, vec![id.into()]).await?;
    Ok(())
}

/// "Work Offline".
pub(super) async fn work_offline(session: &WebDriver, is_offline: bool) -> Result<()> {
    let script = "const [offline, done] = arguments; Services.io.offline = offline; done(null)";
    wire::in_firefox(session, script, vec![is_offline.into()]).await?;
    Ok(())
}

/// "Run in Private Windows".
pub(super) async fn allow_private(session: &WebDriver, id: &str) -> Result<()> {
    let script = "const [id, done] = arguments; (async () => { \
        const {ExtensionPermissions} = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs'); \
        const {AddonManager} = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs'); \
        const {extension} = WebExtensionPolicy.getByID(id); \
        await ExtensionPermissions.add(id, {permissions: ['internal:privateBrowsingAllowed'], origins: []}, extension); \
        await (await AddonManager.getAddonByID(id)).reload(); })().then(() => done(null), why => done(String(why)))";
    match wire::in_firefox(session, script, vec![id.into()]).await? {
        Value::Null => Ok(()),
        why => anyhow::bail!("the extension is not let into private windows: {why}"),
    }
}

/// What Firefox's console says of the extension.
pub(super) async fn complaints(session: &WebDriver, id: &str) -> Result<Vec<String>> {
    let script = "const [id, host, done] = arguments; \
        done(Services.console.getMessageArray().map(message => String(message)) \
            .filter(text => text.includes(id) || text.includes(host)))";
    let found = wire::in_firefox(session, script, vec![id.into(), HOST.into()]).await?;
    Ok(serde_json::from_value(found)?)
}
