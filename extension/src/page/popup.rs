//! The popup: every watched host, as stored at this moment.

use rayback_core::view::{Access, ViewContext};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use crate::browser::{clock, permissions, runtime, storage};
use crate::error::{Error, note};
use crate::resource;
use crate::store::{Key, settings, watches, world};
use crate::ui::{self, Action};

use super::mount::{Mount, set_language};

/// Draws the popup, and again whenever the stored state changes.
pub(super) async fn mount() -> Result<(), Error> {
    let mount = Mount::new(carry_out)?;
    draw(&mount).await?;

    let changed = Closure::new(move |_: JsValue, _: String| {
        let mount = mount.clone();
        spawn_local(async move { draw(&mount).await.unwrap_or_else(|error| note(&error)) });
    });
    storage::on_changed(&changed);
    changed.forget(); // lives as long as the page
    Ok(())
}

async fn draw(mount: &Mount) -> Result<(), Error> {
    let (settings, world) = (settings::load().await?, world::load_common().await?);
    let words = resource::words(resource::SHOWN, &settings).await?;
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
    let watches: Vec<_> =
        watches::all().await?.into_iter().map(|(key, watch)| (Key::as_str(&key).to_owned(), watch)).collect();
    let access = if permissions::contains().await? { Access::Granted } else { Access::Withheld };
    set_language(&words, "Rayback");
    mount.draw(&ui::popup(&context.popup(&watches, access), &words))
}

fn carry_out(action: Action, _: Option<HtmlInputElement>) {
    spawn_local(async move {
        let done = match action {
            Action::Send { message } => runtime::send_message(&message).await,
            Action::OpenSettings => runtime::open_options_page().await,
            Action::AskForAccess => ask_for_access().await,
            _ => Ok(()), // the popup has no other controls
        };
        done.unwrap_or_else(|error| note(&error));
    });
}

async fn ask_for_access() -> Result<(), Error> {
    permissions::request().await?;
    if let Some(window) = web_sys::window() {
        let _reloaded = window.location().reload();
    }
    Ok(())
}
