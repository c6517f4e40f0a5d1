//! Notifications. Each has its watch's name, so that a later one replaces an earlier one.

use rayback_core::settings::Settings;
use rayback_core::watch::{Notice, TabId, Watch};

use crate::browser::storage::Area;
use crate::browser::{notifications, tabs, windows};
use crate::error::Error;
use crate::wire;

use crate::resource;
use crate::store::Key;

/// Shows a notice.
pub(super) async fn show(
    key: &Key,
    watch: &Watch,
    settings: &Settings,
    notice: Notice,
    tab: Option<TabId>,
) -> Result<(), Error> {
    if let Some(tab) = tab {
        Area::Session.set(&tab_key(key.as_str()), &wire::to_js(&tab)?).await?;
    }
    // A notification may stay in the system's list, which isn't part of the private window.
    let host = (!key.is_private()).then(|| watch.origin().host());
    let words = resource::words(resource::SHOWN, settings).await?;
    let view = rayback_core::view::notice(&words, notice, host);
    notifications::create(key.as_str(), &view).await
}

/// Brings the tab of a notification to the front.
pub(super) async fn clicked(name: &str) -> Result<(), Error> {
    notifications::clear(name).await?;
    let stored = Area::Session.get(&tab_key(name)).await?;
    if stored.is_undefined() {
        return Ok(());
    }
    let id: TabId = wire::from_js("the tab of a notification", &stored)?;
    let tab = tabs::get(id).await?;
    tabs::activate(id).await?;
    windows::focus(tab.window_id).await
}

fn tab_key(name: &str) -> String {
    format!("notice:{name}")
}
