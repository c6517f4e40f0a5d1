//! Everything known beyond one watch, kept in memory as long as the browser runs.

use core::time::Duration;

use rayback_core::fault::{Connection, OtherFailure};
use rayback_core::history::{Outage, outage_durations};
use rayback_core::outside::serving::serving_data_centre;
use rayback_core::outside::status_page::Reading;
use rayback_core::url::Origin;
use rayback_core::view::{Findings, World};
use rayback_core::watch::{Failure, TabId, Watch};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::browser::storage::{Area, Values};
use crate::browser::{clock, network};
use crate::error::{Error, note};
use crate::wire;

use super::{Key, history};

const STATUS_PAGE: &str = "statusPage";
const FAILURES: &str = "failures";
const OUTAGES: &str = "outages:";
const NOTIFIED: &str = "notified";

/// The most notifications whose tabs are kept.
const MOST_NOTIFIED: usize = 50;

/// Everything that's drawn about one watch, read at once. How long earlier outages lasted is part of it once
/// [`learn_outages`] has read it from the history.
pub(crate) async fn load(key: &Key) -> Result<World, Error> {
    let keys = keys(key);
    of(key, &Area::Session.get_many(&keys.each_ref().map(String::as_str)).await?)
}

/// The keys of [`load`] in session storage.
pub(crate) fn keys(key: &Key) -> [String; 4] {
    [STATUS_PAGE.to_owned(), FAILURES.to_owned(), findings_key(key), outages_key(key)]
}

/// Reads the same from the values of [`keys`].
pub(crate) fn of(key: &Key, values: &Values) -> Result<World, Error> {
    let (findings, outages) = (findings_key(key), outages_key(key));
    Ok(World {
        findings: wire::stored(&findings, &values.get(&findings)?).unwrap_or_default(),
        past_outages: wire::stored(&outages, &values.get(&outages)?).unwrap_or_default(),
        ..common(values)?
    })
}

/// Like [`load`], with every outage of the origin.
pub(crate) async fn load_with_outages(key: &Key, origin: &Origin) -> Result<World, Error> {
    Ok(World { outages: outages(key, origin).await, ..load(key).await? })
}

/// The part that doesn't depend on a watch.
pub(crate) async fn load_common() -> Result<World, Error> {
    common(&Area::Session.get_many(&[STATUS_PAGE, FAILURES]).await?)
}

fn common(values: &Values) -> Result<World, Error> {
    Ok(World {
        connection: if network::is_online() { Connection::Online } else { Connection::Offline },
        status_page: wire::stored(STATUS_PAGE, &values.get(STATUS_PAGE)?),
        failures: wire::stored(FAILURES, &values.get(FAILURES)?).unwrap_or_default(),
        utc_offset_minutes: clock::utc_offset_minutes(),
        ..World::default()
    })
}

/// Reads from the history how long earlier outages lasted, unless that's known. Returns whether the panel has something
/// new to show.
pub(crate) async fn learn_outages(key: &Key, origin: &Origin) -> Result<bool, Error> {
    if key.is_private() || get::<Vec<Duration>>(&outages_key(key)).await?.is_some() {
        return Ok(false);
    }
    keep_outages(key, &outages(key, origin).await).await
}

/// Keeps how long earlier outages of a site lasted. Returns whether there were any.
pub(crate) async fn keep_outages(key: &Key, outages: &[Outage]) -> Result<bool, Error> {
    let outages = outage_durations(outages);
    set(&outages_key(key), &outages).await?;
    Ok(!outages.is_empty())
}

/// Forgets how long earlier outages lasted, because the history was deleted.
pub(crate) async fn forget_outages() -> Result<(), Error> {
    Area::Session.remove_all(OUTAGES).await
}

/// Every outage of an origin; none for private windows, and none if the history can't be read.
async fn outages(key: &Key, origin: &Origin) -> Vec<Outage> {
    if key.is_private() {
        return Vec::new();
    }
    history::of(origin).await.unwrap_or_else(|error| {
        note(&error);
        Vec::new()
    })
}

/// The status page, as last read.
pub(crate) async fn status_page() -> Result<Option<Reading>, Error> {
    get(STATUS_PAGE).await
}

/// Keeps the status page, as read.
pub(crate) async fn keep_status_page(reading: &Reading) -> Result<(), Error> {
    set(STATUS_PAGE, reading).await
}

/// The answers to the user's questions about a watch's host.
pub(crate) async fn findings(key: &Key) -> Result<Findings, Error> {
    Ok(get(&findings_key(key)).await?.unwrap_or_default())
}

/// Keeps the answers to the user's questions.
pub(crate) async fn keep_findings(key: &Key, findings: &Findings) -> Result<(), Error> {
    set(&findings_key(key), findings).await
}

/// The tab that a watch's notification is about. It may outlive the watch, because the user may click it much later.
pub(crate) async fn notified_tab(key: &Key) -> Result<Option<TabId>, Error> {
    let notified: Vec<(String, TabId)> = get(NOTIFIED).await?.unwrap_or_default();
    Ok(notified.into_iter().find_map(|(name, tab)| (name == key.as_str()).then_some(tab)))
}

/// Keeps the tab that a watch's notification is about.
pub(crate) async fn keep_notified_tab(key: &Key, tab: TabId) -> Result<(), Error> {
    let mut notified: Vec<(String, TabId)> = get(NOTIFIED).await?.unwrap_or_default();
    notified.retain(|(name, _)| name != key.as_str());
    notified.insert(0, (key.to_string(), tab));
    notified.truncate(MOST_NOTIFIED);
    set(NOTIFIED, &notified).await
}

/// Forgets everything about one watch.
pub(crate) async fn forget(key: &Key) -> Result<(), Error> {
    Area::Session.remove(&[&findings_key(key), &outages_key(key)]).await
}

/// Remembers that a host failed, except in private windows.
pub(crate) async fn remember_failure(key: &Key, watch: &Watch, failure: &Failure) -> Result<(), Error> {
    if key.is_private() {
        return Ok(());
    }
    let mut failures: Vec<OtherFailure> = get(FAILURES).await?.unwrap_or_default();
    let failure = OtherFailure {
        host: failure.url.host().to_owned(),
        kind: Some(failure.diagnosis.kind),
        form: Some(failure.diagnosis.form),
        is_stuck: failure.diagnosis.is_stuck_challenge(),
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

fn outages_key(key: &Key) -> String {
    format!("{OUTAGES}{key}")
}

async fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    Ok(wire::stored(key, &Area::Session.get(key).await?))
}

async fn set<T: Serialize>(key: &str, value: &T) -> Result<(), Error> {
    Area::Session.set(key, &wire::to_js(value)?).await
}
