//! Carrying out the effects of a step.

use core::time::Duration;

use rayback_core::history::Entry;
use rayback_core::outside::services::encode;
use rayback_core::settings::Settings;
use rayback_core::url::Origin;
use rayback_core::view::ViewContext;
use rayback_core::watch::{Effect, Event, ProbeOutcome, ProbeTarget, Watch};

use crate::browser::{clock, runtime, tabs};
use crate::concurrent::spawn;
use crate::error::{Error, note};

use super::{Worker, notice, probe, registration, trace};
use crate::resource;
use crate::store::{Key, history, watches, world};

impl Worker {
    /// Carries out one effect. A slow one is only started here; its result comes back as an event, in a turn of its own.
    pub(super) async fn act(
        &'static self,
        key: &Key,
        watch: &Watch,
        settings: &Settings,
        effect: Effect,
    ) -> Result<(), Error> {
        match effect {
            // Done when the step was stored: the alarm was set, and a watch that's over was deleted.
            Effect::SetAlarm { .. } | Effect::Forget => Ok(()),
            Effect::Probe { probe, target, timeout } => {
                let (key, origin) = (key.clone(), watch.origin().clone());
                spawn(async move {
                    if let Some(event) = self.probe(&key, &origin, probe, &target, timeout).await {
                        self.own_turn(&key, event).await;
                    }
                    Ok(())
                });
                Ok(())
            }
            Effect::Navigate { tab, url, delay } => {
                self.navigate_later(key, watch, tab, url, delay);
                Ok(())
            }
            Effect::Ask { tab, url } => {
                let key = key.clone();
                spawn(async move {
                    let event = super::navigate::ask(tab, &url).await;
                    self.own_turn(&key, event).await;
                    Ok(())
                });
                Ok(())
            }
            Effect::ReadStatusPage => {
                self.read_status_page_later();
                Ok(())
            }
            Effect::Trace => {
                let (key, origin) = (key.clone(), watch.origin().clone());
                spawn(async move {
                    let permit = self.requests.acquire().await;
                    let event = trace::ask(&origin).await;
                    drop(permit);
                    self.own_turn(&key, event).await;
                    Ok(())
                });
                Ok(())
            }
            Effect::Leave { tab, url } => {
                tabs::navigate(tab, &runtime::url(&format!("left.html?from={}", encode(&url.to_string())))).await
            }
            Effect::Notify { notice, tab } => notice::show(key, watch, settings, notice, tab).await,
            Effect::Record(_) if key.is_private() => Ok(()), // nothing about a private window reaches the disk
            Effect::Record(entry) => {
                let world = world::load(key).await?;
                let words = resource::words(resource::SHOWN, settings).await;
                let context = ViewContext { words: &words, settings, world: &world, now: clock::now() };
                let outages = history::record(&context.history_facts(watch), &entry, settings).await?;
                if entry == Entry::Recovered {
                    world::keep_outages(key, &outages).await?;
                }
                Ok(())
            }
        }
    }

    /// Sends a probe once the number of requests in flight allows it. Sends none if that takes until the probe's
    /// deadline, or if the watch no longer waits for it, for example because the user has pressed Stop.
    async fn probe(
        &self,
        key: &Key,
        origin: &Origin,
        probe: u32,
        target: &ProbeTarget,
        timeout: Duration,
    ) -> Option<Event> {
        let ordered = clock::now();
        let _permit = self.requests.acquire().await;
        let watch = watches::load(key).await.map_err(|error| note(&error)).ok().flatten();
        if !watch?.awaits(probe) {
            return None;
        }
        Some(match timeout.checked_sub(clock::now().since(ordered)) {
            Some(timeout) => probe::send(origin, probe, target, timeout).await,
            None => Event::ProbeEnded { probe, outcome: ProbeOutcome::NoAnswer },
        })
    }
}

/// Deletes everything about a watch. Each part is deleted even if another can't be.
pub(super) async fn forget(key: &Key) {
    watches::remove(key).await.unwrap_or_else(|error| note(&error));
    world::forget(key).await.unwrap_or_else(|error| note(&error));
    registration::remove(key).await.unwrap_or_else(|error| note(&error));
}
