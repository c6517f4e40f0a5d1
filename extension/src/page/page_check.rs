//! What's wrong with the page in a tab, which the address names.
//!
//! The user has asked in the popup or in a menu. That lets scripts run in the tab until it shows another site, even without
//! access to web pages. Only this page keeps what they find.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::outside::host_check::{self, HostCheck};
use rayback_core::requests::{RequestReport, Requests};
use rayback_core::retry::policy;
use rayback_core::time::Dated;
use rayback_core::url::{Origin, PageUrl};
use rayback_core::view::{Access, HostCheckState, HostChecks, InspectedPage, PageCheckView, ViewContext};
use rayback_core::watch::TabId;
use web_sys::HtmlInputElement;

use crate::browser::network::Fetch;
use crate::browser::{clock, permissions, runtime, scripting, tabs};
use crate::error::{Error, note};
use crate::resource;
use crate::store::settings;
use crate::ui::{self, Action};
use crate::worker::GATE;

use super::mount::{self, Mount, Page};

/// The script that lists a page's requests.
const REQUESTS: [&str; 1] = ["content/requests.js"];

/// How much of a front page's body is read, in bytes: the status and headers are enough.
const MOST_BYTES: usize = 1;

/// The page and what it shows.
struct PageCheck {
    tab: TabId,
    inspected: InspectedPage,
    checks: RefCell<HostChecks>,
    /// Whether the browser asks for the user's consent before a site's name leaves it.
    wants_consent: bool,
    mount: Mount,
}

/// Draws the page, and again whenever the stored state changes.
pub(super) async fn mount() -> Result<(), Error> {
    let none = || Error::Decode { what: "the address".to_owned(), cause: "it names no tab".to_owned() };
    let tab = super::named_tab()?.ok_or_else(none)?;
    let inspected = look(tab).await;
    let wants_consent = permissions::wants_consent().await;
    let make = |mount| PageCheck { tab, inspected, checks: RefCell::default(), wants_consent, mount };
    mount::follow_store(mount::mount(make).await?);
    Ok(())
}

/// Looks at the page in a tab. One that fails reports itself to the worker, which then watches it.
async fn look(tab: TabId) -> InspectedPage {
    let shown = tabs::get(tab).await.ok().and_then(|tab| PageUrl::parse(&tab.url?).ok());
    let Some(url) = shown else { return InspectedPage::NoWebPage };
    if scripting::execute(tab, &GATE).await.is_err() {
        return InspectedPage::Closed(url);
    }
    match scripting::evaluate::<RequestReport>(tab, &REQUESTS).await {
        Ok(Some(report)) => InspectedPage::Open(url, report.status, Requests::read(&report)),
        // The page has changed since a moment ago, or forged the answer.
        Ok(None) | Err(_) => InspectedPage::Closed(url),
    }
}

impl Page for PageCheck {
    async fn draw(&self) -> Result<(), Error> {
        let settings = settings::load().await?;
        let words = resource::words(resource::SHOWN, &settings).await;
        let (watches, world) = super::watches_and_world(Some(self.tab)).await?;
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
        let failure = context.popup(&watches, Some(self.tab), Access::Granted).front;
        let view = PageCheckView::new(&self.inspected, &self.checks.borrow(), world.connection, &settings, &words);
        self.mount.draw(&match &failure {
            Some(failure) => ui::page_failure(&view.title, failure, &words),
            None => ui::page_check(&view, &words),
        })
    }

    async fn carry_out(self: Rc<Self>, action: Action, _: Option<HtmlInputElement>) -> Result<(), Error> {
        match action {
            Action::CheckHost { origin } => self.check(origin).await,
            Action::Send { message } => runtime::send_message(&message).await,
            _ => Ok(()), // this page has no other controls
        }
    }
}

impl PageCheck {
    /// Asks a host for its front page.
    async fn check(&self, origin: Origin) -> Result<(), Error> {
        // The browser accepts this only if it's the first thing a click does.
        let allowed = if self.wants_consent {
            permissions::request_host_and_consent(&origin).await
        } else {
            permissions::request_host(&origin).await
        };
        let is_allowed = allowed.unwrap_or_else(|error| {
            note(&error);
            false
        });
        // Without access to the host, the browser may hide the answer. Without consent, nothing is sent.
        if self.wants_consent && !is_allowed {
            self.checks.borrow_mut().insert(origin, HostCheckState::NotAllowed);
            return self.draw().await;
        }
        self.checks.borrow_mut().insert(origin.clone(), HostCheckState::Asking);
        self.draw().await?;
        let found = ask(&origin).await.unwrap_or_else(|error| {
            note(&error);
            HostCheck::NoAnswer
        });
        self.checks.borrow_mut().insert(origin, HostCheckState::Answer(Dated::new(found, clock::now())));
        self.draw().await
    }
}

async fn ask(origin: &Origin) -> Result<HostCheck, Error> {
    let Some(request) = host_check::request(origin) else { return Err(Error::TurnedOff) };
    let fetch = Fetch::of(&request, &settings::load().await?, policy::PROBE_DEADLINE, MOST_BYTES)?;
    let answer = fetch.send().await?;
    Ok(host_check::read(answer.status, &answer.headers, answer.is_redirect))
}
