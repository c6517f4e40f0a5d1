//! Derives each browser's manifest from the common `manifest.json`.
//!
//! The source has both browsers' keys, and either browser accepts it, but warns about the other's keys. So each browser
//! gets only its own. The version is the workspace's.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use crate::browser::Browser;
use crate::workspace;

/// Writes the browser's manifest into its folder.
///
/// # Errors
/// If the source can't be read or isn't an object, or the file can't be written.
pub(crate) fn write(browser: Browser, folder: &Path) -> Result<()> {
    let path = workspace::root().join("manifest.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let source = serde_json::from_str(&text).with_context(|| format!("{} is not a JSON object", path.display()))?;
    let manifest = serde_json::to_string_pretty(&derive(source, browser))?;
    let target = folder.join("manifest.json");
    fs::write(&target, manifest + "\n").with_context(|| format!("cannot write {}", target.display()))
}

/// The browser's part of the source.
fn derive(mut manifest: Map<String, Value>, browser: Browser) -> Map<String, Value> {
    let (theirs, background) = match browser {
        Browser::Chrome => ("browser_specific_settings", "scripts"),
        Browser::Firefox => ("minimum_chrome_version", "service_worker"),
    };
    manifest.remove(theirs);
    if let Some(Value::Object(keys)) = manifest.get_mut("background") {
        keys.remove(background);
    }
    manifest.insert("version".into(), env!("CARGO_PKG_VERSION").into());
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(browser: Browser) -> Value {
        let source = fs::read_to_string(workspace::root().join("manifest.json")).unwrap();
        Value::Object(derive(serde_json::from_str(&source).unwrap(), browser))
    }

    #[test]
    fn chrome_gets_a_service_worker_and_no_firefox_keys() {
        let manifest = derived(Browser::Chrome);
        assert_eq!(manifest["background"]["service_worker"], "background.js");
        assert_eq!(manifest["background"].get("scripts"), None);
        assert_eq!(manifest["minimum_chrome_version"], "123");
        assert_eq!(manifest.get("browser_specific_settings"), None);
    }

    #[test]
    fn firefox_gets_scripts_and_no_chrome_keys() {
        let manifest = derived(Browser::Firefox);
        assert_eq!(manifest["background"]["scripts"], serde_json::json!(["background.js"]));
        assert_eq!(manifest["background"].get("service_worker"), None);
        assert_eq!(manifest["browser_specific_settings"]["gecko"]["strict_min_version"], "142.0");
        assert_eq!(manifest.get("minimum_chrome_version"), None);
    }

    #[test]
    fn both_get_the_workspace_version() {
        for browser in Browser::ALL {
            assert_eq!(derived(browser)["version"], env!("CARGO_PKG_VERSION"));
        }
    }

    /// Firefox's default policy has `upgrade-insecure-requests`. Our own policy must not, or every probe of an http site
    /// would be sent over https.
    #[test]
    fn requests_to_http_sites_are_not_upgraded() {
        for browser in Browser::ALL {
            let manifest = derived(browser);
            let policy = manifest["content_security_policy"]["extension_pages"].as_str().unwrap();
            assert!(!policy.contains("upgrade-insecure-requests"), "{policy}");
        }
    }
}
