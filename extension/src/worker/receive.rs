//! Messages from the scripts in pages, and from the extension's own pages.

use rayback_core::redact;
use rayback_core::settings::Settings;
use rayback_core::url::{Origin, PageUrl};
use rayback_core::watch::{Choice, Event, Method, Sighting, TabId, Watch};
use serde::Deserialize;
use wasm_bindgen::JsValue;

use crate::browser::tabs::{self, Tab};
use crate::browser::{action, clock, network, runtime};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::message::{Message, PageName, PageReport, VisitorAddress};
use crate::store::reading::Reading;
use crate::store::{Key, forms, index, misread, settings, watches, world};

use super::{Worker, display, menu};

/// The sender of a message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sender {
    /// The tab; absent for the popup.
    #[serde(default)]
    pub(super) tab: Option<Tab>,
    /// The address of the sender's document, as the browser reports it.
    #[serde(default)]
    url: Option<String>,
    /// The number of its frame, of more than 32 bits in Firefox; 0 for the tab's own document.
    #[serde(default)]
    frame_id: Option<i64>,
}

impl Sender {
    /// Whether it's one of the extension's own pages. Only they may send messages about other pages: a hostile page may
    /// control its own process.
    fn is_own(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.starts_with(&runtime::url("")))
    }

    /// Whether a page's report on itself names an address of the sender's own origin.
    fn may_report(&self, page: &PageReport) -> bool {
        let known = self.url.as_ref().or(self.tab.as_ref().and_then(|tab| tab.url.as_ref()));
        let origin = |url: &String| PageUrl::parse(url).ok().map(|url| url.origin().clone());
        known.and_then(origin).is_some_and(|known| Some(known) == origin(&page.url))
    }
}

impl Worker {
    /// Handles one message; returns its answer, `undefined` if it has none.
    pub(super) async fn receive(&'static self, message: Message, sender: Sender) -> Result<JsValue, Error> {
        if sender.frame_id.is_some_and(|frame| frame != 0) {
            return Ok(JsValue::UNDEFINED); // only forms are reported by frames
        }
        match message {
            Message::Soon | Message::FormSent { .. } => {} // handled on arrival
            Message::Failing { page, sighting } => {
                if sender.may_report(&page)
                    && let Some(tab) = sender.tab
                {
                    return self.failing(&tab, &page, sighting).await;
                }
            }
            Message::Healthy => {
                if let Some((key, tab)) = key_of(&sender).await? {
                    self.turn(&key, Event::Loaded { tab }).await;
                }
            }
            Message::Visibility { visibility } => {
                if let Some((key, tab)) = key_of(&sender).await? {
                    self.turn(&key, Event::Visibility { tab, visibility }).await;
                }
            }
            Message::Connection { online: true } => self.everywhere(|| Event::Online).await?,
            // A single tab may be offline, or claim to be.
            Message::Connection { online: false } if network::is_online() => {}
            Message::Connection { online: false } => self.everywhere(|| Event::Offline).await?,
            Message::Pressed { choice, key } => {
                let pressed = match key {
                    Some(key) if sender.is_own() => Key::parse(&key).map(|key| (key, choice)),
                    _ => key_of(&sender).await?.and_then(|(key, tab)| Some((key, in_page(choice, tab)?))),
                };
                if let Some((key, choice)) = pressed {
                    if choice == Choice::TrustOrigin {
                        change_settings(&key, |settings, origin| {
                            settings.trusted_origins.insert(origin.as_str().to_owned());
                        })
                        .await?;
                    }
                    self.turn(&key, Event::Pressed(choice)).await;
                }
            }
            Message::Asked { question, page } => {
                if let Some(key) = Key::parse(&page.key).filter(|_| sender.is_own()) {
                    self.ask(&key, page.tab, question).await?;
                }
            }
            Message::OpenHost => {
                if let Some((key, _)) = key_of(&sender).await? {
                    open_host(&sender, &key).await?;
                }
            }
            Message::Report { address, page } => {
                let (page, address) = match page.filter(|_| sender.is_own()) {
                    Some(page) => (Key::parse(&page.key).map(|key| (key, page.tab)), address),
                    None => (key_of(&sender).await?, VisitorAddress::LeftOut),
                };
                if let Some((key, tab)) = page {
                    return display::report(&key, tab, address).await;
                }
            }
            Message::Misread { body, opens } => {
                let text = redact::redacted(&body);
                if !opens {
                    return Ok(text.into());
                }
                if let Some((key, tab)) = key_of(&sender).await? {
                    misread::keep(PageName { key: key.to_string(), tab }, text).await?;
                    open_host(&sender, &key).await?;
                }
            }
            Message::PanelSized { size, key } => {
                let key = match key {
                    Some(key) if sender.is_own() => Key::parse(&key),
                    _ => key_of(&sender).await?.map(|(key, _)| key),
                };
                if let Some(key) = key {
                    change_settings(&key, |settings, origin| settings.set_panel_size(origin, size)).await?;
                    self.redraw(&key).await;
                }
            }
            Message::SettingsChanged if !sender.is_own() => {}
            Message::SettingsChanged => {
                // The language may have changed.
                menu::create().await.unwrap_or_else(|error| note(&error));
                self.everywhere(|| Event::SettingsChanged).await?;
            }
        }
        Ok(JsValue::UNDEFINED)
    }

    /// Handles a document that fails, or seems to. Answers with its panel; meanwhile it stores the watch, and then does
    /// everything else that follows from the failure, in the same turn.
    async fn failing(&'static self, tab: &Tab, page: &PageReport, sighting: Sighting) -> Result<JsValue, Error> {
        let Some(id) = tab.id else { return Ok(JsValue::NULL) };
        let Some(page) = page.recognise(tab) else {
            // The gate can't be sure; here it's certain that the page isn't Cloudflare's.
            if let Some(key) = watches::key_of_tab(tab).await? {
                self.turn(&key, Event::Loaded { tab: id }).await;
            }
            return Ok(JsValue::NULL);
        };
        let number = self.number(id, sighting);
        let turn = self.turns.lock().await;
        if !self.is_newest(id, number) {
            // A tab that goes from failure to failure mustn't keep other sites waiting.
            return Ok(JsValue::NULL);
        }
        let origin = page.url().origin().clone();
        let key = if tab.incognito {
            watches::private_key(&origin).await?.unwrap_or_else(Key::private)
        } else {
            Key::shared(&origin)
        };
        self.store_forms().await.unwrap_or_else(|error| note(&error));
        let Reading { watch, settings, forms, world } = Reading::load(&key).await?;
        if let Some(watch) = watch.as_ref().filter(|watch| watch.passes_over(id, page.url(), clock::now()))
            && sighting == Sighting::Fresh
        {
            // The new document has removed the badge.
            display::badge(watch, &settings, &world, id).await?;
            return Ok(JsValue::NULL);
        }
        let failure = page.failure(tab, sighting, &forms, watch.as_ref());
        let watch = watch.unwrap_or_else(|| Watch::new(origin, clock::chance()));
        let stepped = Self::stepped(watch, &settings, Event::Failed(Box::new(failure.clone())));
        let answer = display::panel(&stepped.watch, &settings, &world, id).await;
        spawn(async move {
            let _turn = turn;
            if let Err(error) = self.store(&key, &stepped).await {
                display::unwatched(&stepped.watch, &settings, &world, id).await?;
                return Err(error);
            }
            if failure.method == Method::Other && sighting == Sighting::Fresh {
                let _form = self.forms.lock().await;
                forms::forget_answered(id, &failure.url.to_string()).await.unwrap_or_else(|error| note(&error));
            }
            world::remember_failure(&key, &stepped.watch, &failure).await.unwrap_or_else(|error| note(&error));
            self.leave_others(&key, id).await.unwrap_or_else(|error| note(&error));
            let watch = self.follow(&key, stepped, &settings, Some(id)).await?;
            if world::learn_outages(&key, watch.origin()).await? {
                display::watch(&key, &watch, &settings, None).await?;
            }
            Ok(())
        });
        answer
    }

    /// Numbers a document that waits for its turn. Only a new one replaces the tab's last.
    fn number(&self, tab: TabId, sighting: Sighting) -> u32 {
        let mut newest = self.newest.borrow_mut();
        let number = newest.entry(tab).or_default();
        if sighting == Sighting::Fresh {
            *number += 1;
        }
        *number
    }

    /// Whether no newer document of the tab waits for its turn.
    fn is_newest(&self, tab: TabId, number: u32) -> bool {
        let mut newest = self.newest.borrow_mut();
        let is_newest = newest.get(&tab).is_none_or(|newest| *newest == number);
        if is_newest {
            newest.remove(&tab);
        }
        is_newest
    }

    /// Removes the tab from the other watches.
    async fn leave_others(&'static self, key: &Key, tab: TabId) -> Result<(), Error> {
        let holding = index::load().await?.holding(tab);
        for other in holding.iter().filter_map(|name| Key::parse(name)).filter(|other| other != key) {
            self.step(&other, Event::Left { tab }).await?;
        }
        Ok(())
    }

    /// Stores the forms that have left, in one or two writes even if a page sends many at once.
    pub(super) async fn store_forms(&self) -> Result<(), Error> {
        let _turn = self.forms.lock().await;
        let left = self.leaving.take();
        if left.is_empty() { Ok(()) } else { forms::remember(left).await }
    }

    /// Steps every watch with an event.
    async fn everywhere(&'static self, event: impl Fn() -> Event) -> Result<(), Error> {
        for key in index::load().await?.keys().filter_map(Key::parse) {
            self.turn(&key, event()).await;
        }
        Ok(())
    }
}

/// Changes the settings for a watch's origin. Nothing about private windows is stored.
async fn change_settings(key: &Key, change: impl FnOnce(&mut Settings, &Origin)) -> Result<(), Error> {
    let Some(watch) = watches::load(key).await?.filter(|_| !key.is_private()) else { return Ok(()) };
    settings::change(|settings| change(settings, watch.origin())).await
}

/// Opens the extension's own page about the sender's page.
async fn open_host(sender: &Sender, key: &Key) -> Result<(), Error> {
    let Some(tab @ Tab { id: Some(id), .. }) = &sender.tab else { return Ok(()) };
    open_own(tab, &PageName { key: key.to_string(), tab: *id }.address()).await
}

/// Opens one of the extension's own pages about a tab, in the tab's window.
///
/// Chromium opens an extension's pages only in tabs of normal windows. For a private window, the page briefly becomes the
/// toolbar button's popup, which opens there too (since Chrome 127).
pub(super) async fn open_own(tab: &Tab, page: &str) -> Result<(), Error> {
    match tab.id {
        Some(id) if tab.incognito && runtime::is_chromium() => action::open_as_popup(id, tab.window_id, page).await,
        _ => tabs::create(&runtime::url(page), tab.window_id).await,
    }
}

/// The most that a press in a page may do, because the page itself may have made it: stop, resume, or reload that
/// page's own tab, no sooner than its floor.
fn in_page(choice: Choice, tab: TabId) -> Option<Choice> {
    match choice {
        Choice::Stop | Choice::Resume => Some(choice),
        Choice::StopRefresh { tab: asked } if asked == tab => Some(choice),
        Choice::ReloadNow { tab: Some(asked) } | Choice::ReloadAtFloor { tab: asked } if asked == tab => {
            Some(Choice::ReloadAtFloor { tab })
        }
        Choice::ReloadNow { .. }
        | Choice::ReloadAtFloor { .. }
        | Choice::OnlyNotify
        | Choice::BringBack
        | Choice::StopRefresh { .. }
        | Choice::Leave { .. }
        | Choice::TrustOrigin => None,
    }
}

/// The watch that a message from a page is about, and the page's tab.
async fn key_of(sender: &Sender) -> Result<Option<(Key, TabId)>, Error> {
    let Some(tab) = &sender.tab else { return Ok(None) };
    let Some(id) = tab.id else { return Ok(None) };
    Ok(watches::key_of_tab(tab).await?.map(|key| (key, id)))
}
