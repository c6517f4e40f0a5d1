//! The history, read once as the page opens and again after something is deleted.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::view::{HistoryView, Past, export, export_csv, sites};
use rayback_core::words::Words;
use web_sys::HtmlInputElement;

use crate::browser::clock;
use crate::error::Error;
use crate::resource;
use crate::store::{history, settings, world};
use crate::ui::{self, Action};

use super::file::save;
use super::mount::{self, Mount, Page, set_language};

/// The page with what it shows.
struct History {
    words: Rc<Words>,
    past: RefCell<Past>,
    filter: RefCell<String>,
    mount: Mount,
}

/// Draws the history.
pub(super) async fn mount() -> Result<(), Error> {
    let words = resource::words(resource::SHOWN, &settings::load().await?).await?;
    let past = RefCell::new(history::past().await?);
    mount::mount(|mount| History { words, past, filter: RefCell::default(), mount }).await.map(drop)
}

impl Page for History {
    async fn draw(&self) -> Result<(), Error> {
        let filter = self.filter.borrow();
        let view = HistoryView::new(&self.past.borrow(), &filter, clock::now(), &self.words);
        set_language(&self.words, &view.title);
        self.mount.draw(&ui::history(&view, &filter, &self.words))
    }

    async fn carry_out(self: Rc<Self>, action: Action, control: Option<HtmlInputElement>) -> Result<(), Error> {
        match action {
            Action::Filter => {
                self.filter.replace(control.map(|control| control.value()).unwrap_or_default());
            }
            Action::ExportCsv => {
                return save(
                    "rayback-history.csv",
                    "text/csv",
                    &export_csv(&self.past.borrow(), &self.filter.borrow()),
                );
            }
            Action::ExportJson => {
                let outages = export(&self.past.borrow(), &self.filter.borrow());
                let json = serde_json::to_string_pretty(&outages).unwrap_or_default();
                return save("rayback-history.json", "application/json", &json);
            }
            Action::DeleteShown => {
                let shown: Vec<_> =
                    sites(&self.past.borrow(), &self.filter.borrow()).map(|(origin, _)| origin.clone()).collect();
                for origin in shown {
                    history::delete(&origin).await?;
                }
                world::forget_outages().await?;
                self.past.replace(history::past().await?);
            }
            _ => {} // this page has no other controls
        }
        self.draw().await
    }
}
