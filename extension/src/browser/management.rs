//! How the extension is installed.
//! <https://developer.chrome.com/docs/extensions/reference/api/management>

use rayback_core::settings::Install;
use serde::Deserialize;

use super::settled;
use crate::error::Error;
use crate::wire;

/// How this extension is installed. An extension needs no permission to ask about itself.
pub(crate) async fn install() -> Result<Install, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Info {
        install_type: String,
    }
    let info = settled("management.getSelf", js::get_self()).await?;
    let info: Info = wire::from_js("the extension's own entry", &info)?;
    Ok(if info.install_type == "development" { Install::Development } else { Install::Normal })
}

mod js {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "management"], js_name = getSelf)]
        pub(super) fn get_self() -> Result<Promise, JsValue>;
    }
}
