//! The settings page.

use rayback_core::outside::services;
use rayback_core::settings::{FieldError, Install, Mode, Schedule, Settings, Switch};
use rayback_core::words::{Direction, Words};

use super::node::{Attribute, Node, Tag};
use super::{Action, Field, parts};

/// Everything the settings page is drawn from.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The settings as they are stored.
    pub(crate) settings: Settings,
    /// How the extension is installed, which decides the shortest wait.
    pub(crate) install: Install,
    /// Fields whose text can't be used, and why; their settings keep the old value.
    pub(crate) problems: Vec<(Field, FieldError)>,
    /// Whether a change was saved since the page was opened.
    pub(crate) is_saved: bool,
    /// The key of the outcome of clearing the history, once it was tried.
    pub(crate) history: Option<&'static str>,
}

impl Form {
    /// Takes over a field: `text` is what it holds, `is_on` whether it's ticked. A text that can't be used is noted as a
    /// problem and changes nothing; returns whether there's something to save.
    pub(crate) fn change(&mut self, field: Field, text: &str, is_on: bool) -> bool {
        let settings = &mut self.settings;
        let switch = if is_on { Switch::On } else { Switch::Off };
        let outcome = match field {
            Field::Schedule(schedule) => {
                settings.schedule = schedule;
                Ok(())
            }
            Field::Mode(mode) => {
                settings.mode = mode;
                Ok(())
            }
            Field::Notifications => {
                settings.notifications = switch;
                Ok(())
            }
            Field::StatusPage => {
                settings.status_page = switch;
                Ok(())
            }
            Field::Steps => Settings::read_steps(text, self.install).map(|steps_s| settings.steps_s = steps_s),
            Field::Floor => Settings::read_wait(text, self.install).map(|floor_s| settings.floor_s = floor_s),
            Field::CodeFloors => {
                Settings::read_code_floors(text, self.install).map(|floors_s| settings.code_floors_s = floors_s)
            }
        };
        self.problems.retain(|(other, _)| *other != field);
        let problem = outcome.err();
        let is_taken = problem.is_none();
        self.problems.extend(problem.map(|problem| (field, problem)));
        is_taken
    }

    fn problem(&self, field: Field) -> Option<&FieldError> {
        self.problems.iter().find(|(other, _)| *other == field).map(|(_, problem)| problem)
    }
}

/// The settings page.
pub(crate) fn settings(form: &Form, words: &Words) -> Node {
    let page = Page { form, words };
    let saved = if form.is_saved { page.get("settings.saved") } else { "" };
    self::page(words)
        .with([page.heading(), page.schedule(), page.floors(), page.back(), page.status_page()])
        .with(page.trusted())
        .with([page.history(), page.services()])
        .with([Node::text(Tag::P, "saved quiet", saved).set(Attribute::Role, "status")])
}

/// The frame of one of the extension's own pages.
pub(super) fn page(words: &Words) -> Node {
    let direction = match words.direction() {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
    };
    Node::new(Tag::Main, "").set(Attribute::Lang, words.language()).set(Attribute::Dir, direction)
}

struct Page<'a> {
    form: &'a Form,
    words: &'a Words,
}

impl Page<'_> {
    /// A text; nothing if there's none of this name, because not every option has a note.
    fn get(&self, key: &str) -> &str {
        self.words.find(key).unwrap_or_default()
    }

    fn heading(&self) -> Node {
        Node::new(Tag::H1, "").with([
            Node::new(Tag::Img, "").set(Attribute::Src, "icons/128.png").set(Attribute::Alt, ""),
            Node::text(Tag::Span, "", self.get("settings.title")),
        ])
    }

    fn schedule(&self) -> Node {
        let settings = &self.form.settings;
        let schedules =
            [(Schedule::Proportional, "proportional"), (Schedule::Classic, "classic"), (Schedule::Steps, "steps")];
        let option = |(schedule, name)| {
            self.option("radio", "schedule", name, schedule == settings.schedule, Field::Schedule(schedule))
        };
        let steps = self.input("steps", &settings.write_steps(), Field::Steps);
        let steps = steps.set(Attribute::AriaLabel, self.get("settings.schedule.steps.label"));
        self.group("settings.schedule.title")
            .with(schedules.map(option))
            .with([Node::new(Tag::Div, "field").with([steps, self.problem("steps", Field::Steps)])])
    }

    fn floors(&self) -> Node {
        let settings = &self.form.settings;
        self.group("settings.floor.title").with([
            self.field("floor", &settings.floor_s.to_string(), Field::Floor),
            self.field("code-floors", &settings.write_code_floors(), Field::CodeFloors),
        ])
    }

    fn back(&self) -> Node {
        let settings = &self.form.settings;
        let option = |(mode, name)| self.option("radio", "back", name, mode == settings.mode, Field::Mode(mode));
        self.group("settings.back.title")
            .with([(Mode::BringBack, "bring-back"), (Mode::OnlyNotify, "only-notify")].map(option))
            .with([self.switch("notifications", settings.notifications, Field::Notifications)])
    }

    fn status_page(&self) -> Node {
        self.group("settings.status-page.title").with([self.switch(
            "status-page",
            self.form.settings.status_page,
            Field::StatusPage,
        )])
    }

    /// The trusted sites; no section if there are none.
    fn trusted(&self) -> Option<Node> {
        let origins = &self.form.settings.trusted_origins;
        let remove = self.get("settings.trusted.remove");
        let row = |origin: &String| {
            let button = parts::button(remove, Action::Distrust { origin: origin.clone() })
                .set(Attribute::AriaLabel, format!("{remove} {origin}"));
            Node::new(Tag::Li, "").with([Node::text(Tag::Span, "", origin), button])
        };
        (!origins.is_empty()).then(|| {
            self.section("settings.trusted.title").with([Node::new(Tag::Ul, "trusted").with(origins.iter().map(row))])
        })
    }

    fn history(&self) -> Node {
        let outcome = self.form.history.map(|key| self.get(key)).unwrap_or_default();
        self.section("settings.history.title").with([
            Node::text(Tag::P, "quiet", self.get("settings.history.note")),
            parts::button(self.get("settings.history.clear"), Action::ClearHistory),
            Node::text(Tag::P, "quiet", outcome).set(Attribute::Role, "status"),
        ])
    }

    fn services(&self) -> Node {
        let head = ["service", "purpose", "sent", "when"].map(|column| {
            Node::text(Tag::Th, "", self.get(&format!("settings.services.{column}"))).set(Attribute::Scope, "col")
        });
        let rows = services::table(self.words).into_iter().map(|row| {
            let cells = [row.name, row.purpose, row.sent, row.when];
            Node::new(Tag::Tr, "").with(cells.map(|cell| Node::text(Tag::Td, "", cell)))
        });
        let table = Node::new(Tag::Table, "").with([
            Node::new(Tag::Thead, "").with([Node::new(Tag::Tr, "").with(head)]),
            Node::new(Tag::Tbody, "").with(rows),
        ]);
        let wide = Node::new(Tag::Div, "wide")
            .set(Attribute::Tabindex, "0")
            .set(Attribute::Role, "region")
            .set(Attribute::AriaLabel, self.get("settings.services.title"));
        self.section("settings.services.title").with([wide.with([table])])
    }

    fn section(&self, title: &str) -> Node {
        Node::new(Tag::Section, "").with([Node::text(Tag::H2, "", self.get(title))])
    }

    fn group(&self, title: &str) -> Node {
        Node::new(Tag::Fieldset, "").with([Node::text(Tag::Legend, "", self.get(title))])
    }

    fn switch(&self, name: &str, switch: Switch, field: Field) -> Node {
        self.option("checkbox", "settings", name, switch == Switch::On, field)
    }

    /// A radio button or check box with its label, and a note if there is one.
    fn option(&self, kind: &str, group: &str, name: &str, is_on: bool, field: Field) -> Node {
        let id = format!("{group}-{name}");
        let key = if group == "settings" { format!("settings.{name}") } else { format!("settings.{group}.{name}") };
        let note = self.get(&format!("{key}.note"));
        let input = Node::new(Tag::Input, "")
            .set(Attribute::Type, kind)
            .set(Attribute::Name, group)
            .set(Attribute::Id, &id)
            .flag(Attribute::Checked, is_on)
            .on(Action::Change { field });
        Node::new(Tag::Div, "option")
            .with([input, Node::text(Tag::Label, "", self.get(&format!("{key}.label"))).set(Attribute::For, id)])
            .with((!note.is_empty()).then(|| Node::text(Tag::P, "quiet", note)))
    }

    /// A text field with its label and note, named `settings.{id}` in the words.
    fn field(&self, id: &str, value: &str, field: Field) -> Node {
        Node::new(Tag::Div, "field").with([
            Node::text(Tag::Label, "", self.get(&format!("settings.{id}.label"))).set(Attribute::For, id),
            self.input(id, value, field),
            Node::text(Tag::P, "quiet", self.get(&format!("settings.{id}.note"))),
            self.problem(id, field),
        ])
    }

    /// A text field, saved when the user leaves it.
    fn input(&self, id: &str, value: &str, field: Field) -> Node {
        let is_invalid = self.form.problem(field).is_some();
        Node::new(Tag::Input, "")
            .set(Attribute::Type, "text")
            .set(Attribute::Id, id)
            .set(Attribute::Value, value)
            .set(Attribute::Autocomplete, "off")
            .set(Attribute::AriaDescribedby, format!("{id}-problem"))
            .set(Attribute::AriaInvalid, is_invalid.to_string())
            .on(Action::Change { field })
    }

    /// Why a field's text can't be used; empty if it can, and there all the same, so that a change is announced.
    fn problem(&self, id: &str, field: Field) -> Node {
        let problem = self.form.problem(field).map(|problem| problem.say(self.words)).unwrap_or_default();
        Node::text(Tag::P, "problem", problem).set(Attribute::Id, format!("{id}-problem")).set(Attribute::Role, "alert")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_be_used_keeps_the_old_value_until_it_is_corrected() {
        let settings = Settings::default();
        let mut form = Form {
            settings: settings.clone(),
            install: Install::Normal,
            problems: Vec::new(),
            is_saved: false,
            history: None,
        };
        assert!(!form.change(Field::Floor, "soon", false));
        assert_eq!((&form.settings, form.problem(Field::Floor).is_some()), (&settings, true));
        assert!(form.change(Field::Floor, "600", false));
        assert_eq!((form.settings.floor_s, form.problem(Field::Floor)), (600, None));
    }
}
