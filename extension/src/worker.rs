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

use async_lock::{Mutex, MutexGuard, Semaphore};
use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::collections::BTreeMap;

use js_sys::{Array, Promise};
use rayback_core::observation::method::{self, SentForm};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Choice, Effect, Event, Index, Phase, TabId, Watch};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

use crate::browser::alarms::{self, Alarm};
use crate::browser::tabs::Tab;
use crate::browser::{clock, network};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::message::Message;
use crate::store::{Key, index, settings, watches};
use crate::{resource, wire};

use receive::Sender;
pub(crate) use report::GATE;

/// How soon the alarm rings again if the worker is stopped while watches are stepped.
const SAFETY: Duration = Duration::from_mins(1);

thread_local! {
    /// Leaked once per worker, so that spawned tasks can keep it.
    static WORKER: &'static Worker = Box::leak(Box::default());
}

/// The state that lives as long as the worker.
struct Worker {
    turns: Mutex<()>,
    /// Locked before `turns` by turns that the worker itself causes. So only one of these waits for `turns` at a time,
    /// and a page's report doesn't queue behind a hundred answers about other sites.
    own: Mutex<()>,
    /// Held while the watches that are due are being stepped.
    ringing: Mutex<()>,
    /// A permit for each request to a failing site that may be in flight.
    requests: Semaphore,
    /// The number of the newest document that each tab has reported, until its turn.
    newest: RefCell<BTreeMap<TabId, u32>>,
    /// Held while a form is being remembered.
    forms: Mutex<()>,
    /// Forms that have left and aren't stored yet.
    leaving: RefCell<Vec<SentForm>>,
    has_begun: Cell<bool>,
    /// Whether the browser is starting. No watch has its tabs yet, so none may be dropped as unneeded.
    is_starting: Cell<bool>,
    reads_status_page: Cell<bool>,
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            turns: Mutex::default(),
            own: Mutex::default(),
            ringing: Mutex::default(),
            requests: Semaphore::new(Index::MOST_AT_ONCE),
            newest: RefCell::default(),
            forms: Mutex::default(),
            leaving: RefCell::default(),
            has_begun: Cell::default(),
            is_starting: Cell::default(),
            reads_status_page: Cell::default(),
        }
    }
}

/// Handles one of the browser's events: the listener's name and its arguments. Resolves to the answer to a message;
/// `undefined` if there's none.
///
/// Returns a promise, because a crate that awaits a future compiles everything in it again.
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
        if name == "alarm" {
            // The alarm that rang is gone, so another one is set first, in case the worker is stopped.
            alarms::set_next(clock::now().after(SAFETY));
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
            "installed" => self.installed(&first).await?,
            "permissionsAdded" => self.permitted(&first).await?,
            "menuClicked" => self.menu_clicked(first, details.get(1)).await?,
            "notificationButtonClicked" => {
                if let Some(key) = first.as_string().and_then(|name| Key::parse(&name)) {
                    self.turn(&key, Event::Pressed(Choice::Stop)).await;
                }
            }
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
        if let Message::FormSent { address, at, shown_in, certainty } = message {
            if let (Some(Tab { id: Some(tab), .. }), Ok(address)) = (sender.tab, PageUrl::parse(&address)) {
                // Before anything is awaited, so that a later report finds the form.
                let form = SentForm { address: address.to_string(), at, tab, shown_in, certainty };
                method::remember(&mut self.leaving.borrow_mut(), form, clock::now());
                self.store_forms().await?;
            }
            return Ok(JsValue::UNDEFINED);
        }
        if matches!(message, Message::Soon | Message::Failing { .. }) {
            // Loaded while the store is read, because the panel needs them.
            spawn(async {
                resource::words(resource::SHOWN, &settings::load().await?).await;
                Ok(())
            });
        }
        if !matches!(message, Message::Soon) && !self.has_begun.replace(true) {
            self.begin("message").await;
        }
        self.receive(message, sender).await
    }

    /// Handles the alarm: steps the watches that are due until none is left, or until as many attempts as allowed are
    /// in progress.
    async fn ring(&'static self) -> Result<(), Error> {
        let Some(_ringing) = self.ringing.try_lock() else {
            // The ring in progress sets the alarm when it ends, unless the worker is stopped first.
            alarms::set_next(clock::now().after(SAFETY));
            return Ok(());
        };
        loop {
            let due = {
                let _turn = self.turns.lock().await;
                let now = clock::now();
                alarms::set_next(now.after(SAFETY));
                let index = index::load().await?;
                let due = index.due(now);
                if due.is_empty() {
                    return set_alarm(&index).await;
                }
                due
            };
            for name in due {
                self.ring_for(&name).await?;
            }
        }
    }

    /// Steps a watch that's due. One whose step fails is postponed, and one that's gone is removed from the index.
    async fn ring_for(&'static self, name: &str) -> Result<(), Error> {
        let _turn = self.lock_own().await;
        let is_lost = match self.ring_once(name).await {
            Ok(is_there) => !is_there,
            Err(error) => {
                note(&error);
                false
            }
        };
        let now = clock::now();
        let before = index::load().await?;
        let mut index = before.clone();
        if is_lost {
            index.remove(name);
        } else {
            index.postpone(name, now, now.after(SAFETY));
        }
        if index == before { Ok(()) } else { index::save(&index).await }
    }

    /// Steps a watch because of the alarm. Returns whether it still exists.
    async fn ring_once(&'static self, name: &str) -> Result<bool, Error> {
        let Some(key) = Key::parse(name) else { return Ok(false) };
        let Some(watch) = watches::load(&key).await? else { return Ok(false) };
        // The pages of an offline browser may be asleep and not report that it's back online.
        let is_back_online = matches!(watch.phase(), Phase::Offline { .. }) && network::is_online();
        let event = if is_back_online { Event::Online } else { Event::Alarm };
        self.step_from(&key, watch, event).await?;
        Ok(true)
    }

    /// One turn of one watch. An error ends this turn only.
    async fn turn(&'static self, key: &Key, event: Event) {
        let turn = self.turns.lock().await;
        self.step_in(turn, key, event).await;
    }

    /// The same for an event that the worker itself caused. Pages' reports come first.
    async fn own_turn(&'static self, key: &Key, event: Event) {
        let turn = self.lock_own().await;
        self.step_in(turn, key, event).await;
    }

    async fn lock_own(&self) -> MutexGuard<'_, ()> {
        let _own = self.own.lock().await;
        self.turns.lock().await
    }

    async fn step_in(&'static self, _turn: MutexGuard<'_, ()>, key: &Key, event: Event) {
        if let Err(error) = self.step(key, event).await {
            note(&error);
        }
    }

    /// Shows a watch again, because something outside it has changed.
    async fn redraw(&'static self, key: &Key) {
        let _turn = self.lock_own().await;
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
    async fn advance(
        &'static self,
        key: &Key,
        watch: Watch,
        settings: &Settings,
        event: Event,
    ) -> Result<Stepped, Error> {
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

    /// Stores a watch after its step, or deletes it if the step ended it, and sets the alarm.
    ///
    /// Returns an error if the watch can't be stored even after others were dropped to make room; it's then stepped
    /// again soon, from its old state. Also returns an error if a new watch can't be added to the index, because no
    /// alarm would ever step it.
    ///
    /// The worker may be stopped between any two of these calls. So the alarm is set first, and the index never lags
    /// the stored watch: an entry is added or brought forward before the watch is stored, and everything else is
    /// changed after.
    async fn store(&'static self, key: &Key, Stepped { watch, effects, .. }: &Stepped) -> Result<(), Error> {
        let now = clock::now();
        let old = index::load().await?;
        let mut index = old.clone();
        let is_over = effects.contains(&Effect::Forget);
        if is_over {
            index.remove(key.as_str());
        } else {
            index.put(key.as_str(), watch, now);
        }
        // Until the new state is stored, the old one may be due.
        let safe = old.earliest().map(|at| at.max(now.after(SAFETY)));
        let first = self.alarm_of(&index, now).into_iter().chain(safe).min();
        first.into_iter().for_each(alarms::set_next);
        let mut written = old.clone();
        let was_due = old.due_at(key.as_str());
        if index.due_at(key.as_str()).is_some_and(|due| was_due.is_none_or(|was| due < was)) {
            match index::save(&index).await {
                Ok(()) => written = index.clone(),
                Err(error) => note(&error),
            }
        }
        let mut saved = if is_over {
            act::forget(key).await;
            Ok(())
        } else {
            self.save(key, watch, &mut index).await
        };
        if saved.is_err() {
            index.advance(key.as_str(), now.after(SAFETY));
        }
        if index != written
            && let Err(error) = index::save(&index).await
        {
            note(&error);
            if was_due.is_none() && !is_over && saved.is_ok() {
                act::forget(key).await;
                saved = Err(error);
            }
        }
        let next = self.alarm_of(&index, now);
        next.filter(|_| next != first).into_iter().for_each(alarms::set_next);
        if !self.is_ringing() && !index.due(now).is_empty() {
            // An alarm may take half a minute to ring, and an attempt that has just ended makes room for the next.
            spawn(self.ring());
        }
        saved
    }

    /// When the alarm must ring next. While due watches are being stepped, the others that are due need only the safety
    /// alarm, because they're stepped next anyway.
    fn alarm_of(&self, index: &Index, now: Timestamp) -> Option<Timestamp> {
        let at = index.earliest()?;
        Some(if self.is_ringing() && at <= now { now.after(SAFETY) } else { at })
    }

    fn is_ringing(&self) -> bool {
        self.ringing.try_lock().is_none()
    }

    /// Saves a watch; if that fails, drops others to make room, and tries again.
    async fn save(&self, key: &Key, watch: &Watch, index: &mut Index) -> Result<(), Error> {
        let Err(error) = watches::save(key, watch).await else { return Ok(()) };
        note(&error);
        if !self.is_starting.get() {
            // The store is full.
            let mut others = index.clone();
            others.remove(key.as_str());
            drop_watches(index, others.droppable()).await;
        }
        watches::save(key, watch).await
    }

    /// Drops watches that no tab needs, if there are too many.
    async fn drop_surplus(&self) -> Result<(), Error> {
        if self.is_starting.get() {
            return Ok(());
        }
        let mut index = index::load().await?;
        let surplus = index.surplus();
        if surplus.is_empty() {
            return Ok(());
        }
        drop_watches(&mut index, surplus).await;
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
            if let Err(error) = self.act(key, &watch, settings, effect).await {
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

/// Sets the alarm for the watch that's due first, or clears it if there's none.
async fn set_alarm(index: &Index) -> Result<(), Error> {
    match index.earliest() {
        Some(at) => {
            alarms::set_next(at);
            Ok(())
        }
        None => alarms::clear(alarms::NEXT).await,
    }
}

/// Drops watches, with everything about them.
async fn drop_watches(index: &mut Index, names: Vec<String>) {
    for name in names {
        index.remove(&name);
        if let Some(key) = Key::parse(&name) {
            act::forget(&key).await;
        }
    }
}
