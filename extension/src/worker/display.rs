//! What users see of a watch: the panel in each failing page, and the toolbar button of its tab.

use rayback_core::settings::Settings;
use rayback_core::view::{PanelView, Tone, ViewContext, World};
use rayback_core::watch::{TabId, Watch};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::browser::{action, clock, tabs};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::message::VisitorAddress;
use crate::store::{Key, settings, watches, world};
use crate::ui::{self, Node};
use crate::{resource, wire};

use super::trace;

/// A panel, for `static/content/panel.js`: the answer to the page's report, or later a message of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Drawing<'a> {
    Draw { origin: &'a str, tree: Node, style: String },
}

/// The panel of one tab; `null` if there's nothing to show.
pub(super) async fn panel(watch: &Watch, settings: &Settings, world: &World, tab: TabId) -> Result<JsValue, Error> {
    let words = resource::words(resource::SHOWN, settings).await;
    let context = ViewContext { words: &words, settings, world, now: clock::now() };
    drawing(&context, watch, tab).map_or(Ok(JsValue::NULL), |drawing| wire::to_js(&drawing))
}

/// Says in the panel of one tab that its page isn't watched, because the watch couldn't be stored.
pub(super) async fn unwatched(watch: &Watch, settings: &Settings, world: &World, tab: TabId) -> Result<(), Error> {
    let words = resource::words(resource::SHOWN, settings).await;
    let context = ViewContext { words: &words, settings, world, now: clock::now() };
    let Some(view) = context.panel_unwatched(watch, tab) else { return Ok(()) };
    push(tab, &draw(&context, watch, &view))
}

/// Sends a drawing to a tab without waiting, because frozen tabs and pages whose script never ends don't answer.
fn push(tab: TabId, drawing: &Drawing<'_>) -> Result<(), Error> {
    let drawing = wire::to_js(drawing)?;
    spawn(async move {
        // This fails if the document is gone, or if it was loaded before the extension was installed.
        let _unheard = tabs::send_message(tab, &drawing).await;
        Ok(())
    });
    Ok(())
}

fn drawing<'a>(context: &ViewContext<'_>, watch: &'a Watch, tab: TabId) -> Option<Drawing<'a>> {
    Some(draw(context, watch, &context.panel(watch, tab)?))
}

fn draw<'a>(context: &ViewContext<'_>, watch: &'a Watch, view: &PanelView) -> Drawing<'a> {
    let tree = context
        .words
        .last_resort()
        .map_or_else(|| ui::panel(view), |sentence| ui::last_resort(watch.origin().host(), sentence));
    Drawing::Draw { origin: watch.origin().as_str(), tree, style: style() }
}

/// The panel's style sheet, with property names that no page can guess: a page that registers a property of the same
/// name sets its value inside the panel, too.
fn style() -> String {
    resource::STYLE.replace("--", &format!("--{:x}-", clock::chance()))
}

/// Shows a watch in its tabs. The panel of `answered` is drawn from the answer to its page's report instead.
pub(super) async fn watch(key: &Key, watch: &Watch, settings: &Settings, answered: Option<TabId>) -> Result<(), Error> {
    if watch.tabs().is_empty() {
        return Ok(());
    }
    let (words, world) = (resource::words(resource::SHOWN, settings).await, world::load(key).await?);
    let context = ViewContext { words: &words, settings, world: &world, now: clock::now() };
    for tab in watch.tabs() {
        if answered != Some(tab.id)
            && let Some(drawing) = drawing(&context, watch, tab.id)
        {
            push(tab.id, &drawing)?;
        }
        if let Err(error) = draw_badge(&context, watch, tab.id).await {
            note(&error); // the tab was closed a moment ago
        }
    }
    Ok(())
}

/// The report of a tab for the site's support; `null` if there's nothing to report. If the visitor wants their own address in
/// it, that's requested now, and stored nowhere.
pub(super) async fn report(key: &Key, tab: TabId, address: VisitorAddress) -> Result<JsValue, Error> {
    let Some(watch) = watches::load(key).await? else { return Ok(JsValue::NULL) };
    let settings = settings::load().await?;
    let words = resource::words(resource::REPORTED, &settings).await;
    let world = world::load(key).await?;
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
    let report = match address {
        VisitorAddress::LeftOut => context.report(&watch, tab),
        VisitorAddress::Included => {
            context.report_with_address(&watch, tab, trace::ask_visitor_address(watch.origin()).await)
        }
    };
    Ok(report.map_or(JsValue::NULL, JsValue::from))
}

/// Clears the button of a tab that left its watch.
pub(super) async fn clear(tab: TabId) {
    // It fails if the tab is closed, and then there's nothing to clear.
    let _closed = action::set_badge_text(tab, "").await;
    let _closed = action::set_title(tab, "").await;
}

/// Shows the button of a tab.
pub(super) async fn badge(watch: &Watch, settings: &Settings, world: &World, tab: TabId) -> Result<(), Error> {
    let words = resource::words(resource::SHOWN, settings).await;
    draw_badge(&ViewContext { words: &words, settings, world, now: clock::now() }, watch, tab).await
}

async fn draw_badge(context: &ViewContext<'_>, watch: &Watch, tab: TabId) -> Result<(), Error> {
    let Some(badge) = context.badge(watch, tab) else { return Ok(()) };
    action::set_badge_text(tab, &badge.text).await?;
    if let Some(colour) = badge_colour(resource::STYLE, badge.tone) {
        action::set_badge_colour(tab, colour).await?;
    }
    action::set_title(tab, &badge.title).await
}

/// The badge's colour, a token of `static/tokens.css`; `None` if it isn't there.
fn badge_colour(style: &str, tone: Tone) -> Option<&str> {
    let token = format!("--badge-{}:", ui::name(&tone));
    let (_, value) = style.split_once(&token)?;
    value.split_once(';').map(|(colour, _)| colour.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_has_a_badge_colour() {
        let style = include_str!("../../static/tokens.css");
        for tone in [Tone::Active, Tone::Paused, Tone::Stopped, Tone::Quiet, Tone::Back, Tone::Warning] {
            let colour = badge_colour(style, tone).unwrap_or_default();
            assert!(colour.len() == 7 && colour.starts_with('#'), "{tone:?}: {colour:?}");
        }
    }
}
