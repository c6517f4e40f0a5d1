//! The history, read as the page opens and after each deletion.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::history::Outage;
use rayback_core::view::{Deletion, HistoryChoice, HistoryView, concerned, export, export_csv};
use rayback_core::words::Words;
use web_sys::HtmlInputElement;

use crate::browser::clock;
use crate::error::{Error, note};
use crate::resource;
use crate::store::{history, settings, world};
use crate::ui::{self, Action};

use super::file::save;
use super::mount::{self, Mount, Page};

/// The page and what it shows.
struct History {
    words: Rc<Words>,
    days: u32,
    outages: RefCell<Vec<Outage>>,
    choice: RefCell<HistoryChoice>,
    mount: Mount,
}

/// Draws the history.
pub(super) async fn mount() -> Result<(), Error> {
    let settings = settings::load().await?;
    let words = resource::words(resource::SHOWN, &settings).await;
    history::prune(&settings).await.unwrap_or_else(|error| note(&error));
    let outages = RefCell::new(history::all().await?);
    let make = |mount| History { words, days: settings.history_days, outages, choice: RefCell::default(), mount };
    mount::mount(make).await.map(drop)
}

impl Page for History {
    async fn draw(&self) -> Result<(), Error> {
        let choice = self.choice.borrow();
        let view = HistoryView::new(&self.outages.borrow(), &choice, self.days, clock::now(), &self.words);
        self.mount.draw(&ui::history(&view, &choice.filter.search, &self.words))
    }

    async fn carry_out(self: Rc<Self>, action: Action, control: Option<HtmlInputElement>) -> Result<(), Error> {
        match action {
            Action::Search => {
                self.refilter(|choice| choice.filter.search = control.map(|it| it.value()).unwrap_or_default());
            }
            Action::FilterBlame { blame } => self.refilter(|choice| choice.filter.blame = blame),
            Action::FilterPeriod { period } => self.refilter(|choice| choice.filter.period = period),
            Action::ListMore => self.choice.borrow_mut().rows += HistoryView::ROWS,
            Action::ExportCsv => return self.save(|shown| ("csv", "text/csv", export_csv(shown))),
            Action::ExportJson => {
                let json = |shown: &[&Outage]| serde_json::to_string_pretty(&export(shown)).unwrap_or_default();
                return self.save(|shown| ("json", "application/json", json(shown)));
            }
            Action::AskToDelete { what } => self.choice.borrow_mut().asked = Some(what),
            Action::Keep => self.choice.borrow_mut().asked = None,
            Action::Delete { what } => self.delete(&what).await?,
            _ => {} // this page has no other controls
        }
        self.draw().await
    }
}

impl History {
    /// Changes the filter. The list starts again from its first rows, and a pending question is dropped.
    fn refilter(&self, change: impl FnOnce(&mut HistoryChoice)) {
        let mut choice = self.choice.borrow_mut();
        *choice = HistoryChoice { filter: choice.filter.clone(), ..HistoryChoice::default() };
        change(&mut choice);
    }

    fn save(&self, file: impl FnOnce(&[&Outage]) -> (&'static str, &'static str, String)) -> Result<(), Error> {
        let outages = self.outages.borrow();
        let shown = self.choice.borrow().filter.shown(&outages, clock::now(), &self.words);
        let (extension, media_type, text) = file(&shown);
        save(&format!("rayback-history.{extension}"), media_type, &text)
    }

    async fn delete(&self, what: &Deletion) -> Result<(), Error> {
        let ids: Vec<_> = {
            let (outages, choice) = (self.outages.borrow(), self.choice.borrow());
            concerned(&outages, what, &choice.filter, clock::now(), &self.words).into_iter().map(Outage::id).collect()
        };
        history::delete(&ids).await?;
        world::forget_outages().await?;
        self.outages.replace(history::all().await?);
        self.choice.borrow_mut().asked = None;
        Ok(())
    }
}
