//! The history of attempts, in the browser's database; nothing about private windows.

use idb::{Database, DatabaseEvent as _, Factory, KeyPath, KeyRange, ObjectStoreParams, Query, TransactionMode};
use rayback_core::history::Attempt;
use rayback_core::url::Origin;
use rayback_core::view::Past;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::error::Error;
use crate::wire;

const DATABASE: &str = "history";
const ATTEMPTS: &str = "attempts";
const ORIGIN: &str = "origin";

/// How many attempts are kept; the oldest are deleted first.
const MOST_ATTEMPTS: f64 = 5000.0;

/// An attempt with its site.
#[derive(Serialize)]
struct Entry<'a> {
    origin: &'a Origin,
    #[serde(flatten)]
    attempt: &'a Attempt,
}

/// Adds an attempt.
pub(crate) async fn record(origin: &Origin, attempt: &Attempt) -> Result<(), Error> {
    let entry = wire::to_js(&Entry { origin, attempt })?;
    write(&entry).await.map_err(|cause| Error::Browser { call: "indexedDB", cause: cause.to_string() })
}

/// Every attempt for an origin, oldest first. A damaged entry is left out.
pub(crate) async fn attempts(origin: &Origin) -> Result<Vec<Attempt>, Error> {
    let entries = read(origin).await.map_err(|cause| Error::Browser { call: "indexedDB", cause: cause.to_string() })?;
    Ok(entries.iter().filter_map(|entry| wire::from_js("an attempt", entry).ok()).collect())
}

/// Every attempt of every site, oldest first. A damaged entry is left out.
pub(crate) async fn past() -> Result<Past, Error> {
    #[derive(Deserialize)]
    struct Stored {
        origin: Origin,
    }
    let entries = read_all().await.map_err(|cause| Error::Browser { call: "indexedDB", cause: cause.to_string() })?;
    let mut past = Past::new();
    for entry in entries {
        let attempt = wire::from_js::<Attempt>("an attempt", &entry);
        if let (Ok(Stored { origin }), Ok(attempt)) = (wire::from_js("an attempt's site", &entry), attempt) {
            past.entry(origin).or_default().push(attempt);
        }
    }
    Ok(past)
}

/// Deletes every attempt for an origin.
pub(crate) async fn delete(origin: &Origin) -> Result<(), Error> {
    remove(origin).await.map_err(|cause| Error::Browser { call: "indexedDB", cause: cause.to_string() })
}

/// Deletes every attempt.
pub(crate) async fn clear() -> Result<(), Error> {
    forget().await.map_err(|cause| Error::Browser { call: "indexedDB", cause: cause.to_string() })
}

async fn forget() -> Result<(), idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], TransactionMode::ReadWrite)?;
    transaction.object_store(ATTEMPTS)?.clear()?.await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn read_all() -> Result<Vec<JsValue>, idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], TransactionMode::ReadOnly)?;
    let entries = transaction.object_store(ATTEMPTS)?.get_all(None, None)?.await?;
    database.close();
    Ok(entries)
}

async fn remove(origin: &Origin) -> Result<(), idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], TransactionMode::ReadWrite)?;
    let attempts = transaction.object_store(ATTEMPTS)?;
    let query = Query::from(JsValue::from_str(origin.as_str()));
    for number in attempts.index(ORIGIN)?.get_all_keys(Some(query), None)?.await? {
        attempts.delete(number)?.await?;
    }
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn read(origin: &Origin) -> Result<Vec<JsValue>, idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], TransactionMode::ReadOnly)?;
    let by_origin = transaction.object_store(ATTEMPTS)?.index(ORIGIN)?;
    let entries = by_origin.get_all(Some(Query::from(JsValue::from_str(origin.as_str()))), None)?.await?;
    database.close();
    Ok(entries)
}

async fn write(entry: &JsValue) -> Result<(), idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], TransactionMode::ReadWrite)?;
    let attempts = transaction.object_store(ATTEMPTS)?;
    let number = attempts.add(entry, None)?.await?;
    if let Some(last) = number.as_f64().map(|number| number - MOST_ATTEMPTS).filter(|last| *last > 0.0) {
        attempts.delete(KeyRange::upper_bound(&last.into(), None)?)?.await?;
    }
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn open() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        let mut numbered = ObjectStoreParams::new();
        numbered.auto_increment(true);
        // It fails if the store already exists, and then there is nothing to do.
        let _made = event
            .database()
            .and_then(|database| database.create_object_store(ATTEMPTS, numbered))
            .and_then(|attempts| attempts.create_index(ORIGIN, KeyPath::new_single(ORIGIN), None));
    });
    request.await
}
