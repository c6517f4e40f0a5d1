//! Turns a page's report on itself into the failure that the page shows.

use rayback_core::classify::classify;
use rayback_core::diagnosis::Diagnosis;
use rayback_core::observation::Observation;
use rayback_core::observation::method::MethodEvidence;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Failure, Isolation, Sighting, TabId, Watch};

use crate::browser::tabs::Tab;
use crate::message::PageReport;
use crate::store::forms::Forms;
use crate::store::watches;

/// The scripts that let a page report itself.
pub(crate) const GATE: [&str; 3] = ["content/marks.js", "content/report.js", "content/gate.js"];

/// The scripts that ask a page for its report.
pub(super) const INSPECT: [&str; 3] = ["content/marks.js", "content/report.js", "content/inspect.js"];

/// The scripts that report a page that doesn't fail.
pub(super) const HEALTHY: [&str; 3] = ["content/marks.js", "content/report.js", "content/healthy.js"];

/// A page that was recognised.
pub(super) struct Recognised<'a> {
    page: &'a PageReport,
    tab: TabId,
    url: PageUrl,
    diagnosis: Diagnosis,
}

impl PageReport {
    /// Recognises the page; `None` if it neither comes from Cloudflare nor imitates it.
    pub(super) fn recognise(&self, tab: &Tab) -> Option<Recognised<'_>> {
        let url = PageUrl::parse(&self.url).ok()?;
        let body = match &self.fragments {
            Some(fragments) => fragments.clone().into_body().into(),
            None => self.body.as_bytes().into(),
        };
        let diagnosis = classify(&Observation {
            url: Some(url.clone()),
            status: self.status,
            headers: None, // scripts in pages can't see them
            body,
        })?;
        Some(Recognised { page: self, tab: tab.id?, url, diagnosis })
    }

    /// The failure that the page shows; `None` if it neither comes from Cloudflare nor imitates it.
    pub(crate) async fn failure(&self, tab: &Tab, sighting: Sighting) -> Option<Failure> {
        let page = self.recognise(tab)?;
        let forms = Forms::load().await.unwrap_or_default();
        let watch = match watches::key_of_tab(tab).await {
            Ok(Some(key)) => watches::load(&key).await.ok().flatten(),
            _ => None,
        };
        Some(page.failure(tab, sighting, &forms, watch.as_ref()))
    }
}

impl Recognised<'_> {
    /// The page's address.
    pub(super) fn url(&self) -> &PageUrl {
        &self.url
    }

    /// The failure that it shows.
    pub(super) fn failure(self, tab: &Tab, sighting: Sighting, forms: &Forms, watch: Option<&Watch>) -> Failure {
        let evidence = MethodEvidence {
            url: &self.url,
            tab: self.tab,
            loaded_at: self.page.loaded_at,
            arrival: self.page.arrival,
            sighting,
            watched_since: forms.since,
            forms: &forms.sent,
            known: &forms.known(watch),
        };
        Failure {
            method: evidence.method(),
            tab: self.tab,
            url: self.url,
            diagnosis: self.diagnosis,
            visibility: self.page.visibility,
            unsaved_input: self.page.unsaved_input,
            isolation: isolation(tab),
            sighting,
        }
    }
}

fn isolation(tab: &Tab) -> Isolation {
    match tab.cookie_store_id.as_deref() {
        _ if tab.incognito => Isolation::Private,
        Some(store) if store.starts_with("firefox-container-") => Isolation::Container,
        _ => Isolation::Shared,
    }
}
