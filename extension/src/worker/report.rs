//! From a page's report on itself to the failure that it shows.

use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Failure, Isolation, Report};

use crate::browser::tabs::Tab;

use crate::message::PageReport;
use crate::store::post_marks;

impl PageReport {
    /// The failure that the page shows; `None` if it isn't Cloudflare's page and doesn't pretend to be.
    pub(crate) async fn failure(&self, tab: &Tab, report: Report) -> Option<Failure> {
        let url = PageUrl::parse(&self.url).ok()?;
        let diagnosis = classify(&Observation {
            url: Some(url.clone()),
            status: self.status,
            headers: None, // scripts in pages can't see them
            body: self.body.as_bytes().into(),
        })?;
        Some(Failure {
            tab: tab.id?,
            url,
            method: self.method.believed(self.loaded_at, post_marks::since().await),
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
