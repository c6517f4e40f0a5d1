//! Cloudflare's public status page: read once for all tabs, kept for a minute, and unknown if it can't be read.

use core::time::Duration;

use rayback_core::outside::serving::serving_data_centre;
use rayback_core::outside::status_page::{Freshness, Reading, StatusPage};
use rayback_core::retry::Incident;
use rayback_core::watch::Event;
use wasm_bindgen_futures::spawn_local;

use crate::browser::clock;
use crate::browser::network::Fetch;
use crate::error::{Error, note};
use crate::store::{watches, world};

use super::Worker;

/// An answer that takes longer isn't worth waiting for.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Worker {
    /// Reads the status page, if the kept copy is old; the result comes back as events.
    pub(super) fn read_status_page_later(&'static self) {
        if self.reads_status_page.replace(true) {
            return;
        }
        spawn_local(async move {
            self.read_status_page().await.unwrap_or_else(|error| note(&error));
            self.reads_status_page.set(false);
        });
    }

    async fn read_status_page(&'static self) -> Result<(), Error> {
        let kept = world::status_page().await?;
        let reading = match Reading::freshness(kept.as_ref(), clock::now()) {
            Freshness::Fresh => kept,
            Freshness::Ask { if_none_match } => {
                let reading = ask(kept, if_none_match.as_deref()).await;
                world::keep_status_page(&reading).await?;
                Some(reading)
            }
        };
        let page = reading.as_ref().and_then(|reading| reading.page.as_ref());
        for (key, watch) in watches::all().await? {
            let is_serious = page.zip(watch.diagnosis()).map(|(page, diagnosis)| {
                let trace = watch.trace().map(|trace| trace.value);
                let served = serving_data_centre(diagnosis, trace, Some(page)).map(|served| served.data_centre);
                page.concern(diagnosis, served).severity().is_serious()
            });
            match (watch.incident() == Incident::Open, is_serious) {
                (false, Some(true)) => self.turn(&key, Event::IncidentOpen).await,
                (true, Some(false)) => self.turn(&key, Event::IncidentOver).await,
                _ => self.redraw(&key).await,
            }
        }
        Ok(())
    }
}

/// Asks, and makes a reading of the answer; one that can't be read is kept as unknown.
async fn ask(kept: Option<Reading>, if_none_match: Option<&str>) -> Reading {
    let request = StatusPage::request();
    let mut fetch = Fetch::of(&request, TIMEOUT, StatusPage::DOCUMENT_BYTES);
    if let Some(etag) = if_none_match {
        fetch = fetch.header("If-None-Match", etag);
    }
    let answer = fetch.send().await;
    let at = clock::now();
    match (answer, kept) {
        (Ok(answer), Some(kept)) if answer.status == 304 => Reading { at, ..kept },
        (Ok(answer), _) if answer.status == 200 && !answer.is_cut => Reading {
            at,
            etag: answer.headers.get("etag").map(str::to_owned),
            page: StatusPage::parse(&answer.body).map_err(|error| note(&unreadable(&error))).ok(),
        },
        _ => Reading { at, etag: None, page: None },
    }
}

fn unreadable(cause: &rayback_core::outside::status_page::StatusPageError) -> Error {
    Error::Decode { what: "Cloudflare's status page".to_owned(), cause: cause.to_string() }
}
