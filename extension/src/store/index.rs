//! The index of the watches, kept in memory as long as the browser runs, and rebuilt if it's missing or unreadable.

use rayback_core::watch::{Index, Watch};

use crate::browser::clock;
use crate::browser::storage::Area;
use crate::error::Error;
use crate::wire;

use super::{Key, watches};

const KEY: &str = "index";

/// The index. If the clock was set back, its watches are due.
pub(crate) async fn load() -> Result<Index, Error> {
    let Some(mut index) = wire::stored::<Index>(KEY, &Area::Session.get(KEY).await?) else {
        return rebuild(&watches::all().await?).await;
    };
    index.read_clock(clock::now());
    Ok(index)
}

/// Makes the index from all stored watches.
pub(crate) async fn rebuild(watches: &[(Key, Watch)]) -> Result<Index, Error> {
    let mut index = Index::default();
    for (key, watch) in watches {
        index.put(key.as_str(), watch, clock::now());
    }
    save(&index).await?;
    Ok(index)
}

/// Keeps the index.
pub(crate) async fn save(index: &Index) -> Result<(), Error> {
    Area::Session.set(KEY, &wire::to_js(index)?).await
}
