//! The settings page.

use rayback_core::outside::services;
use rayback_core::settings::{FieldError, Install, Mode, Settings, Shape, Switch};
use rayback_core::words::{Key, Words, keys};

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
    pub(crate) history: Option<Key>,
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
    let saved = if form.is_saved { page.get(keys::settings::SAVED) } else { "" };
    self::page(words)
        .with([page.heading(), page.schedule(), page.floors(), page.back(), page.status_page()])
        .with(page.trusted())
        .with([page.history(), page.services()])
        .with([Node::text(Tag::P, "saved quiet", saved).set(Attribute::Role, "status")])
}

/// The frame of one of the extension's own pages.
pub(super) fn page(words: &Words) -> Node {
    Node::new(Tag::Main, "").set(Attribute::Lang, words.language()).set(Attribute::Dir, words.direction().name())
}

struct Page<'a> {
    form: &'a Form,
    words: &'a Words,
}

impl Page<'_> {
    fn get(&self, key: Key) -> &str {
        self.words.get(key)
    }

    fn heading(&self) -> Node {
        Node::new(Tag::H1, "").with([
            Node::new(Tag::Img, "").set(Attribute::Src, "icons/128.png").set(Attribute::Alt, ""),
            Node::text(Tag::Span, "", self.get(keys::settings::TITLE)),
        ])
    }

    fn schedule(&self) -> Node {
        use keys::settings::schedule::{TITLE, classic, proportional, steps};
        let settings = &self.form.settings;
        let schedules = [
            (Shape::Proportional, "proportional", proportional::LABEL, proportional::NOTE),
            (Shape::Classic, "classic", classic::LABEL, classic::NOTE),
            (Shape::Steps, "steps", steps::LABEL, steps::NOTE),
        ];
        let option = |(schedule, name, label, note)| {
            let is_on = schedule == settings.schedule;
            self.option(["radio", "schedule", name], label, Some(note), is_on, Field::Schedule(schedule))
        };
        let waits = self.input("steps", &settings.write_steps(), Field::Steps);
        let waits = waits.set(Attribute::AriaLabel, self.get(steps::LABEL));
        self.group(TITLE)
            .with(schedules.map(option))
            .with([Node::new(Tag::Div, "field").with([waits, self.problem("steps", Field::Steps)])])
    }

    fn floors(&self) -> Node {
        use keys::settings::{code_floors, floor};
        let settings = &self.form.settings;
        self.group(floor::TITLE).with([
            self.field("floor", floor::LABEL, floor::NOTE, &settings.floor_s.to_string(), Field::Floor),
            self.field(
                "code-floors",
                code_floors::LABEL,
                code_floors::NOTE,
                &settings.write_code_floors(),
                Field::CodeFloors,
            ),
        ])
    }

    fn back(&self) -> Node {
        use keys::settings::back::{TITLE, bring_back, only_notify};
        let settings = &self.form.settings;
        let modes =
            [(Mode::BringBack, "bring-back", bring_back::LABEL), (Mode::OnlyNotify, "only-notify", only_notify::LABEL)];
        let option = |(mode, name, label)| {
            self.option(["radio", "back", name], label, None, mode == settings.mode, Field::Mode(mode))
        };
        let notifications = self.option(
            ["checkbox", "settings", "notifications"],
            keys::settings::notifications::LABEL,
            None,
            settings.notifications == Switch::On,
            Field::Notifications,
        );
        self.group(TITLE).with(modes.map(option)).with([notifications])
    }

    fn status_page(&self) -> Node {
        use keys::settings::status_page::{LABEL, NOTE, TITLE};
        let is_on = self.form.settings.status_page == Switch::On;
        self.group(TITLE).with([self.option(
            ["checkbox", "settings", "status-page"],
            LABEL,
            Some(NOTE),
            is_on,
            Field::StatusPage,
        )])
    }

    /// The trusted sites; no section if there are none.
    fn trusted(&self) -> Option<Node> {
        let origins = &self.form.settings.trusted_origins;
        let row = |origin: &String| {
            let label = self.words.format(keys::settings::trusted::RemoveSite { origin });
            let remove = self.get(keys::settings::trusted::REMOVE);
            let button =
                parts::button(remove, Action::Distrust { origin: origin.clone() }).set(Attribute::AriaLabel, label);
            Node::new(Tag::Li, "").with([Node::text(Tag::Span, "", origin), button])
        };
        (!origins.is_empty()).then(|| {
            self.section(keys::settings::trusted::TITLE)
                .with([Node::new(Tag::Ul, "trusted").with(origins.iter().map(row))])
        })
    }

    fn history(&self) -> Node {
        use keys::settings::history::{CLEAR, NOTE, TITLE};
        let outcome = self.form.history.map(|key| self.get(key)).unwrap_or_default();
        self.section(TITLE).with([
            Node::text(Tag::P, "quiet", self.get(NOTE)),
            parts::button(self.get(CLEAR), Action::ClearHistory),
            Node::text(Tag::P, "quiet", outcome).set(Attribute::Role, "status"),
        ])
    }

    fn services(&self) -> Node {
        use keys::settings::services::{PURPOSE, SENT, SERVICE, TITLE, WHEN};
        let head = [SERVICE, PURPOSE, SENT, WHEN]
            .map(|column| Node::text(Tag::Th, "", self.get(column)).set(Attribute::Scope, "col"));
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
            .set(Attribute::AriaLabel, self.get(TITLE));
        self.section(TITLE).with([wide.with([table])])
    }

    fn section(&self, title: Key) -> Node {
        Node::new(Tag::Section, "").with([Node::text(Tag::H2, "", self.get(title))])
    }

    fn group(&self, title: Key) -> Node {
        Node::new(Tag::Fieldset, "").with([Node::text(Tag::Legend, "", self.get(title))])
    }

    /// A radio button or check box with its label, and a note if there is one.
    fn option(&self, [kind, group, name]: [&str; 3], label: Key, note: Option<Key>, is_on: bool, field: Field) -> Node {
        let id = format!("{group}-{name}");
        let input = Node::new(Tag::Input, "")
            .set(Attribute::Type, kind)
            .set(Attribute::Name, group)
            .set(Attribute::Id, &id)
            .flag(Attribute::Checked, is_on)
            .on(Action::Change { field });
        Node::new(Tag::Div, "option")
            .with([input, Node::text(Tag::Label, "", self.get(label)).set(Attribute::For, id)])
            .with(note.map(|note| Node::text(Tag::P, "quiet", self.get(note))))
    }

    /// A text field with its label and note.
    fn field(&self, id: &str, label: Key, note: Key, value: &str, field: Field) -> Node {
        Node::new(Tag::Div, "field").with([
            Node::text(Tag::Label, "", self.get(label)).set(Attribute::For, id),
            self.input(id, value, field),
            Node::text(Tag::P, "quiet", self.get(note)),
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
        let problem = self.form.problem(field).map(|problem| problem.describe(self.words)).unwrap_or_default();
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
