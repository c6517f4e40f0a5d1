//! The page about one failing page, which the address names. It's drawn from the stored state.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rayback_core::settings::Settings;
use rayback_core::view::{Question, ViewContext};
use web_sys::HtmlInputElement;

use crate::browser::{clock, permissions, runtime};
use crate::error::Error;
use crate::message::{Message, PageName};
use crate::resource;
use crate::store::{Key, misread, settings, watches, world};
use crate::ui::{self, Action};

use super::mount::{self, Mount, Page};

/// The page and what it shows.
struct Host {
    /// `None` if the address names no page.
    name: Option<PageName>,
    /// The report with the visitor's address, once they asked for it; stored nowhere else.
    report: RefCell<Option<String>>,
    /// Whether the browser asks for the user's consent before a site's name leaves it.
    wants_consent: bool,
    /// The last question, if the user didn't consent to it.
    refused: Cell<Option<Question>>,
    /// Whether anything about the page has been shown.
    was_shown: Cell<bool>,
    mount: Mount,
}

/// Draws the page, and again whenever the stored state changes.
pub(super) async fn mount() -> Result<(), Error> {
    let name = PageName::read(&super::parameters()?);
    let wants_consent = permissions::wants_consent().await;
    let make = |mount| Host {
        name,
        report: RefCell::default(),
        wants_consent,
        refused: Cell::default(),
        was_shown: Cell::default(),
        mount,
    };
    mount::follow_store(mount::mount(make).await?);
    Ok(())
}

impl Host {
    /// The page about the stored watch; `None` if there's none.
    async fn tree(&self, settings: &Settings) -> Result<Option<ui::PageTree>, Error> {
        let Some((name, key)) = self.name.as_ref().and_then(|name| Some((name, Key::parse(&name.key)?))) else {
            return Ok(None);
        };
        let Some(watch) = watches::load(&key).await? else { return Ok(None) };
        let words = resource::words(resource::REPORTED, settings).await;
        let world = world::load_with_outages(&key, watch.origin()).await?;
        let context = ViewContext { words: &words, settings, world: &world, now: clock::now() };
        let Some(view) = context.host_page(&watch, name.tab) else { return Ok(None) };
        let misread = misread::load(name).await?;
        let texts = ui::Texts { report: self.report.borrow().clone(), misread, refused: self.refused.get() };
        Ok(Some(ui::host(&view, &context.site_past(&watch), name, texts, &words)))
    }
}

impl Page for Host {
    async fn draw(&self) -> Result<(), Error> {
        let settings = settings::load().await?;
        match self.tree(&settings).await? {
            Some(tree) => {
                self.was_shown.set(true);
                self.mount.draw(&tree)
            }
            // Once the site is back, the page keeps what it last showed.
            None if self.was_shown.get() => Ok(()),
            None => self.mount.draw(&ui::gone(&*resource::words(resource::SHOWN, &settings).await)),
        }
    }

    async fn carry_out(self: Rc<Self>, action: Action, _: Option<HtmlInputElement>) -> Result<(), Error> {
        let Action::Send { message } = action else { return Ok(()) }; // the page has no other controls
        if let Message::Asked { question, .. } = message
            && self.wants_consent
        {
            // The browser accepts this only if it's the first thing a click does.
            let consents = permissions::request_consent().await?;
            self.refused.set((!consents).then_some(question));
            self.draw().await?;
            if !consents {
                return Ok(());
            }
        }
        let answer = runtime::request(&message).await?;
        if matches!(message, Message::Report { .. }) {
            self.report.replace(answer.as_string());
            self.draw().await?;
        }
        Ok(())
    }
}
