//! Showing what is stored: the panel in each failing page, and the toolbar button of its tab.

use std::rc::Rc;

use rayback_core::settings::Settings;
use rayback_core::view::{PanelView, Scene};
use rayback_core::watch::{TabId, Watch};
use serde::Serialize;

use crate::browser::{action, clock, tabs};
use crate::error::{Error, note};
use crate::resource;

use crate::stored::{Key, world};

/// To the panel's script.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Drawing<'a> {
    Draw { view: &'a PanelView, style: &'a str },
    Copy { text: &'a str },
}

/// Has a panel copy a text.
pub(super) async fn copy(tab: TabId, text: &str) -> Result<(), Error> {
    tabs::send_message(tab, &Drawing::Copy { text }).await.map(drop)
}

/// Shows a watch in its tabs.
pub(super) async fn watch(key: &Key, watch: &Watch, settings: &Settings) -> Result<(), Error> {
    if watch.tabs().is_empty() {
        return Ok(());
    }
    let words = resource::words().await?;
    let style: Rc<str> = resource::text("content/panel.css").await?;
    let world = world::load(key, watch.origin()).await?;
    let scene = Scene { words: &words, settings, world: &world, now: clock::now() };
    for tab in watch.tabs() {
        if let Some(view) = scene.panel(watch, tab.id) {
            // Nobody listens in a document that failed before the extension was there, or that is gone; the next report
            // of that tab tells which.
            let _unheard = tabs::send_message(tab.id, &Drawing::Draw { view: &view, style: &style }).await;
        }
        if let Err(error) = badge(&scene, watch, tab.id).await {
            note(&error); // the tab was closed a moment ago
        }
    }
    Ok(())
}

/// Takes everything off the button of a tab that left its watch.
pub(super) async fn clear(tab: TabId) {
    // It fails if the tab is closed, and then there is nothing to clear.
    let _closed = action::set_badge_text(tab, "").await;
    let _closed = action::set_title(tab, "").await;
}

async fn badge(scene: &Scene<'_>, watch: &Watch, tab: TabId) -> Result<(), Error> {
    let Some(badge) = scene.badge(watch, tab) else { return Ok(()) };
    action::set_badge_text(tab, &badge.text).await?;
    action::set_badge_colour(tab, badge.tone.colour()).await?;
    action::set_title(tab, &badge.title).await
}
