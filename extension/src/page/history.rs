//! The history, read once as the page opens and again after something is deleted.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::view::{HistoryView, Past, export, export_csv, sites};
use rayback_core::words::Words;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use crate::browser::clock;
use crate::error::{Error, note};
use crate::resource;
use crate::store::{history, settings, world};
use crate::ui::{self, Action};

use super::file::save;
use super::mount::{Mount, set_language};

/// The page with what it shows.
struct Page {
    words: Rc<Words>,
    past: RefCell<Past>,
    filter: RefCell<String>,
    mount: RefCell<Option<Mount>>,
}

/// Draws the history.
pub(super) async fn mount() -> Result<(), Error> {
    let words = resource::words(resource::SHOWN, &settings::load().await?).await?;
    let past = history::past().await?;
    let page = Rc::new(Page { words, past: RefCell::new(past), filter: RefCell::default(), mount: RefCell::default() });
    let acting = page.clone();
    let mount = Mount::new(move |action, control| {
        let page = acting.clone();
        spawn_local(async move { page.carry_out(action, control).await.unwrap_or_else(|error| note(&error)) });
    })?;
    page.mount.replace(Some(mount));
    page.draw()
}

impl Page {
    fn draw(&self) -> Result<(), Error> {
        let filter = self.filter.borrow();
        let view = HistoryView::new(&self.past.borrow(), &filter, clock::now(), &self.words);
        set_language(&self.words, &view.title);
        let tree = ui::history(&view, &filter, &self.words);
        self.mount.borrow().as_ref().map_or(Ok(()), |mount| mount.draw(&tree))
    }

    async fn carry_out(&self, action: Action, control: Option<HtmlInputElement>) -> Result<(), Error> {
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
        self.draw()
    }
}
