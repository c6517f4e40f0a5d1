//! Scripts in pages.
//! <https://developer.chrome.com/docs/extensions/reference/api/scripting>

use rayback_core::watch::TabId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::settled;
use crate::error::Error;
use crate::wire;

/// Runs files in a tab's top document; an error where no script may run, such as on the browser's own error page.
pub(crate) async fn execute(tab: TabId, files: &[&str]) -> Result<(), Error> {
    inject(tab, false, files).await.map(drop)
}

/// Runs files in every frame of a tab; an error where no script may run.
pub(crate) async fn execute_in_frames(tab: TabId, files: &[&str]) -> Result<(), Error> {
    inject(tab, true, files).await.map(drop)
}

/// Runs files in a tab's top document and returns the value of the last expression; `None` if it had none.
pub(crate) async fn evaluate<T: DeserializeOwned>(tab: TabId, files: &[&str]) -> Result<Option<T>, Error> {
    #[derive(Deserialize)]
    #[serde(bound = "T: DeserializeOwned")]
    struct Frame<T> {
        #[serde(default)]
        result: Option<T>,
    }
    let frames: Vec<Frame<T>> = wire::from_js("a page's answer", &inject(tab, false, files).await?)?;
    Ok(frames.into_iter().next().and_then(|frame| frame.result))
}

async fn inject(tab: TabId, all_frames: bool, files: &[&str]) -> Result<JsValue, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Target {
        tab_id: TabId,
        all_frames: bool,
    }
    #[derive(Serialize)]
    struct Injection<'a> {
        target: Target,
        files: &'a [&'a str],
    }
    let injection = wire::to_js(&Injection { target: Target { tab_id: tab, all_frames }, files })?;
    settled("scripting.executeScript", js::execute_script(&injection)).await
}

/// A script that runs in every document of some hosts, until the browser closes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContentScript {
    /// Its name.
    pub(crate) id: String,
    /// Match patterns.
    pub(crate) matches: Vec<String>,
    /// Files.
    pub(crate) js: Vec<String>,
    /// When it runs in a document's life; always `document_end` here.
    pub(crate) run_at: String,
    /// Whether it's written to the disk. It mustn't be, because it may name the host of a private window.
    pub(crate) persist_across_sessions: bool,
}

/// Registers scripts.
pub(crate) async fn register(scripts: &[ContentScript]) -> Result<(), Error> {
    settled("scripting.registerContentScripts", js::register(&wire::to_js(scripts)?)).await.map(drop)
}

/// A selection of registered scripts.
#[derive(Serialize)]
struct Filter<'a> {
    ids: &'a [&'a str],
}

/// Unregisters scripts; an error if one isn't registered.
pub(crate) async fn unregister(ids: &[&str]) -> Result<(), Error> {
    settled("scripting.unregisterContentScripts", js::unregister(&wire::to_js(&Filter { ids })?)).await.map(drop)
}

/// The scripts that are registered.
pub(crate) async fn registered() -> Result<Vec<ContentScript>, Error> {
    let scripts = settled("scripting.getRegisteredContentScripts", js::registered()).await?;
    wire::from_js("the list of registered scripts", &scripts)
}

/// Whether a script is registered.
pub(crate) async fn is_registered(id: &str) -> Result<bool, Error> {
    let filter = wire::to_js(&Filter { ids: &[id] })?;
    let scripts = settled("scripting.getRegisteredContentScripts", js::selected(&filter)).await?;
    let scripts: Vec<ContentScript> = wire::from_js("the list of registered scripts", &scripts)?;
    Ok(!scripts.is_empty())
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "scripting"], js_name = executeScript)]
        pub(super) fn execute_script(injection: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "scripting"], js_name = registerContentScripts)]
        pub(super) fn register(scripts: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "scripting"], js_name = unregisterContentScripts)]
        pub(super) fn unregister(filter: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "scripting"], js_name = getRegisteredContentScripts)]
        pub(super) fn registered() -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "scripting"], js_name = getRegisteredContentScripts)]
        pub(super) fn selected(filter: &JsValue) -> Result<Promise, JsValue>;
    }
}
