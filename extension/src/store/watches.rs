//! The stored watches.

use rayback_core::url::{Origin, PageUrl};
use rayback_core::watch::Watch;
use wasm_bindgen::JsValue;

use crate::browser::storage::Area;
use crate::browser::tabs::Tab;
use crate::error::{Error, note};

use super::{Key, index};

/// How many damaged watches are set aside, and how long each may be, in UTF-16 units.
const MOST_ASIDE: usize = 4;
/// See [`MOST_ASIDE`].
const MOST_ASIDE_UNITS: usize = 16 * 1024;

/// The watch of this name; `None` if there's none, or none that this version can read.
pub(crate) async fn load(key: &Key) -> Result<Option<Watch>, Error> {
    let stored = key.area().get(key.as_str()).await?;
    if stored.is_undefined() { Ok(None) } else { Ok(read(key, &stored).await) }
}

/// Every readable watch with its name.
pub(crate) async fn all() -> Result<Vec<(Key, Watch)>, Error> {
    let mut watches = Vec::new();
    for area in [Area::Local, Area::Session] {
        for (name, stored) in area.all().await? {
            let Some(key) = Key::parse(&name).filter(|key| key.area() == area) else { continue };
            if let Some(watch) = read(&key, &stored).await {
                watches.push((key, watch));
            }
        }
    }
    Ok(watches)
}

/// The name under which an origin is watched in private windows, if it is.
pub(crate) async fn private_key(origin: &Origin) -> Result<Option<Key>, Error> {
    for key in index::load().await?.keys().filter_map(Key::parse).filter(Key::is_private) {
        if load(&key).await?.is_some_and(|watch| watch.origin() == origin) {
            return Ok(Some(key));
        }
    }
    Ok(None)
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

/// Deletes a watch, and any damaged copy of it that was set aside.
pub(crate) async fn remove(key: &Key) -> Result<(), Error> {
    key.area().remove(&[&aside(key), key.as_str()]).await
}

/// Deletes everything that was set aside.
pub(crate) async fn remove_aside() -> Result<(), Error> {
    Area::Local.remove_all(ASIDE).await
}

const ASIDE: &str = "aside:";

fn aside(key: &Key) -> String {
    format!("{ASIDE}{key}")
}

/// Reads a stored watch. A damaged one, one of another version or of another origin is set aside: one host loses its
/// schedule, nothing more, even if setting it aside fails.
pub(crate) async fn read(key: &Key, stored: &JsValue) -> Option<Watch> {
    let cause = match Watch::restore(&stored.as_string().unwrap_or_default()) {
        Ok(watch) if key.is_private() || *key == Key::shared(watch.origin()) => return Some(watch),
        Ok(_) => "it belongs to another origin".to_owned(),
        Err(cause) => cause.to_string(),
    };
    note(&Error::Decode { what: key.to_string(), cause });
    key.area().remove(&[key.as_str()]).await.unwrap_or_else(|error| note(&error));
    set_aside(key, stored).await.unwrap_or_else(|error| note(&error));
    None
}

/// Keeps a copy of a damaged watch until the browser starts again, for a bug report; not if there are many, or if it's long.
async fn set_aside(key: &Key, stored: &JsValue) -> Result<(), Error> {
    let units = js_sys::JSON::stringify(stored).map_or(u32::MAX, |text| text.length());
    let is_short = usize::try_from(units).is_ok_and(|units| units <= MOST_ASIDE_UNITS);
    let others = Area::Local.all().await?.iter().filter(|(name, _)| name.starts_with(ASIDE)).count();
    if is_short && others < MOST_ASIDE && !key.is_private() {
        key.area().set(&aside(key), stored).await?;
    }
    Ok(())
}
