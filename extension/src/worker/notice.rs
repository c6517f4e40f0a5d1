//! Notifications. Each has its watch's name, so that a later one replaces an earlier one.

use rayback_core::settings::Settings;
use rayback_core::watch::{Notice, TabId, Watch};

use crate::browser::{notifications, tabs, windows};
use crate::error::Error;
use crate::resource;
use crate::store::{Key, world};

/// Shows a notice.
pub(super) async fn show(
    key: &Key,
    watch: &Watch,
    settings: &Settings,
    notice: Notice,
    tab: Option<TabId>,
) -> Result<(), Error> {
    if let Some(tab) = tab {
        world::keep_notified_tab(key, tab).await?;
    }
    // A notification may stay in the system's list, which isn't part of the private window.
    let host = (!key.is_private()).then(|| watch.origin().host());
    let words = resource::words(resource::SHOWN, settings).await;
    let view = rayback_core::view::notice(&words, notice, host);
    notifications::create(key.as_str(), &view).await
}

/// Brings the tab of a notification to the front.
pub(super) async fn clicked(name: &str) -> Result<(), Error> {
    notifications::clear(name).await?;
    let Some(key) = Key::parse(name) else { return Ok(()) };
    let Some(id) = world::notified_tab(&key).await? else { return Ok(()) };
    let tab = tabs::get(id).await?;
    tabs::activate(id).await?;
    windows::focus(tab.window_id).await
}
