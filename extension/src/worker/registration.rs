//! Registering the script that reports healthy documents, for watched hosts only.

use rayback_core::watch::Watch;

use crate::browser::permissions;
use crate::browser::scripting::{self, ContentScript};
use crate::error::{Error, note};

use super::report;
use crate::store::{Key, watches};

/// Registers the script for a watch's host, unless it's registered.
pub(super) async fn add(key: &Key, watch: &Watch) -> Result<(), Error> {
    if scripting::is_registered(key.as_str()).await? {
        return Ok(());
    }
    scripting::register(&[script(key, watch)]).await
}

/// Unregisters a watch's script, if it's registered.
pub(super) async fn remove(key: &Key) -> Result<(), Error> {
    if !scripting::is_registered(key.as_str()).await? {
        return Ok(());
    }
    scripting::unregister(&[key.as_str()]).await
}

/// Registers the scripts of all watches, and unregisters those without a watch.
pub(super) async fn reconcile() -> Result<(), Error> {
    let registered: Vec<String> = scripting::registered().await?.into_iter().map(|script| script.id).collect();
    let watches = watches::all().await?;
    let orphans: Vec<&str> =
        registered.iter().map(String::as_str).filter(|id| watches.iter().all(|(key, _)| key.as_str() != *id)).collect();
    if !orphans.is_empty() {
        scripting::unregister(&orphans).await?;
    }
    for (key, watch) in watches.iter().filter(|(key, _)| !registered.iter().any(|id| id == key.as_str())) {
        // A host that can't be a match pattern mustn't stop the others.
        scripting::register(&[script(key, watch)]).await.unwrap_or_else(|error| note(&error));
    }
    Ok(())
}

/// The script runs on every port of the host; the worker compares origins.
fn script(key: &Key, watch: &Watch) -> ContentScript {
    ContentScript {
        id: key.as_str().to_owned(),
        matches: vec![permissions::pattern(watch.origin())],
        js: report::HEALTHY.map(str::to_owned).to_vec(),
        run_at: "document_end".to_owned(),
        persist_across_sessions: false,
    }
}
