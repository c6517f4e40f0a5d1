//! The history of outages, in the browser's database; nothing about private windows.

use core::time::Duration;

use idb::{
    Database, DatabaseEvent as _, Factory, KeyPath, KeyRange, ObjectStore, ObjectStoreParams, Query, Transaction,
    TransactionMode,
};
use js_sys::Array;
use rayback_core::history::{Entry, Facts, Outage, OutageId};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::Origin;
use wasm_bindgen::JsValue;

use crate::browser::clock;
use crate::error::{Error, note};
use crate::wire;

const DATABASE: &str = "history";
/// Outages by site and beginning.
const OUTAGES: &str = "outages";
/// The index by which old outages are found: when each was last seen.
const LAST: &str = "last";
/// The store of version 1. It held attempts, of which only outages were ever shown.
const ATTEMPTS: &str = "attempts";

/// The most outages kept, regardless of the settings; the oldest are deleted first.
const MOST: u32 = 20_000;

/// Adds an entry to a site's history, and deletes outages that have been kept for long enough. Returns the site's
/// outages, oldest first.
pub(crate) async fn record(facts: &Facts<'_>, entry: &Entry, settings: &Settings) -> Result<Vec<Outage>, Error> {
    let now = clock::now();
    let (_database, transaction, store) = open(TransactionMode::ReadWrite).await?;
    let mut outages = parse(&store.get_all(Some(site(facts.origin)?), None)?.await?);
    if let Some(outage) = Outage::after(outages.last(), facts, entry, now).filter(|_| settings.keeps_history()) {
        if outages.last().is_some_and(|known| known.start == outage.start) {
            outages.pop();
        }
        put(&store, &outage).await?;
        outages.push(outage);
    }
    delete_old(&store, settings, now).await?;
    commit(transaction).await?;
    Ok(outages)
}

/// A site's outages, oldest first. A damaged one is left out.
pub(crate) async fn of(origin: &Origin) -> Result<Vec<Outage>, Error> {
    let (_database, _, store) = open(TransactionMode::ReadOnly).await?;
    let found = store.get_all(Some(site(origin)?), None)?.await?;
    Ok(parse(&found))
}

/// Every outage, by site. A damaged one is left out.
pub(crate) async fn all() -> Result<Vec<Outage>, Error> {
    let (_database, _, store) = open(TransactionMode::ReadOnly).await?;
    let found = store.get_all(None, None)?.await?;
    Ok(parse(&found))
}

/// Deletes some outages.
pub(crate) async fn delete(ids: &[OutageId]) -> Result<(), Error> {
    let (_database, transaction, store) = open(TransactionMode::ReadWrite).await?;
    for OutageId { origin, start } in ids {
        store.delete(Query::from(JsValue::from(key(origin, Some(*start)))))?;
    }
    commit(transaction).await
}

/// Deletes outages that have been kept for long enough.
pub(crate) async fn prune(settings: &Settings) -> Result<(), Error> {
    let (_database, transaction, store) = open(TransactionMode::ReadWrite).await?;
    delete_old(&store, settings, clock::now()).await?;
    commit(transaction).await
}

/// Deletes every outage.
pub(crate) async fn clear() -> Result<(), Error> {
    let (_database, transaction, store) = open(TransactionMode::ReadWrite).await?;
    store.clear()?.await?;
    commit(transaction).await
}

async fn put(store: &ObjectStore, outage: &Outage) -> Result<(), Error> {
    store.put(&wire::to_js(outage)?, None)?.await?;
    Ok(())
}

async fn delete_old(store: &ObjectStore, settings: &Settings, now: Timestamp) -> Result<(), Error> {
    let index = store.index(LAST)?;
    let end = now.before(Duration::from_hours(24) * settings.history_days);
    let end = JsValue::from_f64(number(end));
    let mut old = index.get_all_keys(Some(Query::from(KeyRange::upper_bound(&end, None)?)), None)?.await?;
    let surplus = store.count(None)?.await?.saturating_sub(MOST);
    if surplus > 0 {
        old.extend(index.get_all_keys(None, Some(surplus))?.await?);
    }
    for key in old {
        store.delete(Query::from(key))?;
    }
    Ok(())
}

/// The outages of what was stored. They're read all at once, because there may be many; only if one is damaged, one by one.
fn parse(stored: &[JsValue]) -> Vec<Outage> {
    let all = stored.iter().collect::<Array>();
    wire::from_js("the history", &all).unwrap_or_else(|error| {
        note(&error);
        stored.iter().filter_map(|outage| wire::from_js("an outage", outage).ok()).collect()
    })
}

/// A range with every outage of a site: an empty list is greater than any number.
fn site(origin: &Origin) -> Result<Query, Error> {
    let upper = key(origin, None);
    upper.push(&Array::new());
    Ok(Query::from(KeyRange::bound(&key(origin, None), &upper, None, None)?))
}

fn key(origin: &Origin, start: Option<Timestamp>) -> Array {
    let key = Array::of1(&JsValue::from_str(origin.as_str()));
    if let Some(start) = start {
        key.push(&JsValue::from_f64(number(start)));
    }
    key
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "exact for 285,000 years")]
fn number(at: Timestamp) -> f64 {
    at.unix_millis() as f64
}

async fn commit(transaction: Transaction) -> Result<(), Error> {
    transaction.commit()?.await?;
    Ok(())
}

/// A connection to the database, closed wherever its use ends: an open one would keep a later version from upgrading it.
struct Connection(Database);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.close();
    }
}

async fn open(mode: TransactionMode) -> Result<(Connection, Transaction, ObjectStore), Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(2))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        // Each fails if it's done already, and then there's nothing to do.
        let _deleted = database.delete_object_store(ATTEMPTS);
        let mut keyed = ObjectStoreParams::new();
        keyed.key_path(Some(KeyPath::new_array(["origin", "start"])));
        let _made = database
            .create_object_store(OUTAGES, keyed)
            .and_then(|outages| outages.create_index(LAST, KeyPath::new_single(LAST), None));
    });
    let database = Connection(request.await?);
    let transaction = database.0.transaction(&[OUTAGES], mode)?;
    let store = transaction.object_store(OUTAGES)?;
    Ok((database, transaction, store))
}
