//! Looking at a tab, and navigating it.

use core::time::Duration;

use gloo_timers::future::sleep;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Event, Failure, Navigation, Sighting, TabId, Watch};
use serde::Serialize;

use crate::browser::scripting;
use crate::browser::tabs::{self, Tab};
use crate::concurrent::spawn;
use crate::error::{Error, note};

use super::{Worker, report};
use crate::message::PageReport;
use crate::store::{Key, watches};
use crate::wire;

/// What a tab shows.
enum Sight {
    /// It's closed, unloaded, or shows another page.
    Gone,
    /// A navigation is under way.
    Loading,
    /// No script may run in it: the browser's own error page.
    Closed(Tab),
    /// A document that doesn't fail.
    Healthy,
    /// A document that fails.
    Failing(Tab, Box<Failure>),
}

/// What a tab shows, as an event. Nothing is sent to the site.
pub(super) async fn ask(tab: TabId, url: &PageUrl) -> Event {
    match look(tab, url).await {
        Sight::Gone => Event::Left { tab },
        Sight::Loading => Event::Loading { tab },
        Sight::Closed(_) => Event::Unreachable { tab },
        Sight::Healthy => Event::Loaded { tab },
        Sight::Failing(_, failure) => Event::Failed(failure),
    }
}

impl Worker {
    /// Navigates a tab after a delay, if it still shows what the watch expects; otherwise reports what it shows.
    pub(super) fn navigate_later(&'static self, key: &Key, watch: &Watch, tab: TabId, url: PageUrl, delay: Duration) {
        let key = key.clone();
        let navigation = watch.navigation(tab);
        spawn(async move {
            sleep(delay).await;
            if let Some(event) = self.navigate(&key, tab, &url, navigation).await {
                self.own_turn(&key, event).await;
            }
            Ok(())
        });
    }

    /// Navigates a tab, or returns an event with the reason why not.
    async fn navigate(&'static self, key: &Key, tab: TabId, url: &PageUrl, navigation: Navigation) -> Option<Event> {
        let sight = if navigation.ignores_loading() { look_into(tab, url).await } else { look(tab, url).await };
        let address = match sight {
            Sight::Gone => return Some(Event::Left { tab }),
            Sight::Loading => return Some(Event::Loading { tab }),
            Sight::Healthy => return Some(Event::Loaded { tab }),
            Sight::Closed(_) if !navigation.may_replace_browser_error() => return Some(Event::Unreachable { tab }),
            Sight::Failing(_, failure) if !navigation.may_replace(&failure) => return Some(Event::Failed(failure)),
            Sight::Closed(tab) | Sight::Failing(tab, _) => tab.url,
        };
        let address = address.unwrap_or_else(|| url.to_string());
        // The user may have pressed Stop meanwhile. After this check, nothing is awaited until the call.
        let turn = self.turns.lock().await;
        let watch = watches::load(key).await.map_err(|error| note(&error)).ok().flatten();
        drop(turn);
        if !watch.is_some_and(|watch| watch.orders(tab, navigation)) {
            return None;
        }
        match go(tab, &address).await {
            Ok(()) => None,
            Err(error) => {
                note(&error);
                Some(Event::Left { tab })
            }
        }
    }
}

/// Navigates a tab to the address it already has, by GET.
///
/// `tabs.reload` sends a form again without asking (measured in Chromium). `tabs.update` uses GET, but if the address
/// has a fragment and the tab already shows it, it only scrolls. Then the panel's script navigates instead; where it
/// isn't running, the fragment is dropped.
async fn go(tab: TabId, address: &str) -> Result<(), Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase", tag = "kind")]
    enum Request {
        Navigate,
    }
    let Some((page, _fragment)) = address.split_once('#') else {
        return tabs::navigate(tab, address).await;
    };
    match tabs::send_message(tab, &wire::to_js(&Request::Navigate)?).await {
        Ok(answer) if answer.is_truthy() => Ok(()),
        Ok(_) | Err(_) => tabs::navigate(tab, page).await,
    }
}

async fn look(id: TabId, url: &PageUrl) -> Sight {
    match tabs::get(id).await {
        Ok(tab) if tab.is_loading() && !tab.discarded => Sight::Loading,
        _ => look_into(id, url).await,
    }
}

/// What a tab shows, even if a navigation is under way.
async fn look_into(id: TabId, url: &PageUrl) -> Sight {
    let Ok(tab) = tabs::get(id).await else { return Sight::Gone };
    if tab.discarded {
        return Sight::Gone;
    }
    match tab.url.as_deref().map(PageUrl::parse) {
        Some(Ok(shown)) if shown == *url => {}
        Some(_) => return Sight::Gone,
        None => return Sight::Closed(tab), // access to the host was withdrawn
    }
    let Ok(Some(page)) = scripting::evaluate::<PageReport>(id, &report::INSPECT).await else {
        return Sight::Closed(tab);
    };
    match page.failure(&tab, Sighting::Repeated).await {
        Some(failure) => Sight::Failing(tab, Box::new(failure)),
        None => Sight::Healthy,
    }
}
