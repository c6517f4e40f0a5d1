//! Submitted forms, which show how later documents were requested.
//!
//! They're kept in memory only, as origin and path.

use rayback_core::observation::method::{self, KnownMethod, SentForm};
use rayback_core::time::Timestamp;
use rayback_core::watch::{Method, TabId, Watch};
use wasm_bindgen::JsValue;

use crate::browser::clock;
use crate::browser::storage::{Area, Values};
use crate::error::Error;
use crate::wire;

/// When watching forms began, in local storage.
pub(crate) const SINCE: &str = "formsWatchedSince";

/// The forms, in session storage.
pub(crate) const SENT: &str = "sentForms";

/// What was known about tabs before the browser was restarted, in session storage.
pub(crate) const RESTORABLE: &str = "restorableMethods";

/// Everything known about requests beyond the document's watch.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// When watching forms began; `None` if that's unknown, or in the future because the clock was set back.
    pub(crate) since: Option<Timestamp>,
    /// The forms that left in the last minutes.
    pub(crate) sent: Vec<SentForm>,
    restorable: Vec<KnownMethod>,
}

impl Forms {
    /// Reads them.
    pub(crate) async fn load() -> Result<Self, Error> {
        let local = Area::Local.get(SINCE).await?;
        let session = Area::Session.get_many(&[SENT, RESTORABLE]).await?;
        Self::read(&local, &session)
    }

    /// Reads them from values that were read already: [`SINCE`], and [`SENT`] and [`RESTORABLE`].
    pub(crate) fn read(stored_since: &JsValue, session: &Values) -> Result<Self, Error> {
        Ok(Self {
            since: since(stored_since),
            sent: wire::stored(SENT, &session.get(SENT)?).unwrap_or_default(),
            restorable: wire::stored(RESTORABLE, &session.get(RESTORABLE)?).unwrap_or_default(),
        })
    }

    /// The methods that a watch knows, and those from before the browser was restarted.
    pub(crate) fn known(&self, watch: Option<&Watch>) -> Vec<KnownMethod> {
        watch.into_iter().flat_map(known).chain(self.restorable.iter().cloned()).collect()
    }
}

/// Whether it's known when watching forms began.
pub(crate) async fn have_started() -> Result<bool, Error> {
    Ok(since(&Area::Local.get(SINCE).await?).is_some())
}

fn since(stored: &JsValue) -> Option<Timestamp> {
    wire::stored(SINCE, stored).filter(|since| *since <= clock::now())
}

/// Notes that watching forms begins now.
pub(crate) async fn start() -> Result<(), Error> {
    Area::Local.set(SINCE, &wire::to_js(&clock::now())?).await
}

/// Remembers forms.
pub(crate) async fn remember(forms: Vec<SentForm>) -> Result<(), Error> {
    let mut sent = load_sent().await?;
    let now = clock::now();
    for form in forms {
        method::remember(&mut sent, form, now);
    }
    save_sent(&sent).await
}

/// Drops the forms that a tab's document at this address has answered.
pub(crate) async fn forget_answered(tab: TabId, address: &str) -> Result<(), Error> {
    let before = load_sent().await?;
    let mut sent = before.clone();
    method::drop_answered(&mut sent, tab, address);
    if sent == before { Ok(()) } else { save_sent(&sent).await }
}

async fn load_sent() -> Result<Vec<SentForm>, Error> {
    Ok(wire::stored(SENT, &Area::Session.get(SENT).await?).unwrap_or_default())
}

async fn save_sent(sent: &[SentForm]) -> Result<(), Error> {
    Area::Session.set(SENT, &wire::to_js(sent)?).await
}

/// Keeps what these watches know about their tabs, whose numbers are about to become invalid.
pub(crate) async fn keep_restorable<'a>(watches: impl Iterator<Item = &'a Watch>) -> Result<(), Error> {
    let tabs = watches.flat_map(known).filter(|known| known.method != Method::Get);
    let known: Vec<_> = tabs.map(|known| KnownMethod { tab: None, ..known }).take(method::MOST_FORMS).collect();
    Area::Session.set(RESTORABLE, &wire::to_js(&known)?).await
}

fn known(watch: &Watch) -> impl Iterator<Item = KnownMethod> {
    let tabs = watch.tabs().iter();
    tabs.map(|tab| KnownMethod { tab: Some(tab.id), address: tab.url.to_string(), method: tab.method })
}
