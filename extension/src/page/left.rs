//! The page that replaces one that keeps reloading itself, which the address names.

use std::rc::Rc;

use rayback_core::url::PageUrl;
use rayback_core::view::left;
use rayback_core::words::Words;
use web_sys::HtmlInputElement;

use crate::error::Error;
use crate::ui::{self, Action};

use super::mount::{self, Mount, Page};

/// The page and what it shows.
struct Left {
    words: Rc<Words>,
    /// The page that it replaces; `None` if the address names none.
    from: Option<PageUrl>,
    mount: Mount,
}

/// Draws the page.
pub(super) async fn mount() -> Result<(), Error> {
    // Only a web page's address is parsed, so the link can't run anything.
    let from = super::parameters()?.get("from").and_then(|from| PageUrl::parse(&from).ok());
    let words = mount::words().await;
    mount::mount(|mount| Left { words, from, mount }).await.map(drop)
}

impl Page for Left {
    async fn draw(&self) -> Result<(), Error> {
        let Some(from) = &self.from else { return self.mount.draw(&ui::gone(&self.words)) };
        let view = left(from, &self.words);
        self.mount.draw(&ui::left(&view, &self.words))
    }

    async fn carry_out(self: Rc<Self>, _: Action, _: Option<HtmlInputElement>) -> Result<(), Error> {
        Ok(()) // the page has no controls
    }
}
