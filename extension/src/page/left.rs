//! The page that takes the place of one that reloads itself without end, named in the address.

use rayback_core::url::PageUrl;
use rayback_core::view::left;
use web_sys::UrlSearchParams;

use crate::error::Error;
use crate::resource;
use crate::store::settings;
use crate::ui;

use super::mount::{Mount, set_language};

/// Draws the page.
pub(super) async fn mount() -> Result<(), Error> {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let parameters = UrlSearchParams::new_with_str(&search).map_err(Error::browser("URLSearchParams"))?;
    // Only web pages have such an address, so the link can't run anything.
    let page = parameters.get("from").and_then(|from| PageUrl::parse(&from).ok());
    let page = page.ok_or_else(|| Error::Decode { what: "the address".to_owned(), cause: search })?;
    let words = resource::words(resource::SHOWN, &settings::load().await?).await?;
    let view = left(&page, &words);
    set_language(&words, &view.title);
    Mount::new(|_, _| ())?.draw(&ui::left(&view, &words))
}
