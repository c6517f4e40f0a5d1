//! Keyboard shortcuts, which Firefox for Android doesn't have.
//! <https://developer.chrome.com/docs/extensions/reference/api/commands>

use serde::Deserialize;

use super::{runtime, settled};
use crate::error::Error;
use crate::wire;

/// The command that opens the popup, by the name that browsers give it.
const OPEN_POPUP: &str = "_execute_action";

/// The keys that open the popup, as the browser writes them; empty if the user removed them.
pub(crate) async fn popup_shortcut() -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Command {
        #[serde(default)]
        name: String,
        #[serde(default)]
        shortcut: String,
    }
    let commands = settled("commands.getAll", js::get_all()).await?;
    let commands: Vec<Command> = wire::from_js("the list of commands", &commands)?;
    let popup = commands.into_iter().find(|command| command.name == OPEN_POPUP);
    Ok(popup.map(|command| command.shortcut).unwrap_or_default())
}

/// Opens the browser's own page about shortcuts.
pub(crate) async fn open_settings() -> Result<(), Error> {
    if runtime::is_chromium() {
        return super::tabs::open("chrome://extensions/shortcuts").await;
    }
    settled("commands.openShortcutSettings", js::open_shortcut_settings()).await.map(drop)
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "commands"], js_name = getAll)]
        pub(super) fn get_all() -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "commands"], js_name = openShortcutSettings)]
        pub(super) fn open_shortcut_settings() -> Result<Promise, JsValue>;
    }
}
