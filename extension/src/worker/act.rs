//! Carrying out what a watch orders.

use rayback_core::watch::{Effect, Watch};
use wasm_bindgen_futures::spawn_local;

use crate::browser::alarms;
use crate::error::Error;

use super::{Worker, hosts, notice, probe, trace};
use crate::stored::Key;
use crate::stored::{history, watches, world};

impl Worker {
    /// Carries out one effect. What takes long is only begun here; its result comes back as an event, in a turn of its own.
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
            Effect::Record(_) if key.is_private() => Ok(()), // nothing of a private window reaches the disk
            Effect::Record(attempt) => history::record(watch.origin(), &attempt).await,
            Effect::Forget => {
                watches::remove(key).await?;
                world::forget_findings(key).await?;
                hosts::forget(key).await?;
                alarms::clear(key.as_str()).await
            }
        }
    }
}
