//! The popup: the tab in front and every other watched host, as stored at this moment.

use std::rc::Rc;

use rayback_core::view::{Access, ViewContext};
use rayback_core::watch::{Choice, TabId};
use web_sys::HtmlInputElement;

use crate::browser::{clock, permissions, runtime, tabs};
use crate::error::Error;
use crate::message::Message;
use crate::resource;
use crate::store::{Key, settings, watches, world};
use crate::ui::{self, Action};

use super::mount::{self, Mount, Page, set_language};

/// The popup.
struct Popup {
    mount: Mount,
}

/// Draws the popup, and again whenever the stored state changes.
pub(super) async fn mount() -> Result<(), Error> {
    mount::follow_store(mount::mount(|mount| Popup { mount }).await?);
    Ok(())
}

impl Page for Popup {
    async fn draw(&self) -> Result<(), Error> {
        let settings = settings::load().await?;
        let words = resource::words(resource::SHOWN, &settings).await?;
        let (watches, front) = (watches::all().await?, front().await?);
        let held = front.and_then(|tab| watches.iter().find(|(_, watch)| watch.tab(tab).is_some()));
        let world = match held {
            Some((key, _)) => world::load(key).await?,
            None => world::load_common().await?,
        };
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
        let watches: Vec<_> = watches.into_iter().map(|(key, watch)| (Key::as_str(&key).to_owned(), watch)).collect();
        let access = if permissions::contains().await? { Access::Granted } else { Access::Withheld };
        set_language(&words, "Rayback");
        self.mount.draw(&ui::popup(&context.popup(&watches, front, access), &words))
    }

    async fn carry_out(self: Rc<Self>, action: Action, _: Option<HtmlInputElement>) -> Result<(), Error> {
        match action {
            Action::Send { message } => runtime::send_message(&message).await,
            Action::PressForAll { choice } => press_for_all(choice).await,
            Action::OpenSettings => runtime::open_options_page().await,
            Action::AskForAccess => ask_for_access().await,
            _ => Ok(()), // the popup has no other controls
        }
    }
}

/// The tab in front, or the one that the popup's address names, should it be shown in a tab itself.
async fn front() -> Result<Option<TabId>, Error> {
    let named = super::parameters()?.get("tab");
    match named.and_then(|tab| tab.parse().ok()) {
        Some(tab) => Ok(Some(TabId(tab))),
        None => tabs::in_front().await,
    }
}

/// Presses the same button of every watch that it concerns.
async fn press_for_all(choice: Choice) -> Result<(), Error> {
    for (key, _) in watches::all().await?.into_iter().filter(|(_, watch)| watch.joins_in(choice)) {
        runtime::send_message(&Message::Pressed { choice, key: Some(key.as_str().to_owned()) }).await?;
    }
    Ok(())
}

async fn ask_for_access() -> Result<(), Error> {
    permissions::request().await?;
    if let Some(window) = web_sys::window() {
        let _reloaded = window.location().reload();
    }
    Ok(())
}
