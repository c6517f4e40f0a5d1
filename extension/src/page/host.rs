//! The page about one failing page, named in the address, as stored at this moment.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::view::ViewContext;
use rayback_core::watch::TabId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::UrlSearchParams;

use crate::browser::{clock, runtime, storage};
use crate::error::{Error, note};
use crate::message::{Message, PageName};
use crate::resource;
use crate::store::{Key, misread, settings, watches, world};
use crate::ui::{self, Action};

use super::mount::Mount;

/// The page with what it shows.
struct Page {
    name: PageName,
    /// The report with the visitor's address, once that was asked for; kept nowhere else.
    report: RefCell<Option<String>>,
    mount: RefCell<Option<Mount>>,
}

/// Draws the page, and again whenever the stored state changes.
pub(super) async fn mount() -> Result<(), Error> {
    let page = Page { name: name()?, report: RefCell::default(), mount: RefCell::default() };
    let page = Rc::new(page);
    let acting = page.clone();
    let mount = Mount::new(move |action, _| {
        let page = acting.clone();
        spawn_local(async move { page.carry_out(action).await.unwrap_or_else(|error| note(&error)) });
    })?;
    page.mount.replace(Some(mount));
    page.draw().await?;
    let changed = Closure::new(move |_: JsValue, _: String| {
        let page = page.clone();
        spawn_local(async move { page.draw().await.unwrap_or_else(|error| note(&error)) });
    });
    storage::on_changed(&changed);
    changed.forget(); // lives as long as the page
    Ok(())
}

/// The failing page that the address names.
fn name() -> Result<PageName, Error> {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let parameters = UrlSearchParams::new_with_str(&search).map_err(Error::browser("URLSearchParams"))?;
    let name = parameters.get("key").zip(parameters.get("tab").and_then(|tab| tab.parse().ok()));
    let (key, tab) = name.ok_or_else(|| Error::Decode { what: "the address".to_owned(), cause: search })?;
    Ok(PageName { key, tab: TabId(tab) })
}

impl Page {
    async fn draw(&self) -> Result<(), Error> {
        let Some(key) = Key::parse(&self.name.key) else { return Ok(()) };
        // Once the site is back there's nothing to tell, and what was told stays.
        let Some(watch) = watches::load(&key).await? else { return Ok(()) };
        let settings = settings::load().await?;
        let words = resource::words(resource::REPORTED, &settings).await?;
        let world = world::load_with_attempts(&key, watch.origin()).await?;
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: clock::now() };
        let Some(view) = context.host_page(&watch, self.name.tab) else { return Ok(()) };
        let misread = misread::load(&self.name).await?;
        let texts = ui::Texts { report: self.report.borrow().clone(), misread };
        let tree = ui::host(&view, &context.site_past(&watch), &self.name, texts, &words);
        self.mount.borrow().as_ref().map_or(Ok(()), |mount| mount.draw(&tree))
    }

    async fn carry_out(&self, action: Action) -> Result<(), Error> {
        let Action::Send { message } = action else { return Ok(()) }; // the page has no other controls
        let answer = runtime::request(&message).await?;
        if matches!(message, Message::Report { .. }) {
            self.report.replace(answer.as_string());
            self.draw().await?;
        }
        Ok(())
    }
}
