//! The parts specific to Firefox: its event page, its console and its menus.

use anyhow::Result;
use serde_json::Value;
use thirtyfour::WebDriver;

use super::wire;
use crate::launch::capabilities::FIREFOX_HOST;

/// The state of the event page in Firefox's terms: `running`, `stopped` or something in between.
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

/// Switches "Work Offline" on or off.
pub(super) async fn work_offline(session: &WebDriver, is_offline: bool) -> Result<()> {
    let script = "const [offline, done] = arguments; Services.io.offline = offline; done(null)";
    wire::in_firefox(session, script, vec![is_offline.into()]).await?;
    Ok(())
}

/// Makes pages dark or light, regardless of the system.
pub(super) async fn prefer_dark(session: &WebDriver, is_dark: bool) -> Result<()> {
    let script = "const [dark, done] = arguments; \
        Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', dark ? 0 : 1); done(null)";
    wire::in_firefox(session, script, vec![is_dark.into()]).await?;
    Ok(())
}

/// Switches on "Run in Private Windows".
pub(super) async fn allow_private(session: &WebDriver, id: &str) -> Result<()> {
    let script = "const [id, done] = arguments; (async () => { \
        const {ExtensionPermissions} = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs'); \
        const {AddonManager} = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs'); \
        const {extension} = WebExtensionPolicy.getByID(id); \
        await ExtensionPermissions.add(id, {permissions: ['internal:privateBrowsingAllowed'], origins: []}, extension); \
        await (await AddonManager.getAddonByID(id)).reload(); })().then(() => done(null), error => done(String(error)))";
    match wire::in_firefox(session, script, vec![id.into()]).await? {
        Value::Null => Ok(()),
        error => anyhow::bail!("cannot allow the extension in private windows: {error}"),
    }
}

/// The messages about the extension in Firefox's console.
pub(super) async fn complaints(session: &WebDriver, id: &str) -> Result<Vec<String>> {
    let script = "const [id, host, done] = arguments; \
        done(Services.console.getMessageArray().map(message => String(message)) \
            .filter(text => text.includes(id) || text.includes(host)))";
    let found = wire::in_firefox(session, script, vec![id.into(), FIREFOX_HOST.into()]).await?;
    Ok(serde_json::from_value(found)?)
}
