//! What a page's script says of its document.

use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Failure, Isolation, Method, Report, UnsavedInput, Visibility};
use serde::Deserialize;

use crate::browser::tabs::Tab;

use super::begin;

/// What one document shows, in its own words.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Testimony {
    url: String,
    status: Option<u16>,
    body: String,
    method: Method,
    loaded_at: Timestamp,
    visibility: Visibility,
    unsaved_input: UnsavedInput,
}

impl Testimony {
    /// The failure that it shows; `None` if the page is not Cloudflare's and does not claim to be.
    pub(crate) async fn failure(&self, tab: &Tab, report: Report) -> Option<Failure> {
        let url = PageUrl::parse(&self.url).ok()?;
        let diagnosis = classify(&Observation {
            url: Some(url.clone()),
            status: self.status,
            headers: None, // no script of a page sees them
            body: self.body.as_bytes().into(),
        })?;
        Some(Failure {
            tab: tab.id?,
            url,
            method: self.method.believed(self.loaded_at, begin::answers_are_marked_since().await),
            diagnosis,
            visibility: self.visibility,
            unsaved_input: self.unsaved_input,
            isolation: isolation(tab),
            report,
        })
    }
}

fn isolation(tab: &Tab) -> Isolation {
    match tab.cookie_store_id.as_deref() {
        _ if tab.incognito => Isolation::Private,
        Some(store) if store.starts_with("firefox-container-") => Isolation::Container,
        _ => Isolation::Shared,
    }
}
