//! Cloudflare's public status page: read once for all tabs, kept for a minute, and unknown if it can't be read. No panel
//! waits for it: its result is drawn when it arrives.

use core::time::Duration;

use gloo_timers::future::sleep;
use rayback_core::outside::serving::serving_data_centre;
use rayback_core::outside::status_page::{Freshness, Reading, StatusPage};
use rayback_core::retry::IncidentState;
use rayback_core::settings::Settings;
use rayback_core::watch::Event;

use crate::browser::clock;
use crate::browser::network::{Answer, Fetch};
use crate::concurrent::{both, spawn};
use crate::error::{Error, note};
use crate::store::{index, settings, watches, world};

use super::Worker;

/// An answer that takes longer isn't worth waiting for.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Worker {
    /// Reads the status page, if the kept copy is old; the result comes back as events.
    pub(super) fn read_status_page_later(&'static self) {
        if self.reads_status_page.replace(true) {
            return;
        }
        spawn(async {
            let read = self.read_status_page().await;
            self.reads_status_page.set(false);
            read
        });
    }

    async fn read_status_page(&'static self) -> Result<(), Error> {
        let (kept, install) = both(world::status_page(), settings::install()).await;
        let kept = kept?;
        let reading = match Reading::freshness(kept.as_ref(), clock::now(), clock::chance(), install) {
            Freshness::Fresh => kept,
            Freshness::Ask { after, if_none_match } => {
                // If the worker is stopped meanwhile, the next attempt asks again.
                sleep(after).await;
                if index::load().await?.keys().next().is_none() {
                    return Ok(());
                }
                let reading = ask(kept, if_none_match.as_deref()).await?;
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
            match (watch.incident() == IncidentState::Open, is_serious) {
                (false, Some(true)) => self.own_turn(&key, Event::IncidentOpen).await,
                (true, Some(false)) => self.own_turn(&key, Event::IncidentOver).await,
                _ => self.redraw(&key).await,
            }
        }
        Ok(())
    }
}

/// Requests the status page and turns the answer into a reading. If the documented version can't be read, it requests
/// the one that the page itself uses, unless the server asks for a pause; if that can't be read either, the state is
/// unknown.
async fn ask(kept: Option<Reading>, if_none_match: Option<&str>) -> Result<Reading, Error> {
    let settings = &settings::load().await?;
    let request = StatusPage::request();
    let mut fetch = Fetch::of(&request, settings, TIMEOUT, StatusPage::DOCUMENT_BYTES)?;
    if let Some(etag) = if_none_match {
        fetch = fetch.header("If-None-Match", etag);
    }
    let answer = fetch.send().await;
    let at = clock::now();
    let wait = answer.as_ref().ok().and_then(retry_after);
    let reading = match answer {
        Ok(answer) if answer.status == 304 && kept.is_some() => {
            let (etag, page) = kept.clone().map(|kept| (kept.etag, kept.page)).unwrap_or_default();
            Reading { etag, ..Reading::new(at, page, clock::chance()) }
        }
        Ok(answer) if answer.status == 200 && !answer.is_cut => {
            let page = StatusPage::parse(&answer.body).map_err(|error| note(&unreadable(&error))).ok();
            let page = if page.is_some() { page } else { ask_again(settings).await };
            let etag = answer.headers.get("etag").filter(|_| page.is_some()).map(str::to_owned);
            Reading { etag, ..Reading::new(at, page, clock::chance()) }
        }
        Ok(answer) if answer.status == 404 || answer.status == 410 => {
            Reading::new(at, ask_again(settings).await, clock::chance())
        }
        _ => Reading::new(at, None, clock::chance()),
    };
    Ok(reading.after(kept.as_ref(), wait))
}

/// Requests the version that the status page itself uses.
async fn ask_again(settings: &Settings) -> Option<StatusPage> {
    let request = StatusPage::fallback_request();
    let answer = Fetch::of(&request, settings, TIMEOUT, StatusPage::DOCUMENT_BYTES).ok()?.send().await.ok()?;
    let is_good = answer.status == 200 && !answer.is_cut;
    is_good.then(|| StatusPage::parse(&answer.body).map_err(|error| note(&unreadable(&error))).ok()).flatten()
}

/// The wait that an answer asks for in seconds. For a date, the usual backoff applies.
fn retry_after(answer: &Answer) -> Option<Duration> {
    answer.headers.get("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

fn unreadable(cause: &rayback_core::outside::status_page::StatusPageError) -> Error {
    Error::Decode { what: "Cloudflare's status page".to_owned(), cause: cause.to_string() }
}
