//! Since when the answers to POST are marked, by `static/rules/method.json`.

use rayback_core::time::Timestamp;

use crate::browser::clock;
use crate::browser::storage::Area;
use crate::error::Error;
use crate::wire;

const KEY: &str = "markedSince";

/// Notes that answers are marked from now on.
pub(crate) async fn start() -> Result<(), Error> {
    Area::Local.set(KEY, &wire::to_stored(&clock::now())?).await
}

/// Since when they are marked; `None` if that's unknown. A missing mark says nothing about an older document.
pub(crate) async fn since() -> Option<Timestamp> {
    let stored = Area::Local.get(KEY).await.ok()?;
    wire::from_stored(KEY, &stored).ok()
}
