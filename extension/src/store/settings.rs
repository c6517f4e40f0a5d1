//! The stored settings.

use core::cell::Cell;

use rayback_core::settings::{Install, Settings};

use crate::browser::management;
use crate::browser::storage::Area;
use crate::error::{Error, note};
use crate::wire;

/// The settings' key in storage.
pub(crate) const KEY: &str = "settings";

thread_local! {
    static INSTALL: Cell<Option<Install>> = const { Cell::new(None) };
}

/// The user's settings; the defaults if nothing readable is stored.
pub(crate) async fn load() -> Result<Settings, Error> {
    let stored = Area::Local.get(KEY).await?;
    let settings = if stored.is_undefined() {
        Settings::default()
    } else {
        wire::from_stored(KEY, &stored).unwrap_or_else(|error| {
            note(&error);
            Settings::default()
        })
    };
    Ok(settings.clamped(install().await))
}

/// Stores the user's settings.
pub(crate) async fn save(settings: &Settings) -> Result<(), Error> {
    Area::Local.set(KEY, &wire::to_stored(settings)?).await
}

/// How the extension is installed; as from a store if the browser doesn't say.
pub(crate) async fn install() -> Install {
    if let Some(install) = INSTALL.get() {
        return install;
    }
    let install = management::install().await.unwrap_or_else(|error| {
        note(&error);
        Install::Normal
    });
    INSTALL.set(Some(install));
    install
}
