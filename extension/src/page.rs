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

use rayback_core::view::World;
use rayback_core::watch::{TabId, Watch};
use web_sys::UrlSearchParams;

use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::store::{watches, world};

/// Draws the page with this name, or says that it can't be shown.
pub fn mount(page: &str) {
    let page = page.to_owned();
    spawn(async move {
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
        let Err(error) = drawn else { return Ok(()) };
        note(&error);
        mount::say_unreadable().await
    });
}

/// The parameters in the address of the page.
fn parameters() -> Result<UrlSearchParams, Error> {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    UrlSearchParams::new_with_str(&search).map_err(Error::browser("URLSearchParams"))
}

/// The tab in the address of the page; `None` if it names none.
fn named_tab() -> Result<Option<TabId>, Error> {
    Ok(parameters()?.get("tab").and_then(|tab| tab.parse().ok()).map(TabId))
}

/// Every watch with its name, and what else is known, also about the site in this tab.
async fn watches_and_world(tab: Option<TabId>) -> Result<(Vec<(String, Watch)>, World), Error> {
    let watches = watches::all().await?;
    let world = match tab.and_then(|tab| watches.iter().find(|(_, watch)| watch.tab(tab).is_some())) {
        Some((key, _)) => world::load(key).await?,
        None => world::load_common().await?,
    };
    Ok((watches.into_iter().map(|(key, watch)| (key.to_string(), watch)).collect(), world))
}
