//! What is known beyond one watch: kept in memory, for as long as the browser runs.

use rayback_core::status_page::Reading;
use rayback_core::view::World;

use crate::browser::storage::Area;
use crate::error::{Error, note};
use crate::wire;

const STATUS_PAGE: &str = "statusPage";

/// The world as it is known.
pub(crate) async fn load() -> Result<World, Error> {
    Ok(World { status_page: status_page().await? })
}

/// The status page as it was read last.
pub(crate) async fn status_page() -> Result<Option<Reading>, Error> {
    let stored = Area::Session.get(STATUS_PAGE).await?;
    if stored.is_undefined() {
        return Ok(None);
    }
    Ok(wire::from_stored(STATUS_PAGE, &stored).map_err(|error| note(&error)).ok())
}

/// Keeps a reading of the status page.
pub(crate) async fn keep_status_page(reading: &Reading) -> Result<(), Error> {
    Area::Session.set(STATUS_PAGE, &wire::to_stored(reading)?).await
}
