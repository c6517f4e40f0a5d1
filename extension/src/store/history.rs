//! The history of attempts, in the browser's database; nothing about private windows.

use idb::{
    Database, DatabaseEvent as _, Factory, KeyPath, KeyRange, ObjectStoreParams, Query, Transaction, TransactionMode,
};
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
    let (database, transaction) = begin(TransactionMode::ReadWrite).await?;
    let attempts = transaction.object_store(ATTEMPTS)?;
    let number = attempts.add(&entry, None)?.await?;
    if let Some(last) = number.as_f64().map(|number| number - MOST_ATTEMPTS).filter(|last| *last > 0.0) {
        attempts.delete(KeyRange::upper_bound(&last.into(), None)?)?.await?;
    }
    commit(database, transaction).await
}

/// Every attempt for an origin, oldest first. A damaged entry is left out.
pub(crate) async fn attempts(origin: &Origin) -> Result<Vec<Attempt>, Error> {
    let (database, transaction) = begin(TransactionMode::ReadOnly).await?;
    let entries = transaction.object_store(ATTEMPTS)?.index(ORIGIN)?.get_all(Some(of(origin)), None)?.await?;
    database.close();
    Ok(entries.iter().filter_map(|entry| wire::from_js("an attempt", entry).ok()).collect())
}

/// Every attempt of every site, oldest first. A damaged entry is left out.
pub(crate) async fn past() -> Result<Past, Error> {
    #[derive(Deserialize)]
    struct Stored {
        origin: Origin,
    }
    let (database, transaction) = begin(TransactionMode::ReadOnly).await?;
    let entries = transaction.object_store(ATTEMPTS)?.get_all(None, None)?.await?;
    database.close();
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
    let (database, transaction) = begin(TransactionMode::ReadWrite).await?;
    let attempts = transaction.object_store(ATTEMPTS)?;
    for number in attempts.index(ORIGIN)?.get_all_keys(Some(of(origin)), None)?.await? {
        attempts.delete(number)?.await?;
    }
    commit(database, transaction).await
}

/// Deletes every attempt.
pub(crate) async fn clear() -> Result<(), Error> {
    let (database, transaction) = begin(TransactionMode::ReadWrite).await?;
    transaction.object_store(ATTEMPTS)?.clear()?.await?;
    commit(database, transaction).await
}

fn of(origin: &Origin) -> Query {
    Query::from(JsValue::from_str(origin.as_str()))
}

async fn begin(mode: TransactionMode) -> Result<(Database, Transaction), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[ATTEMPTS], mode)?;
    Ok((database, transaction))
}

async fn commit(database: Database, transaction: Transaction) -> Result<(), Error> {
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
