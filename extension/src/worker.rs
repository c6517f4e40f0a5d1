//! The background worker: turns the browser's events into core's, and carries out what core orders.
//!
//! The worker owns nothing. A browser stops it whenever it likes and starts it for the next event, so whatever it holds
//! is a cache of what is stored. Each event is one turn: load the watch, step it, store it, act, draw. Turns are taken one
//! after the other, because storage is asynchronous and two events could otherwise both start from the same old state.

mod act;
mod ask;
mod begin;
mod draw;
mod hosts;
mod menu;
mod message;
mod navigate;
mod notice;
mod probe;
mod status_page;
mod testimony;
mod trace;

use async_lock::Mutex;
use core::cell::Cell;

use js_sys::Array;
use rayback_core::watch::{Effect, Event, Phase, Watch};

use crate::browser::alarms::Alarm;
use crate::browser::{clock, network};
use crate::error::{Error, note};
use crate::wire;

use crate::stored::{Key, settings, watches};
use message::{Message, Sender};

thread_local! {
    /// Leaked once per worker, so that what it spawns may keep it.
    static WORKER: &'static Worker = Box::leak(Box::default());
}

/// What lives as long as the worker.
#[derive(Default)]
struct Worker {
    turns: Mutex<()>,
    has_begun: Cell<bool>,
    reads_status_page: Cell<bool>,
}

/// Takes one event of the browser's.
pub(crate) async fn dispatch(name: &str, details: &Array) {
    let worker = WORKER.with(|worker| *worker);
    if let Err(error) = worker.hear(name, details).await {
        note(&error);
    }
}

impl Worker {
    async fn hear(&'static self, name: &str, details: &Array) -> Result<(), Error> {
        let first = details.get(0);
        if !self.has_begun.replace(true) {
            self.begin(name).await?;
        }
        match name {
            "alarm" => {
                let alarm: Alarm = wire::from_js("an alarm", first)?;
                if let Some(key) = Key::parse(&alarm.name) {
                    self.ring(&key).await;
                }
                Ok(())
            }
            "installed" => self.installed(first).await,
            "permissionsAdded" => self.permitted().await,
            "menuClicked" => self.menu_clicked(first, details.get(1)).await,
            "message" => {
                let message: Message = wire::from_js("a message", first)?;
                let sender: Sender = wire::from_js("a message's sender", details.get(1))?;
                self.receive(message, sender).await
            }
            "notificationClicked" => notice::clicked(&first.as_string().unwrap_or_default()).await,
            // Nothing beyond what beginning does.
            "startup" => Ok(()),
            other => Err(Error::Decode { what: format!("the event \"{other}\""), cause: "no such event".to_owned() }),
        }
    }

    /// The alarm of a watch. While a browser is offline its pages may be asleep and not tell of its return.
    async fn ring(&'static self, key: &Key) {
        let is_offline = |watch: Watch| matches!(watch.phase(), Phase::Offline { .. });
        let was_offline = watches::load(key).await.ok().flatten().is_some_and(is_offline);
        self.turn(key, if was_offline && network::is_online() { Event::Online } else { Event::Alarm }).await;
    }

    /// One turn of one watch; what goes wrong costs this turn alone.
    async fn turn(&'static self, key: &Key, event: Event) {
        let _turn = self.turns.lock().await;
        if let Err(error) = self.step(key, event).await {
            note(&error);
        }
    }

    /// Shows a watch once more, because something beside it has changed.
    async fn redraw(&'static self, key: &Key) {
        let _turn = self.turns.lock().await;
        let drawn = async {
            match watches::load(key).await? {
                Some(watch) => draw::watch(key, &watch, &settings::load().await?).await,
                None => Ok(()),
            }
        };
        if let Err(error) = drawn.await {
            note(&error);
        }
    }

    async fn step(&'static self, key: &Key, event: Event) -> Result<(), Error> {
        match watches::load(key).await? {
            Some(watch) => self.step_from(key, watch, event).await,
            None => Ok(()),
        }
    }

    /// Steps, stores, and only then acts and draws.
    async fn step_from(&'static self, key: &Key, watch: Watch, event: Event) -> Result<(), Error> {
        let settings = settings::load().await?;
        let before: Vec<_> = watch.tabs().iter().map(|tab| tab.id).collect();
        let (watch, effects) = watch.step(&settings, clock::now(), event);
        let is_over = effects.contains(&Effect::Forget);
        if !is_over {
            watches::save(key, &watch).await?;
        }
        for effect in effects {
            if let Err(error) = self.act(key, &watch, effect).await {
                note(&error);
            }
        }
        for left in before.into_iter().filter(|tab| watch.tab(*tab).is_none()) {
            draw::clear(left).await;
        }
        if is_over {
            return Ok(());
        }
        hosts::remember(key, &watch).await.unwrap_or_else(|error| note(&error));
        draw::watch(key, &watch, &settings).await
    }
}
