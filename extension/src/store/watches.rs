//! The stored watches.

use rayback_core::url::{Origin, PageUrl};
use rayback_core::watch::Watch;
use wasm_bindgen::JsValue;

use crate::browser::storage::Area;
use crate::browser::tabs::Tab;
use crate::error::{Error, note};

use super::Key;

/// The watch of this name; `None` if there's none, or none that this version can read.
pub(crate) async fn load(key: &Key) -> Result<Option<Watch>, Error> {
    let stored = key.area().get(key.as_str()).await?;
    if stored.is_undefined() { Ok(None) } else { read(key, &stored).await }
}

/// Every readable watch with its name.
pub(crate) async fn all() -> Result<Vec<(Key, Watch)>, Error> {
    let mut watches = Vec::new();
    for area in [Area::Local, Area::Session] {
        for (name, stored) in area.all().await? {
            let Some(key) = Key::parse(&name).filter(|key| key.area() == area) else { continue };
            if let Some(watch) = read(&key, &stored).await? {
                watches.push((key, watch));
            }
        }
    }
    Ok(watches)
}

/// The name under which an origin is watched in private windows, if it is.
pub(crate) async fn private_key(origin: &Origin) -> Result<Option<Key>, Error> {
    Ok(all().await?.into_iter().find(|(key, watch)| key.is_private() && watch.origin() == origin).map(|(key, _)| key))
}

/// The name under which the site shown in a tab would be watched; `None` if the tab shows no web page.
pub(crate) async fn key_of_tab(tab: &Tab) -> Result<Option<Key>, Error> {
    let Some(url) = tab.url.as_deref().and_then(|url| PageUrl::parse(url).ok()) else { return Ok(None) };
    if tab.incognito { private_key(url.origin()).await } else { Ok(Some(Key::shared(url.origin()))) }
}

/// Stores a watch.
pub(crate) async fn save(key: &Key, watch: &Watch) -> Result<(), Error> {
    key.area().set(key.as_str(), &watch.store().into()).await
}

/// Deletes a watch.
pub(crate) async fn remove(key: &Key) -> Result<(), Error> {
    key.area().remove(key.as_str()).await
}

/// Reads a stored watch. A damaged one, or one of another version, is set aside: one host loses its schedule, nothing
/// more.
pub(crate) async fn read(key: &Key, stored: &JsValue) -> Result<Option<Watch>, Error> {
    match Watch::restore(&stored.as_string().unwrap_or_default()) {
        Ok(watch) => Ok(Some(watch)),
        Err(cause) => {
            note(&Error::Decode { what: key.to_string(), cause: cause.to_string() });
            key.area().set(&format!("aside:{key}"), stored).await?;
            remove(key).await?;
            Ok(None)
        }
    }
}
