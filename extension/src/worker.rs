//! The background worker: turns the browser's events into core's, and carries out core's effects.
//!
//! The worker owns nothing. A browser may stop it at any time and starts it for the next event, so everything it holds is
//! a cache of the stored state. Each event is one turn: load the watch, step it, store it, act, draw. Turns run one after
//! the other, because storage is asynchronous and two events could otherwise both start from the same old state.

mod act;
mod ask;
mod display;
mod menu;
mod navigate;
mod notice;
mod probe;
mod receive;
mod registration;
mod report;
mod startup;
mod status_page;
mod trace;

use async_lock::Mutex;
use core::cell::Cell;
use core::time::Duration;

use js_sys::{Array, Promise};
use rayback_core::settings::Settings;
use rayback_core::watch::{Effect, Event, Index, Phase, TabId, Watch};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{future_to_promise, spawn_local};

use crate::browser::alarms::{self, Alarm};
use crate::browser::{clock, network};
use crate::concurrent::both;
use crate::error::{Error, note};
use crate::message::Message;
use crate::store::{Key, index, settings, watches};
use crate::{resource, wire};

use receive::Sender;

/// The alarm that's set while watches are stepped, should the worker be stopped meanwhile.
const SAFETY: Duration = Duration::from_mins(1);

thread_local! {
    /// Leaked once per worker, so that spawned tasks can keep it.
    static WORKER: &'static Worker = Box::leak(Box::default());
}

/// The state that lives as long as the worker.
#[derive(Default)]
struct Worker {
    turns: Mutex<()>,
    /// Held while a form is being remembered.
    forms: Mutex<()>,
    has_begun: Cell<bool>,
    reads_status_page: Cell<bool>,
}

/// Handles one of the browser's events: the listener's name and its arguments. Resolves to the answer to a message;
/// `undefined` if there's none.
///
/// A promise and no future: the crate that awaits a future compiles it, and everything within, once more.
pub fn dispatch(name: String, details: Array) -> Promise {
    let worker = WORKER.with(|worker| *worker);
    future_to_promise(async move {
        Ok(worker.hear(&name, &details).await.unwrap_or_else(|error| {
            note(&error);
            JsValue::UNDEFINED
        }))
    })
}

/// A watch after its latest step, with the effects still to come.
struct Stepped {
    watch: Watch,
    effects: Vec<Effect>,
    /// Tabs that the step removed from the watch.
    left: Vec<TabId>,
}

impl Worker {
    async fn hear(&'static self, name: &str, details: &Array) -> Result<JsValue, Error> {
        let first = details.get(0);
        if name == "message" {
            let message: Message = wire::from_js("a message", &first)?;
            let sender: Sender = wire::from_js("a message's sender", &details.get(1))?;
            return self.hear_message(message, sender).await;
        }
        if !self.has_begun.replace(true) {
            self.begin(name).await;
        }
        match name {
            "alarm" => {
                let alarm: Alarm = wire::from_js("an alarm", &first)?;
                if alarm.name == alarms::NEXT {
                    self.ring().await?;
                }
            }
            "installed" => self.installed(first).await?,
            "permissionsAdded" => self.permitted().await?,
            "menuClicked" => self.menu_clicked(first, details.get(1)).await?,
            "notificationClicked" => notice::clicked(&first.as_string().unwrap_or_default()).await?,
            "startup" => {} // nothing beyond beginning
            other => {
                return Err(Error::Decode {
                    what: format!("the event \"{other}\""),
                    cause: "no such event".to_owned(),
                });
            }
        }
        Ok(JsValue::UNDEFINED)
    }

    async fn hear_message(&'static self, message: Message, sender: Sender) -> Result<JsValue, Error> {
        // Taken before anything is awaited, so that a report that comes later finds the form.
        let _form = match message {
            Message::FormSent { .. } => Some(self.forms.lock().await),
            _ => None,
        };
        if matches!(message, Message::Soon | Message::Failing { .. }) {
            // Read beside the store, because the drawing needs them.
            spawn_local(async { drop(both(resource::words(resource::SHOWN), settings::install()).await) });
        }
        let is_event = !matches!(message, Message::Soon | Message::FormSent { .. });
        if is_event && !self.has_begun.replace(true) {
            self.begin("message").await;
        }
        self.receive(message, sender).await
    }

    /// The alarm: steps the watches that are due, a few at a time. Those left over are due at once.
    async fn ring(&'static self) -> Result<(), Error> {
        let due = {
            let _turn = self.turns.lock().await;
            let now = clock::now();
            // The alarm that rang is gone, so there's another before anything is stepped.
            alarms::set_next(now.after(SAFETY));
            index::load().await?.due(now)
        };
        for key in due {
            match Key::parse(&key) {
                Some(key) => self.ring_for(&key).await,
                None => self.correct(|index| index.remove(&key)).await?,
            }
        }
        let _turn = self.turns.lock().await;
        if let Some(at) = index::load().await?.earliest() {
            alarms::set_next(at);
        }
        Ok(())
    }

    /// Changes the index, in a turn of its own.
    async fn correct(&'static self, change: impl FnOnce(&mut Index)) -> Result<(), Error> {
        let _turn = self.turns.lock().await;
        let mut index = index::load().await?;
        change(&mut index);
        index::save(&index).await
    }

    /// A watch that's due. The pages of an offline browser may be asleep and not report that it's back online.
    async fn ring_for(&'static self, key: &Key) {
        let is_offline = |watch: Watch| matches!(watch.phase(), Phase::Offline { .. });
        let stored = watches::load(key).await;
        let is_lost = matches!(stored, Ok(None));
        let was_offline = stored.ok().flatten().is_some_and(is_offline);
        self.turn(key, if was_offline && network::is_online() { Event::Online } else { Event::Alarm }).await;
        // A watch that's gone is taken out, and one whose step failed isn't stepped again at once.
        let until = clock::now().after(SAFETY);
        let corrected = self.correct(|index| match () {
            () if is_lost => index.remove(key.as_str()),
            () if index.due(clock::now()).iter().any(|due| due == key.as_str()) => index.postpone(key.as_str(), until),
            () => {}
        });
        corrected.await.unwrap_or_else(|error| note(&error));
    }

    /// One turn of one watch. An error costs this turn only.
    async fn turn(&'static self, key: &Key, event: Event) {
        let _turn = self.turns.lock().await;
        if let Err(error) = self.step(key, event).await {
            note(&error);
        }
    }

    /// Shows a watch again, because something outside it has changed.
    async fn redraw(&'static self, key: &Key) {
        let _turn = self.turns.lock().await;
        let drawn = async {
            match watches::load(key).await? {
                Some(watch) => display::watch(key, &watch, &settings::load().await?, None).await,
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
        let stepped = self.advance(key, watch, &settings, event).await?;
        self.follow(key, stepped, &settings, None).await.map(drop)
    }

    /// Steps a watch and stores it.
    async fn advance(&self, key: &Key, watch: Watch, settings: &Settings, event: Event) -> Result<Stepped, Error> {
        let stepped = Self::stepped(watch, settings, event);
        self.store(key, &stepped).await?;
        Ok(stepped)
    }

    /// Steps a watch, without storing it yet.
    fn stepped(watch: Watch, settings: &Settings, event: Event) -> Stepped {
        let before: Vec<_> = watch.tabs().iter().map(|tab| tab.id).collect();
        let (watch, effects) = watch.step(settings, clock::now(), event);
        let is_left = |tab: &TabId| watch.tabs().iter().all(|watched| watched.id != *tab);
        let left = before.into_iter().filter(is_left).collect();
        Stepped { watch, effects, left }
    }

    /// Stores a watch after its step, unless the step ended it, and sets the alarm. A watch that can't be stored even
    /// after others made room for it is an error, and is stepped again soon from its old state.
    async fn store(&self, key: &Key, Stepped { watch, effects, .. }: &Stepped) -> Result<(), Error> {
        let now = clock::now();
        let mut index = index::load().await?;
        let was_due = index.earliest();
        let is_over = effects.contains(&Effect::Forget);
        if is_over {
            index.remove(key.as_str());
        } else {
            index.put(key.as_str(), watch, now);
        }
        let due = index.earliest();
        // Set before anything is stored, so that a worker that is stopped at any point is started again in time: until the
        // new state is stored, the old one may be due.
        let old = was_due.map(|at| at.max(now.after(SAFETY)));
        let first = due.into_iter().chain(old).min();
        first.into_iter().for_each(alarms::set_next);
        let mut saved = if is_over { Ok(()) } else { watches::save(key, watch).await };
        if let Err(error) = &saved {
            note(error);
            self.make_room(&mut index).await;
            saved = watches::save(key, watch).await;
        }
        if saved.is_err() {
            index.advance(key.as_str(), now.after(SAFETY));
        }
        index::save(&index).await.unwrap_or_else(|error| note(&error));
        let due = index.earliest();
        due.filter(|_| due != first).into_iter().for_each(alarms::set_next);
        saved
    }

    /// Drops watches that no tab needs, because the store is full.
    async fn make_room(&self, index: &mut Index) {
        for name in index.droppable() {
            index.remove(&name);
            if let Some(key) = Key::parse(&name) {
                act::forget(&key).await;
            }
        }
    }

    /// Drops watches that no tab needs, if there are too many.
    async fn drop_surplus(&self) -> Result<(), Error> {
        let mut index = index::load().await?;
        let surplus = index.surplus();
        if surplus.is_empty() {
            return Ok(());
        }
        for name in surplus {
            index.remove(&name);
            if let Some(key) = Key::parse(&name) {
                act::forget(&key).await;
            }
        }
        index::save(&index).await
    }

    /// Acts and draws after a step; `answered` is a tab whose panel was already drawn. Returns the watch.
    async fn follow(
        &'static self,
        key: &Key,
        Stepped { watch, effects, left }: Stepped,
        settings: &Settings,
        answered: Option<TabId>,
    ) -> Result<Watch, Error> {
        let is_over = effects.contains(&Effect::Forget);
        for effect in effects {
            if let Err(error) = self.act(key, &watch, effect).await {
                note(&error);
            }
        }
        for tab in left {
            display::clear(tab).await;
        }
        if watch.tabs().is_empty() {
            self.drop_surplus().await.unwrap_or_else(|error| note(&error));
        }
        if !is_over {
            registration::add(key, &watch).await.unwrap_or_else(|error| note(&error));
            display::watch(key, &watch, settings, answered).await?;
        }
        Ok(watch)
    }
}
