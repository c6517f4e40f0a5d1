//! The stored settings.

use core::cell::Cell;

use async_lock::Mutex;
use rayback_core::settings::{Install, Settings};
use wasm_bindgen::JsValue;

use crate::browser::management;
use crate::browser::storage::Area;
use crate::error::{Error, note};
use crate::wire;

/// The settings' key in storage.
pub(crate) const KEY: &str = "settings";

thread_local! {
    /// Held while they're being changed. Leaked once, so that two callers can wait for it.
    static CHANGES: &'static Mutex<()> = Box::leak(Box::default());
    static INSTALL: Cell<Option<Install>> = const { Cell::new(None) };
}

/// The user's settings.
pub(crate) async fn load() -> Result<Settings, Error> {
    Ok(read(&Area::Local.get(KEY).await?).await)
}

/// The settings in a stored value, read with [`Settings::restore`].
pub(crate) async fn read(stored: &JsValue) -> Settings {
    Settings::restore(&wire::text(stored).unwrap_or_default()).clamped(install().await)
}

/// Changes the settings as they're stored now: another page, or the worker, may have changed them since they were read.
pub(crate) async fn change<T>(change: impl FnOnce(&mut Settings) -> T) -> Result<T, Error> {
    let _change = CHANGES.with(|changes| *changes).lock().await;
    let before = load().await?;
    let mut settings = before.clone();
    let answer = change(&mut settings);
    if settings != before {
        Area::Local.set(KEY, &wire::to_js(&settings)?).await?;
    }
    Ok(answer)
}

/// How the extension is installed; [`Install::Normal`] if the browser doesn't answer.
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
