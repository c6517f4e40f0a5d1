//! The extension's own pages.

mod file;
mod history;
mod host;
mod left;
mod mount;
mod page_check;
mod popup;
mod settings;
mod welcome;

use wasm_bindgen_futures::spawn_local;
use web_sys::UrlSearchParams;

use crate::error::{Error, note};

/// Draws the page with this name.
pub fn mount(page: &str) {
    let page = page.to_owned();
    spawn_local(async move {
        let drawn = match page.as_str() {
            "history" => history::mount().await,
            "host" => host::mount().await,
            "left" => left::mount().await,
            "page-check" => page_check::mount().await,
            "popup" => popup::mount().await,
            "settings" => settings::mount().await,
            "welcome" => welcome::mount().await,
            other => Err(Error::Decode { what: format!("the page \"{other}\""), cause: "no such page".to_owned() }),
        };
        drawn.unwrap_or_else(|error| note(&error));
    });
}

/// The parameters in the address of the page.
fn parameters() -> Result<UrlSearchParams, Error> {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    UrlSearchParams::new_with_str(&search).map_err(Error::browser("URLSearchParams"))
}
