//! The parts specific to Chromium: its service worker and its extensions page.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::WebDriver;

/// The extension's identifier, which Chromium derives from its path.
pub(super) async fn extension_id(session: &WebDriver) -> Result<String> {
    let url = worker_url(session).await?.context("the extension has no worker yet")?;
    Ok(url.split('/').nth(2).context("the worker has no host")?.to_owned())
}

/// The address of a running worker of an extension.
pub(super) async fn worker_url(session: &WebDriver) -> Result<Option<String>> {
    let targets = session.cdp().send_raw("Target.getTargets", json!({})).await?;
    let targets = targets.get("targetInfos").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(targets
        .iter()
        .filter(|target| target.get("type").and_then(Value::as_str) == Some("service_worker"))
        .filter_map(|target| target.get("url")?.as_str())
        .find(|url| url.starts_with("chrome-extension://"))
        .map(str::to_owned))
}

pub(super) async fn stop_worker(session: &WebDriver) -> Result<()> {
    session.cdp().send_raw("ServiceWorker.enable", json!({})).await?;
    session.cdp().send_raw("ServiceWorker.stopAllWorkers", json!({})).await?;
    Ok(())
}

/// The errors listed on Chromium's extensions page.
pub(super) async fn complaints(session: &WebDriver, base: &str) -> Result<Vec<String>> {
    let script = "const [id, done] = arguments; chrome.developerPrivate.getExtensionInfo(id).then(info => \
         done([...info.manifestErrors, ...info.runtimeErrors].map(error => `${error.source}: ${error.message}`)))";
    Ok(serde_json::from_value(on_extensions_page(session, base, script).await?)?)
}

/// Sets site access to "On click" instead of "On all sites".
pub(super) async fn withhold_access(session: &WebDriver, base: &str) -> Result<()> {
    let script = "const [extensionId, done] = arguments; \
         chrome.developerPrivate.updateExtensionConfiguration({extensionId, hostAccess: 'ON_CLICK'}).then(() => done(null))";
    on_extensions_page(session, base, script).await.map(drop)
}

/// Switches on "Allow in Incognito".
pub(super) async fn allow_private(session: &WebDriver, base: &str) -> Result<()> {
    let script = "const [extensionId, done] = arguments; \
         chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true}) \
             .then(() => chrome.developerPrivate.updateExtensionConfiguration({extensionId, incognitoAccess: true})) \
             .then(() => done(null))";
    on_extensions_page(session, base, script).await.map(drop)
}

/// Reloads the unpacked extension, which Chromium does only in developer mode.
pub(super) async fn reload(session: &WebDriver, base: &str) -> Result<()> {
    let script = "const [id, done] = arguments; \
         chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true}) \
             .then(() => chrome.developerPrivate.reload(id, {failQuietly: true})).then(() => done(null))";
    on_extensions_page(session, base, script).await.map(drop)
}

/// Chromium's warnings about the manifest. It gives them only in developer mode and only when it loads the extension, so
/// this reloads it.
pub(super) async fn manifest_warnings(session: &WebDriver, base: &str) -> Result<Vec<String>> {
    let script = "const [id, done] = arguments; (async () => { \
             await chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true}); \
             const loaded = new Promise(resolve => chrome.developerPrivate.onItemStateChanged.addListener( \
                 change => { if (change.event_type === 'LOADED' && change.item_id === id) resolve(); })); \
             await chrome.developerPrivate.reload(id, {failQuietly: true}); \
             await loaded; \
             const {manifestErrors} = await chrome.developerPrivate.getExtensionInfo(id); \
             return manifestErrors.map(error => error.message); \
         })().then(done)";
    Ok(serde_json::from_value(on_extensions_page(session, base, script).await?)?)
}

/// Runs a script on `chrome://extensions/`, with the extension's identifier as its argument.
async fn on_extensions_page(session: &WebDriver, base: &str, script: &str) -> Result<Value> {
    let before = session.window().await?;
    let tab = session.new_tab().await?;
    session.switch_to_window(tab).await?;
    session.goto("chrome://extensions/").await?;
    let id = base.rsplit('/').next().unwrap_or_default();
    let result = session.execute_async(script, vec![id.into()]).await;
    session.close_window().await?;
    session.switch_to_window(before).await?;
    Ok(result?.json().clone())
}
