//! The browsers that are compared, each with one extension or with none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rayback_testkit::browser::{Browser, BrowserKind, Profile, Setup};
use rayback_testkit::edge::Edge;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The name of the browser without an extension.
pub(crate) const NONE: &str = "no extension";

/// The name of the extension that all must be compared with: any content script costs that much.
pub(crate) const EMPTY: &str = "empty document_start";

/// Our own name.
pub(crate) const RAYBACK: &str = "Rayback";

/// The name of an extension with a popup that shows one word.
pub(crate) const POPUP: &str = "one word";

/// A browser with its extension.
pub(crate) struct Contestant {
    pub(crate) name: String,
    pub(crate) browser: Browser,
    /// Whether it was named with `--peer`.
    pub(crate) is_peer: bool,
}

impl Contestant {
    /// Everything that pages are compared with. The browser without an extension comes first and last, which shows the drift.
    pub(crate) async fn all(kind: BrowserKind, peers: &[String], edge: &Edge, folder: &TempDir) -> Result<Vec<Self>> {
        let mut contestants = vec![Self::start(NONE, kind, None, edge).await?];
        for (name, keys) in stand_ins(kind) {
            contestants.push(Self::stand_in(name, kind, keys, edge, folder).await?);
        }
        contestants.extend(Self::whole(kind, peers, edge).await?);
        contestants.push(Self::start(&format!("{NONE}, again"), kind, None, edge).await?);
        Ok(contestants)
    }

    /// The browser without an extension, and the whole extensions: ours and the peers.
    pub(crate) async fn few(peers: &[String], edge: &Edge) -> Result<Vec<Self>> {
        let mut contestants = vec![Self::start(NONE, BrowserKind::Chrome, None, edge).await?];
        contestants.extend(Self::whole(BrowserKind::Chrome, peers, edge).await?);
        Ok(contestants)
    }

    /// Rayback alone, in Chromium.
    pub(crate) async fn rayback(edge: &Edge) -> Result<Self> {
        let browser = Browser::start(BrowserKind::Chrome, edge).await?;
        Ok(Self { name: RAYBACK.to_owned(), browser, is_peer: false })
    }

    async fn whole(kind: BrowserKind, peers: &[String], edge: &Edge) -> Result<Vec<Self>> {
        let browser = Browser::start(kind, edge).await?;
        let mut contestants = vec![Self { name: RAYBACK.to_owned(), browser, is_peer: false }];
        for peer in peers {
            let (name, path) = peer.split_once('=').with_context(|| format!("{peer} isn't NAME=DIR"))?;
            let contestant = Self::start(name, kind, Some(&PathBuf::from(path)), edge).await?;
            contestants.push(Self { is_peer: true, ..contestant });
        }
        Ok(contestants)
    }

    /// An extension whose popup shows one word, without a script.
    pub(crate) async fn with_popup(edge: &Edge, folder: &TempDir) -> Result<Self> {
        let keys = json!({"action": {"default_popup": "popup.html"}, "background": {"service_worker": "empty.js"}});
        Self::stand_in(POPUP, BrowserKind::Chrome, keys, edge, folder).await
    }

    async fn start(name: &str, kind: BrowserKind, extension: Option<&Path>, edge: &Edge) -> Result<Self> {
        let profile = Arc::new(Profile::with_extension(kind, extension)?);
        let browser = Browser::start_with(profile, Setup::default(), edge).await?;
        Ok(Self { name: name.to_owned(), browser, is_peer: false })
    }

    /// An extension that does only what its manifest says.
    async fn stand_in(name: &str, kind: BrowserKind, keys: Value, edge: &Edge, folder: &TempDir) -> Result<Self> {
        let path = folder.path().join(format!("{}-{}", kind.name(), name.replace(' ', "-")));
        fs::create_dir_all(&path)?;
        let mut manifest = json!({"manifest_version": 3, "name": name, "version": "1"});
        if let (Some(manifest), Value::Object(keys)) = (manifest.as_object_mut(), keys) {
            manifest.extend(keys);
        }
        fs::write(path.join("manifest.json"), manifest.to_string())?;
        fs::write(path.join("empty.js"), "")?;
        fs::write(path.join("popup.html"), "<!doctype html><title>popup</title><p>word</p>")?;
        let rule = json!([{
            "id": 1,
            "condition": {"resourceTypes": ["main_frame"], "requestMethods": ["post"]},
            "action": {
                "type": "modifyHeaders",
                "responseHeaders": [{"header": "Server-Timing", "operation": "append", "value": "mark;desc=post"}],
            },
        }]);
        fs::write(path.join("rule.json"), rule.to_string())?;
        Self::start(name, kind, Some(&path), edge).await
    }
}

/// The mechanisms that extensions of this kind use, one each.
fn stand_ins(kind: BrowserKind) -> Vec<(&'static str, Value)> {
    let everywhere = json!(["http://*/*", "https://*/*"]);
    let script = |run_at: &str| {
        json!({
            "host_permissions": everywhere,
            "content_scripts": [{"matches": everywhere, "js": ["empty.js"], "run_at": run_at}],
        })
    };
    let mut stand_ins = vec![(EMPTY, script("document_start"))];
    if kind == BrowserKind::Chrome {
        stand_ins.push(("empty document_end", script("document_end")));
        let rules = json!({"rule_resources": [{"id": "rule", "enabled": true, "path": "rule.json"}]});
        stand_ins.push((
            "one declarative rule",
            json!({
                "permissions": ["declarativeNetRequestWithHostAccess"],
                "host_permissions": everywhere,
                "declarative_net_request": rules,
            }),
        ));
    }
    stand_ins
}
