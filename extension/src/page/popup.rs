//! The popup: the tab in front and every other watched host, drawn from the stored state.

use std::rc::Rc;

use rayback_core::view::{Access, ViewContext};
use rayback_core::watch::{Choice, TabId};
use web_sys::HtmlInputElement;

use crate::browser::{clock, permissions, runtime, tabs};
use crate::error::{Error, note};
use crate::message::Message;
use crate::resource;
use crate::store::{settings, watches};
use crate::ui::{self, Action};

use super::mount::{self, Mount, Page};

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
        let words = resource::words(resource::SHOWN, &settings).await;
        // Without these two answers it still shows every watch.
        let front = front().await.unwrap_or_else(|error| {
            note(&error);
            None
        });
        let access = permissions::access().await.unwrap_or_else(|error| {
            note(&error);
            Access::Granted
        });
        let (watches, world) = super::watches_and_world(front).await?;
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
        let view = context.popup(&watches, front, access);
        self.mount.draw(&ui::popup(&view, &words))
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

/// The tab in front, or the one in the popup's address if the popup itself is shown in a tab.
async fn front() -> Result<Option<TabId>, Error> {
    match super::named_tab()? {
        Some(tab) => Ok(Some(tab)),
        None => tabs::in_front().await,
    }
}

/// Presses the same button for every watch that has it.
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
