//! The settings, saved as they are changed; what cannot be saved is said beside its field, with the remedy.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::outside::services;
use rayback_core::settings::{FieldError, Install, Mode, Schedule, Settings, Switch};
use rayback_core::words::{Key, Words, keys};
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::browser::runtime;
use crate::error::{Error, note};
use crate::resource;
use crate::stored::{history, settings};

use super::element::{self, Element};

/// The page and what it changes.
#[derive(Clone)]
struct Form {
    words: Rc<Words>,
    install: Install,
    settings: Rc<RefCell<Settings>>,
    /// Says that a change was saved.
    saved: Option<HtmlElement>,
}

/// Draws the settings.
pub(super) async fn mount() -> Result<(), Error> {
    let words = resource::words(resource::SHOWN).await?;
    element::set_language(&words, words.get(keys::settings::TITLE));
    let saved = Element::new("p").class("saved quiet").attribute("role", "status");
    let form = Form {
        words,
        install: settings::install().await,
        settings: Rc::new(RefCell::new(settings::load().await?)),
        saved: saved.node(),
    };
    let page = Element::new("main")
        .child(form.heading())
        .child(form.schedule())
        .child(form.floors())
        .child(form.back())
        .child(form.status_page())
        .children(form.trusted())
        .child(form.history())
        .child(form.services())
        .child(saved);
    page.show();
    core::mem::forget(page); // its listeners live as long as the page
    Ok(())
}

impl Form {
    fn get(&self, key: Key) -> &str {
        self.words.get(key)
    }

    fn heading(&self) -> Element {
        let mark = Element::new("img").attribute("src", "icons/128.png").attribute("alt", "");
        Element::new("h1").child(mark).child(Element::new("span").text(self.get(keys::settings::TITLE)))
    }

    fn schedule(&self) -> Element {
        use keys::settings::schedule::{classic, proportional, steps};
        let present = self.settings.borrow().schedule;
        let options = [
            (Schedule::Proportional, "proportional", proportional::LABEL, proportional::NOTE),
            (Schedule::Classic, "classic", classic::LABEL, classic::NOTE),
            (Schedule::Steps, "steps", steps::LABEL, steps::NOTE),
        ];
        let mut group = self.group(keys::settings::schedule::TITLE);
        for (schedule, name, label, note) in options {
            let form = self.clone();
            let option = self.option(["radio", "schedule", name], label, Some(note), schedule == present, move |_| {
                form.change(|settings| settings.schedule = schedule);
            });
            group.append(option);
        }
        let steps_s = self.settings.borrow().write_steps();
        group.child(self.field("steps", steps::LABEL, None, &steps_s, |form, written| {
            let steps_s = Settings::read_steps(written, form.install)?;
            form.change(|settings| settings.steps_s = steps_s);
            Ok(())
        }))
    }

    fn floors(&self) -> Element {
        let (floor, codes) = {
            let settings = self.settings.borrow();
            (settings.floor_s.to_string(), settings.write_code_floors())
        };
        self.group(keys::settings::floor::TITLE)
            .child(self.field(
                "floor",
                keys::settings::floor::LABEL,
                Some(keys::settings::floor::NOTE),
                &floor,
                |form, written| {
                    let floor_s = Settings::read_wait(written, form.install)?;
                    form.change(|settings| settings.floor_s = floor_s);
                    Ok(())
                },
            ))
            .child(self.field(
                "code-floors",
                keys::settings::code_floors::LABEL,
                Some(keys::settings::code_floors::NOTE),
                &codes,
                |form, written| {
                    let code_floors_s = Settings::read_code_floors(written, form.install)?;
                    form.change(|settings| settings.code_floors_s = code_floors_s);
                    Ok(())
                },
            ))
    }

    fn back(&self) -> Element {
        let (mode, notifications) = {
            let settings = self.settings.borrow();
            (settings.mode, settings.notifications)
        };
        let mut group = self.group(keys::settings::back::TITLE);
        let options = [
            (Mode::BringBack, "bring-back", keys::settings::back::bring_back::LABEL),
            (Mode::OnlyNotify, "only-notify", keys::settings::back::only_notify::LABEL),
        ];
        for (one, name, label) in options {
            let form = self.clone();
            group.append(self.option(["radio", "back", name], label, None, one == mode, move |_| {
                form.change(|settings| settings.mode = one);
            }));
        }
        let form = self.clone();
        group.child(self.option(
            ["checkbox", "settings", "notifications"],
            keys::settings::notifications::LABEL,
            None,
            notifications == Switch::On,
            move |on| {
                form.change(|settings| settings.notifications = switch(on));
            },
        ))
    }

    fn status_page(&self) -> Element {
        let is_on = self.settings.borrow().status_page == Switch::On;
        let form = self.clone();
        self.group(keys::settings::status_page::TITLE).child(self.option(
            ["checkbox", "settings", "status-page"],
            keys::settings::status_page::LABEL,
            Some(keys::settings::status_page::NOTE),
            is_on,
            move |on| form.change(|settings| settings.status_page = switch(on)),
        ))
    }

    /// The trusted sites; no section where there are none.
    fn trusted(&self) -> Option<Element> {
        let origins: Vec<_> = self.settings.borrow().trusted_origins.iter().cloned().collect();
        if origins.is_empty() {
            return None;
        }
        let rows = origins.into_iter().map(|origin| {
            let row = Element::new("li").child(Element::new("span").text(&origin));
            let node: Option<HtmlElement> = row.node();
            let form = self.clone();
            let remove = Element::new("button")
                .attribute("type", "button")
                .attribute("aria-label", &self.words.format(keys::settings::trusted::RemoveSite { origin: &origin }))
                .text(self.get(keys::settings::trusted::REMOVE))
                .on("click", move || {
                    form.change(|settings| {
                        settings.trusted_origins.remove(&origin);
                    });
                    if let Some(node) = &node {
                        node.remove();
                    }
                });
            row.child(remove)
        });
        Some(
            self.section(keys::settings::trusted::TITLE)
                .child(Element::new("ul").class("trusted").children(rows.collect::<Vec<_>>())),
        )
    }

    /// What is kept of past failures, and a button that forgets it.
    fn history(&self) -> Element {
        let outcome = Element::new("p").class("quiet").attribute("role", "status");
        let said: Option<HtmlElement> = outcome.node();
        let form = self.clone();
        let clear = Element::new("button")
            .attribute("type", "button")
            .text(self.get(keys::settings::history::CLEAR))
            .on("click", move || {
                let (form, said) = (form.clone(), said.clone());
                spawn_local(async move {
                    let key = match history::clear().await {
                        Ok(()) => keys::settings::history::CLEARED,
                        Err(error) => {
                            note(&error);
                            keys::settings::history::NOT_CLEARED
                        }
                    };
                    if let Some(said) = &said {
                        Element::set_text(said, form.get(key));
                    }
                });
            });
        self.section(keys::settings::history::TITLE)
            .child(Element::new("p").class("quiet").text(self.get(keys::settings::history::NOTE)))
            .child(clear)
            .child(outcome)
    }

    fn services(&self) -> Element {
        use keys::settings::services::{PURPOSE, SENT, SERVICE, WHEN};
        let cell = |name: &str, text: &str| Element::new(name).text(text);
        let head = [SERVICE, PURPOSE, SENT, WHEN].map(|column| cell("th", self.get(column)).attribute("scope", "col"));
        let rows = services::table(&self.words).into_iter().map(|row| {
            Element::new("tr").children([
                cell("td", &row.name),
                cell("td", &row.purpose),
                cell("td", &row.sent),
                cell("td", &row.when),
            ])
        });
        let table = Element::new("table")
            .child(Element::new("thead").child(Element::new("tr").children(head)))
            .child(Element::new("tbody").children(rows));
        self.section(keys::settings::services::TITLE).child(
            Element::new("div")
                .class("wide")
                .attribute("tabindex", "0")
                .attribute("role", "region")
                .attribute("aria-label", self.get(keys::settings::services::TITLE))
                .child(table),
        )
    }

    fn section(&self, title: Key) -> Element {
        Element::new("section").child(Element::new("h2").text(self.get(title)))
    }

    fn group(&self, title: Key) -> Element {
        Element::new("fieldset").child(Element::new("legend").text(self.get(title)))
    }

    /// A radio button or check box with its label, and a note where there is one.
    fn option(
        &self,
        [kind, group, name]: [&str; 3],
        label: Key,
        remark: Option<Key>,
        is_on: bool,
        changed: impl Fn(bool) + 'static,
    ) -> Element {
        let id = format!("{group}-{name}");
        let mut input = Element::new("input").attribute("type", kind).attribute("name", group).attribute("id", &id);
        if is_on {
            input = input.attribute("checked", "");
        }
        let node: Option<HtmlInputElement> = input.node();
        let input = input.on("change", move || changed(node.as_ref().is_some_and(HtmlInputElement::checked)));
        let label = Element::new("label").attribute("for", &id).text(self.get(label));
        let option = Element::new("div").class("option").child(input).child(label);
        match remark {
            None => option,
            Some(remark) => option.child(Element::new("p").class("quiet").text(self.get(remark))),
        }
    }

    /// A line to write in, saved when it is left. Without a remark it belongs to the option above it.
    fn field(
        &self,
        id: &str,
        label: Key,
        remark: Option<Key>,
        value: &str,
        save: impl Fn(&Self, &str) -> Result<(), FieldError> + 'static,
    ) -> Element {
        let problem_id = format!("{id}-problem");
        let input = Element::new("input")
            .attribute("type", "text")
            .attribute("id", id)
            .attribute("value", value)
            .attribute("autocomplete", "off")
            .attribute("aria-describedby", &problem_id);
        let problem = Element::new("p").class("problem").attribute("id", &problem_id).attribute("role", "alert");
        let (node, said): (Option<HtmlInputElement>, Option<HtmlElement>) = (input.node(), problem.node());
        let form = self.clone();
        let input = input.on("change", move || {
            let (Some(node), Some(said)) = (&node, &said) else { return };
            let refused = save(&form, &node.value()).err().map(|error| error.say(&form.words));
            // It fails for ill-formed names only.
            let _set = node.set_attribute("aria-invalid", if refused.is_some() { "true" } else { "false" });
            Element::set_text(said, refused.as_deref().unwrap_or_default());
        });
        let mut field = Element::new("div").class("field");
        match remark {
            Some(remark) => {
                field.append(Element::new("label").attribute("for", id).text(self.get(label)));
                field.append(input);
                field.append(Element::new("p").class("quiet").text(self.get(remark)));
            }
            None => field.append(input.attribute("aria-label", self.get(label))),
        }
        field.child(problem)
    }

    /// Changes the settings, stores them, and tells the worker.
    fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.borrow_mut());
        let settings = self.settings.borrow().clone();
        let form = self.clone();
        spawn_local(async move {
            match save(&settings).await {
                Ok(()) => {
                    if let Some(saved) = &form.saved {
                        Element::set_text(saved, form.get(keys::settings::SAVED));
                    }
                }
                Err(error) => note(&error),
            }
        });
    }
}

fn switch(on: bool) -> Switch {
    if on { Switch::On } else { Switch::Off }
}

/// To the worker.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Message {
    SettingsChanged,
}

async fn save(changed: &Settings) -> Result<(), Error> {
    settings::save(changed).await?;
    runtime::send_message(&Message::SettingsChanged).await
}
