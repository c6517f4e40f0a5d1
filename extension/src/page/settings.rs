//! The settings, saved as they are changed; what cannot be saved is said beside its field, with the remedy.

use std::cell::RefCell;
use std::rc::Rc;

use rayback_core::outside::services;
use rayback_core::settings::{FieldError, Install, Mode, Schedule, Settings, Switch};
use rayback_core::words::{Words, keys};
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
    fn say(&self, key: &str) -> &str {
        self.words.find(key).unwrap_or_default()
    }

    fn heading(&self) -> Element {
        let mark = Element::new("img").attribute("src", "icons/128.png").attribute("alt", "");
        Element::new("h1").child(mark).child(Element::new("span").text(self.say("settings.title")))
    }

    fn schedule(&self) -> Element {
        let present = self.settings.borrow().schedule;
        let options =
            [(Schedule::Proportional, "proportional"), (Schedule::Classic, "classic"), (Schedule::Steps, "steps")];
        let mut group = self.group("settings.schedule.title");
        for (schedule, name) in options {
            let form = self.clone();
            group.append(self.option("radio", "schedule", name, schedule == present, move |_| {
                form.change(|settings| settings.schedule = schedule);
            }));
        }
        let steps = self.settings.borrow().write_steps();
        group.child(self.field("steps", None, &steps, |form, written| {
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
        self.group("settings.floor.title")
            .child(self.field("floor", Some("settings.floor"), &floor, |form, written| {
                let floor_s = Settings::read_wait(written, form.install)?;
                form.change(|settings| settings.floor_s = floor_s);
                Ok(())
            }))
            .child(self.field("code-floors", Some("settings.code-floors"), &codes, |form, written| {
                let code_floors_s = Settings::read_code_floors(written, form.install)?;
                form.change(|settings| settings.code_floors_s = code_floors_s);
                Ok(())
            }))
    }

    fn back(&self) -> Element {
        let (mode, notifications) = {
            let settings = self.settings.borrow();
            (settings.mode, settings.notifications)
        };
        let mut group = self.group("settings.back.title");
        for (one, name) in [(Mode::BringBack, "bring-back"), (Mode::OnlyNotify, "only-notify")] {
            let form = self.clone();
            group.append(self.option("radio", "back", name, one == mode, move |_| {
                form.change(|settings| settings.mode = one);
            }));
        }
        let form = self.clone();
        group.child(self.option("checkbox", "settings", "notifications", notifications == Switch::On, move |on| {
            form.change(|settings| settings.notifications = switch(on));
        }))
    }

    fn status_page(&self) -> Element {
        let is_on = self.settings.borrow().status_page == Switch::On;
        let form = self.clone();
        self.group("settings.status-page.title").child(self.option(
            "checkbox",
            "settings",
            "status-page",
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
                .attribute("aria-label", &format!("{} {origin}", self.say("settings.trusted.remove")))
                .text(self.say("settings.trusted.remove"))
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
            self.section("settings.trusted.title")
                .child(Element::new("ul").class("trusted").children(rows.collect::<Vec<_>>())),
        )
    }

    /// What is kept of past failures, and a button that forgets it.
    fn history(&self) -> Element {
        let outcome = Element::new("p").class("quiet").attribute("role", "status");
        let said: Option<HtmlElement> = outcome.node();
        let form = self.clone();
        let clear = Element::new("button").attribute("type", "button").text(self.say("settings.history.clear")).on(
            "click",
            move || {
                let (form, said) = (form.clone(), said.clone());
                spawn_local(async move {
                    let key = match history::clear().await {
                        Ok(()) => "settings.history.cleared",
                        Err(error) => {
                            note(&error);
                            "settings.history.not-cleared"
                        }
                    };
                    if let Some(said) = &said {
                        Element::set_text(said, form.say(key));
                    }
                });
            },
        );
        self.section("settings.history.title")
            .child(Element::new("p").class("quiet").text(self.say("settings.history.note")))
            .child(clear)
            .child(outcome)
    }

    fn services(&self) -> Element {
        let cell = |name: &str, text: &str| Element::new(name).text(text);
        let head = ["service", "purpose", "sent", "when"]
            .map(|column| cell("th", self.say(&format!("settings.services.{column}"))).attribute("scope", "col"));
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
        self.section("settings.services.title").child(
            Element::new("div")
                .class("wide")
                .attribute("tabindex", "0")
                .attribute("role", "region")
                .attribute("aria-label", self.say("settings.services.title"))
                .child(table),
        )
    }

    fn section(&self, title: &str) -> Element {
        Element::new("section").child(Element::new("h2").text(self.say(title)))
    }

    fn group(&self, title: &str) -> Element {
        Element::new("fieldset").child(Element::new("legend").text(self.say(title)))
    }

    /// A radio button or check box with its label, and a note where there is one.
    fn option(&self, kind: &str, group: &str, name: &str, is_on: bool, changed: impl Fn(bool) + 'static) -> Element {
        let id = format!("{group}-{name}");
        let mut input = Element::new("input").attribute("type", kind).attribute("name", group).attribute("id", &id);
        if is_on {
            input = input.attribute("checked", "");
        }
        let node: Option<HtmlInputElement> = input.node();
        let input = input.on("change", move || changed(node.as_ref().is_some_and(HtmlInputElement::checked)));
        let key = if group == "settings" { format!("settings.{name}") } else { format!("settings.{group}.{name}") };
        let label = Element::new("label").attribute("for", &id).text(self.say(&format!("{key}.label")));
        let option = Element::new("div").class("option").child(input).child(label);
        match self.say(&format!("{key}.note")) {
            "" => option,
            said => option.child(Element::new("p").class("quiet").text(said)),
        }
    }

    /// A line to write in, saved when it is left. `words` is the section of its label and note.
    fn field(
        &self,
        id: &str,
        words: Option<&str>,
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
        match words {
            Some(words) => {
                let label = self.say(&format!("{words}.label"));
                field.append(Element::new("label").attribute("for", id).text(label));
                field.append(input);
                field.append(Element::new("p").class("quiet").text(self.say(&format!("{words}.note"))));
            }
            // It belongs to the option above it.
            None => field.append(input.attribute("aria-label", self.say(&format!("settings.schedule.{id}.label")))),
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
                        Element::set_text(saved, form.say("settings.saved"));
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
