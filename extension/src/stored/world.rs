//! What is known beyond one watch: kept in memory, for as long as the browser runs.

use rayback_core::fault::{Connection, OtherFailure};
use rayback_core::outside::serving::serving_data_centre;
use rayback_core::outside::status_page::Reading;
use rayback_core::url::Origin;
use rayback_core::view::{Findings, World};
use rayback_core::watch::{Failure, Watch};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::browser::storage::Area;
use crate::browser::{clock, network};
use crate::error::{Error, note};
use crate::wire;

use super::{Key, history};

const STATUS_PAGE: &str = "statusPage";
const FAILURES: &str = "failures";

/// The world as it is known, for one watch.
pub(crate) async fn load(key: &Key, origin: &Origin) -> Result<World, Error> {
    let attempts = if key.is_private() {
        Vec::new()
    } else {
        history::attempts(origin).await.unwrap_or_else(|error| {
            note(&error);
            Vec::new()
        })
    };
    Ok(World { findings: findings(key).await?, attempts, ..load_common().await? })
}

/// The world as it is known, whatever the watch.
pub(crate) async fn load_common() -> Result<World, Error> {
    Ok(World {
        connection: if network::is_online() { Connection::Online } else { Connection::Offline },
        status_page: status_page().await?,
        failures: get(FAILURES).await?.unwrap_or_default(),
        utc_offset_minutes: clock::utc_offset_minutes(),
        ..World::default()
    })
}

/// The status page as it was read last.
pub(crate) async fn status_page() -> Result<Option<Reading>, Error> {
    get(STATUS_PAGE).await
}

/// Keeps a reading of the status page.
pub(crate) async fn keep_status_page(reading: &Reading) -> Result<(), Error> {
    set(STATUS_PAGE, reading).await
}

/// What was found out about a watch's host because the person asked.
pub(crate) async fn findings(key: &Key) -> Result<Findings, Error> {
    Ok(get(&findings_key(key)).await?.unwrap_or_default())
}

/// Keeps what was found out.
pub(crate) async fn keep_findings(key: &Key, findings: &Findings) -> Result<(), Error> {
    set(&findings_key(key), findings).await
}

/// Forgets what was found out.
pub(crate) async fn forget_findings(key: &Key) -> Result<(), Error> {
    Area::Session.remove(&findings_key(key)).await
}

/// Remembers that a host failed; a private window's failures are not told outside it.
pub(crate) async fn remember_failure(key: &Key, watch: &Watch, failure: &Failure) -> Result<(), Error> {
    if key.is_private() {
        return Ok(());
    }
    let mut failures: Vec<OtherFailure> = get(FAILURES).await?.unwrap_or_default();
    let failure = OtherFailure {
        host: failure.url.host().to_owned(),
        code: failure.diagnosis.code,
        data_centre: serving_data_centre(&failure.diagnosis, watch.trace().map(|trace| trace.value), None)
            .map(|served| served.data_centre),
        at: clock::now(),
    };
    World::remember(&mut failures, failure);
    set(FAILURES, &failures).await
}

fn findings_key(key: &Key) -> String {
    format!("findings:{key}")
}

/// A value kept in memory; one that cannot be read, as after an update, is as good as none.
async fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    let stored = Area::Session.get(key).await?;
    if stored.is_undefined() {
        return Ok(None);
    }
    Ok(wire::from_stored(key, &stored).map_err(|error| note(&error)).ok())
}

async fn set<T: Serialize>(key: &str, value: &T) -> Result<(), Error> {
    Area::Session.set(key, &wire::to_stored(value)?).await
}
