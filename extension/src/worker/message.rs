//! Messages from the scripts in pages, and from the extension's own pages.

use rayback_core::redact;
use rayback_core::url::PageUrl;
use rayback_core::view::Question;
use rayback_core::watch::{Choice, Event, Report, TabId, Visibility, Watch, left_by};
use serde::Deserialize;

use crate::browser::tabs::Tab;
use crate::browser::{clock, scripting};
use crate::error::{Error, note};

use super::draw::Copied;
use super::testimony::Testimony;
use super::{Worker, draw};
use crate::stored::Key;
use crate::stored::{settings, watches, world};

/// What they say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Message {
    /// A page fails.
    Failing {
        /// What it shows.
        testimony: Testimony,
        /// Whether that is news.
        report: Report,
    },
    /// A page of a watched host does not.
    Settled,
    /// The person turned to a failing page, or away from it.
    Visibility {
        /// How it is now.
        visibility: Visibility,
    },
    /// A failing page saw the connection come or go.
    Connection {
        /// Whether it is there.
        online: bool,
    },
    /// The person pressed something.
    Pressed {
        /// What.
        choice: Choice,
        /// The watch it belongs to; from a page, that of the page.
        key: Option<String>,
    },
    /// The person wants something asked outside.
    Asked {
        /// What.
        question: Question,
    },
    /// The person wants a report with their own address in it.
    ReportWithAddress,
    /// The person says that a page was misread.
    Misread {
        /// The page's markup.
        body: String,
    },
    /// The person changed a setting.
    SettingsChanged,
}

/// Who says it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sender {
    /// The tab of a page's script; absent for the popup.
    tab: Option<Tab>,
}

impl Worker {
    /// Takes one message.
    pub(crate) async fn receive(&'static self, message: Message, sender: Sender) -> Result<(), Error> {
        match message {
            Message::Failing { testimony, report } => match sender.tab {
                Some(tab) => self.failing(&tab, &testimony, report).await,
                None => Ok(()),
            },
            Message::Settled => {
                if let Some((key, tab)) = key_of(&sender).await? {
                    self.turn(&key, Event::Loaded { tab }).await;
                }
                Ok(())
            }
            Message::Visibility { visibility } => {
                if let Some((key, tab)) = key_of(&sender).await? {
                    self.turn(&key, Event::Visibility { tab, visibility }).await;
                }
                Ok(())
            }
            Message::Connection { online } => {
                self.everywhere(|| if online { Event::Online } else { Event::Offline }).await
            }
            Message::Pressed { choice, key } => {
                let key = match key {
                    Some(key) => Key::parse(&key),
                    None => key_of(&sender).await?.map(|(key, _)| key),
                };
                let Some(key) = key else { return Ok(()) };
                if choice == Choice::TrustOrigin {
                    trust(&key).await?;
                }
                self.turn(&key, Event::Pressed(choice)).await;
                Ok(())
            }
            Message::Asked { question } => match key_of(&sender).await? {
                Some((key, tab)) => self.ask(&key, tab, question).await,
                None => Ok(()),
            },
            Message::ReportWithAddress => match key_of(&sender).await? {
                Some((key, tab)) => draw::copy_report_with_address(&key, tab).await,
                None => Ok(()),
            },
            Message::Misread { body } => match sender.tab.and_then(|tab| tab.id) {
                Some(tab) => draw::copy(tab, Copied::Misread, &redact::redacted(&body)).await,
                None => Ok(()),
            },
            Message::SettingsChanged => self.everywhere(|| Event::SettingsChanged).await,
        }
    }

    /// A document that fails, or claims to.
    async fn failing(&'static self, tab: &Tab, testimony: &Testimony, report: Report) -> Result<(), Error> {
        let Some(id) = tab.id else { return Ok(()) };
        let Some(failure) = testimony.failure(tab, report).await else {
            // The gate cannot be sure; here it is: not Cloudflare's.
            if let Some(key) = key_of_tab(tab).await? {
                self.turn(&key, Event::Loaded { tab: id }).await;
            }
            return Ok(());
        };
        let turn = self.turns.lock().await;
        let origin = failure.url.origin().clone();
        let key = if tab.incognito {
            watches::private_key(&origin).await?.unwrap_or_else(Key::private)
        } else {
            Key::shared(&origin)
        };
        let watch = watches::load(&key).await?.unwrap_or_else(|| Watch::new(origin, clock::chance()));
        world::remember_failure(&key, &watch, &failure).await.unwrap_or_else(|error| note(&error));
        self.leave_others(&key, id).await?;
        self.step_from(&key, watch, Event::Failed(Box::new(failure))).await?;
        drop(turn);
        scripting::execute(id, &["content/testimony.js", "content/panel.js"]).await?;
        self.redraw(&key).await;
        Ok(())
    }

    /// Tells the other watches that the tab has left them.
    async fn leave_others(&'static self, key: &Key, tab: TabId) -> Result<(), Error> {
        for (other, watch) in left_by(watches::all().await?, key, tab) {
            self.step_from(&other, watch, Event::Left { tab }).await?;
        }
        Ok(())
    }

    /// The same event for every watch.
    pub(crate) async fn everywhere(&'static self, event: impl Fn() -> Event) -> Result<(), Error> {
        for (key, _) in watches::all().await? {
            self.turn(&key, event()).await;
        }
        Ok(())
    }
}

/// Writes down that the documents of a watch's origin may be asked for again; nothing of private windows is written.
async fn trust(key: &Key) -> Result<(), Error> {
    let Some(watch) = watches::load(key).await?.filter(|_| !key.is_private()) else { return Ok(()) };
    let mut settings = settings::load().await?;
    settings.trusted_origins.insert(watch.origin().as_str().to_owned());
    settings::save(&settings).await
}

/// The watch that a page's script speaks for, and its tab.
async fn key_of(sender: &Sender) -> Result<Option<(Key, TabId)>, Error> {
    let Some(tab) = &sender.tab else { return Ok(None) };
    let Some(id) = tab.id else { return Ok(None) };
    Ok(key_of_tab(tab).await?.map(|key| (key, id)))
}

/// The name under which the site that a tab shows would be watched; `None` if it shows no web page.
pub(super) async fn key_of_tab(tab: &Tab) -> Result<Option<Key>, Error> {
    let Some(url) = tab.url.as_deref().and_then(|url| PageUrl::parse(url).ok()) else { return Ok(None) };
    if tab.incognito { watches::private_key(url.origin()).await } else { Ok(Some(Key::shared(url.origin()))) }
}
