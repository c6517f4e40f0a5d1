//! The settings, saved as the user changes them.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::words::{Words, keys};
use web_sys::HtmlInputElement;

use crate::browser::{commands, runtime};
use crate::error::{Error, note};
use crate::message::Message;
use crate::resource;
use crate::store::{history, settings, world};
use crate::ui::{self, Action, Field, Form};

use super::file;
use super::mount::{self, Mount, Page};

/// The page and its form.
struct SettingsPage {
    words: RefCell<Rc<Words>>,
    form: RefCell<Form>,
    mount: Mount,
}

/// Draws the settings.
pub(super) async fn mount() -> Result<(), Error> {
    let form = Form {
        settings: settings::load().await?,
        install: settings::install().await,
        problems: Vec::new(),
        is_saved: false,
        history: None,
        shortcut: commands::popup_shortcut().await.ok(), // a browser without shortcuts
    };
    let words = RefCell::new(resource::words(resource::SHOWN, &form.settings).await);
    mount::mount(|mount| SettingsPage { words, form: RefCell::new(form), mount }).await.map(drop)
}

impl Page for SettingsPage {
    async fn draw(&self) -> Result<(), Error> {
        let words = self.words.borrow();
        self.mount.draw(&ui::settings(&self.form.borrow(), &words))
    }

    async fn carry_out(self: Rc<Self>, action: Action, control: Option<HtmlInputElement>) -> Result<(), Error> {
        let changed = match action {
            Action::Change { field } => {
                let (mut text, mut is_on) = (String::new(), false);
                if let Some(control) = &control {
                    (text, is_on) = (control.value(), control.checked());
                    if field == Field::File {
                        let Some(file) = file::chosen(control).await? else { return Ok(()) };
                        text = file;
                    }
                }
                self.change(|form| form.change(field, &text, is_on)).await?
            }
            Action::Distrust { origin } => self.change(|form| form.settings.trusted_origins.remove(&origin)).await?,
            Action::ResetSettings => {
                self.change(|form| {
                    form.reset();
                    true
                })
                .await?
            }
            Action::ExportSettings => {
                let text = self.form.borrow().settings.export();
                return file::save("rayback-settings.json", "application/json", &text);
            }
            Action::ChangeShortcuts => return commands::open_settings().await,
            Action::ClearHistory => {
                let outcome = match clear_history().await {
                    Ok(()) => keys::settings::history::CLEARED,
                    Err(error) => {
                        note(&error);
                        keys::settings::history::NOT_CLEARED
                    }
                };
                self.form.borrow_mut().history = Some(outcome);
                false
            }
            _ => false, // this page has no other controls
        };
        if changed {
            runtime::send_message(&Message::SettingsChanged).await?;
            let settings = self.form.borrow().settings.clone();
            history::prune(&settings).await.unwrap_or_else(|error| note(&error)); // it may be kept for less long now
            self.words.replace(resource::words(resource::SHOWN, &settings).await);
            self.form.borrow_mut().is_saved = true;
        }
        self.draw().await
    }
}

impl SettingsPage {
    /// Changes the settings as they're stored now, and the form with them. Returns whether there's something to save.
    async fn change(&self, change: impl FnOnce(&mut Form) -> bool) -> Result<bool, Error> {
        settings::change(|settings| {
            let mut form = self.form.borrow_mut();
            form.settings = settings.clone();
            let is_changed = change(&mut form);
            settings.clone_from(&form.settings);
            is_changed
        })
        .await
    }
}

async fn clear_history() -> Result<(), Error> {
    history::clear().await?;
    world::forget_outages().await
}
