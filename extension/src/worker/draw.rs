//! Showing what is stored: the panel in each failing page, and the toolbar button of its tab.

use rayback_core::settings::Settings;
use rayback_core::view::{PanelView, Scene};
use rayback_core::watch::{TabId, Watch};
use serde::Serialize;

use crate::browser::{action, clock, tabs};
use crate::error::{Error, note};
use crate::resource;

use super::trace;
use crate::stored::{Key, settings, watches, world};

/// To the panel's script.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Drawing<'a> {
    Draw { view: &'a PanelView, style: &'a str },
    Copy { what: Copied, text: &'a str },
}

/// What a panel is to copy, and on which of its buttons it is acknowledged.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Copied {
    Misread,
    Report,
}

/// Has a panel copy a text.
pub(super) async fn copy(tab: TabId, what: Copied, text: &str) -> Result<(), Error> {
    tabs::send_message(tab, &Drawing::Copy { what, text }).await.map(drop)
}

/// Has a panel copy the report with the visitor's own address, which is asked for now and kept nowhere.
pub(super) async fn copy_report_with_address(key: &Key, tab: TabId) -> Result<(), Error> {
    let Some(watch) = watches::load(key).await? else { return Ok(()) };
    let address = trace::ask_visitor_address(watch.origin()).await;
    let (words, settings, world) =
        (resource::words(resource::REPORTED).await?, settings::load().await?, world::load(key, watch.origin()).await?);
    let scene = Scene { words: &words, settings: &settings, world: &world, now: clock::now() };
    match scene.report_with_address(&watch, tab, address) {
        Some(report) => copy(tab, Copied::Report, &report).await,
        None => Ok(()),
    }
}

/// Shows a watch in its tabs.
pub(super) async fn watch(key: &Key, watch: &Watch, settings: &Settings) -> Result<(), Error> {
    if watch.tabs().is_empty() {
        return Ok(());
    }
    let words = resource::words(resource::REPORTED).await?;
    let style = [resource::text("look.css").await?, resource::text("content/panel.css").await?].concat();
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
