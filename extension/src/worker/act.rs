//! Carrying out the effects of a step.

use rayback_core::history::AttemptResult;
use rayback_core::watch::{Effect, Watch};
use wasm_bindgen_futures::spawn_local;

use crate::browser::alarms;
use crate::error::Error;

use super::{Worker, notice, probe, registration, trace};
use crate::store::Key;
use crate::store::{history, watches, world};

impl Worker {
    /// Carries out one effect. A slow one is only started here; its result comes back as an event, in a turn of its own.
    pub(crate) async fn act(&'static self, key: &Key, watch: &Watch, effect: Effect) -> Result<(), Error> {
        match effect {
            Effect::SetAlarm { at } => alarms::create(key.as_str(), at).await,
            Effect::Probe { probe, target, timeout } => {
                let (key, origin) = (key.clone(), watch.origin().clone());
                spawn_local(async move {
                    let event = probe::send(&origin, probe, &target, timeout).await;
                    self.turn(&key, event).await;
                });
                Ok(())
            }
            Effect::Navigate { tab, url, delay } => {
                self.navigate_later(key, watch, tab, url, delay);
                Ok(())
            }
            Effect::Ask { tab, url } => {
                let key = key.clone();
                spawn_local(async move {
                    let event = super::navigate::ask(tab, &url).await;
                    self.turn(&key, event).await;
                });
                Ok(())
            }
            Effect::ReadStatusPage => {
                self.read_status_page_later();
                Ok(())
            }
            Effect::Trace => {
                let (key, origin) = (key.clone(), watch.origin().clone());
                spawn_local(async move {
                    let event = trace::ask(&origin).await;
                    self.turn(&key, event).await;
                });
                Ok(())
            }
            Effect::Notify { notice, tab } => notice::show(key, watch, notice, tab).await,
            Effect::Record(_) if key.is_private() => Ok(()), // nothing about a private window reaches the disk
            Effect::Record(attempt) => {
                history::record(watch.origin(), &attempt).await?;
                if attempt.result == AttemptResult::Recovered {
                    world::keep_outages(key, watch.origin()).await?;
                }
                Ok(())
            }
            Effect::Forget => {
                watches::remove(key).await?;
                world::forget(key).await?;
                registration::remove(key).await?;
                alarms::clear(key.as_str()).await
            }
        }
    }
}
