//! The settings page.

use rayback_core::outside::services;
use rayback_core::retry::policy;
use rayback_core::settings::{FieldError, Install, Mode, Settings, Shape, Switch};
use rayback_core::view::ScheduleView;
use rayback_core::words::{Key, LANGUAGES, Words, keys};

use super::node::{Attribute, Node, Tag};
use super::{Action, Field, PageTree, parts};

/// Everything the settings page is drawn from.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The settings as they're stored.
    pub(crate) settings: Settings,
    /// How the extension is installed, which decides the shortest wait.
    pub(crate) install: Install,
    /// Fields whose text can't be used, and why; their settings keep the old value.
    pub(crate) problems: Vec<Problem>,
    /// Whether a change was saved since the page was opened.
    pub(crate) is_saved: bool,
    /// The key of the outcome of clearing the history, once it was tried.
    pub(crate) history: Option<Key>,
    /// The keys that open the popup, as the browser writes them; empty if none do. `None` if the browser doesn't say.
    pub(crate) shortcut: Option<String>,
}

/// A field whose text can't be used.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    field: Field,
    /// The text as the user typed it.
    text: String,
    error: FieldError,
}

impl Form {
    /// Applies a field's new value: `text` is its text, `is_on` whether it's ticked. A text that can't be used is noted as a
    /// problem and changes nothing. Returns whether there's something to save.
    pub(crate) fn change(&mut self, field: Field, text: &str, is_on: bool) -> bool {
        let settings = &mut self.settings;
        let switch = if is_on { Switch::On } else { Switch::Off };
        let mut outcome = Ok(());
        match field {
            Field::Schedule(schedule) => settings.schedule = schedule,
            Field::Mode(mode) => settings.mode = mode,
            Field::Notifications => settings.notifications = switch,
            Field::HistoryDays(days) => settings.history_days = days,
            Field::Service(service) => service.set_switch(settings, switch),
            Field::Steps => {
                outcome = Settings::read_steps(text, self.install).map(|steps_s| settings.steps_s = steps_s);
            }
            Field::Floor => {
                outcome = Settings::read_wait(text, self.install).map(|floor_s| settings.floor_s = floor_s);
            }
            Field::Language => settings.language = (!text.is_empty()).then(|| text.to_owned()),
            Field::CodeFloors => {
                let floors = Settings::read_code_floors(text, self.install);
                outcome = floors.map(|floors_s| settings.code_floors_s = floors_s);
            }
            Field::File => {
                outcome = Settings::import(text, self.install).map(|imported| {
                    *settings = imported;
                    self.problems.clear();
                });
            }
        }
        self.problems.retain(|problem| problem.field != field);
        let error = outcome.err();
        let is_applied = error.is_none();
        self.problems.extend(error.map(|error| Problem { field, text: text.to_owned(), error }));
        is_applied
    }

    /// Resets every setting to its default.
    pub(crate) fn reset(&mut self) {
        self.settings = Settings::default();
        self.problems.clear();
    }

    fn problem(&self, field: Field) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.field == field)
    }
}

/// The settings page.
pub(crate) fn settings(form: &Form, words: &Words) -> PageTree {
    let page = Drawing { form, words };
    let saved = if form.is_saved { page.get(keys::settings::SAVED) } else { "" };
    PageTree::new(page.get(keys::settings::TITLE), words)
        .with([parts::heading(page.get(keys::settings::TITLE)), page.schedule(), page.floors(), page.back()])
        .with(page.keys())
        .with(page.languages())
        .with(page.trusted())
        .with([page.services(), page.history(), page.file()])
        .with([Node::text(Tag::P, "saved quiet", saved).set(Attribute::Role, "status")])
}

struct Drawing<'a> {
    form: &'a Form,
    words: &'a Words,
}

impl Drawing<'_> {
    fn get(&self, key: Key) -> &str {
        self.words.get(key)
    }

    fn schedule(&self) -> Node {
        use keys::settings::schedule::{Note, TITLE, classic, custom, eager, patient, standard};
        let settings = &self.form.settings;
        let presets = [
            (Shape::Patient, "patient", patient::LABEL, patient::NOTE),
            (Shape::Proportional, "standard", standard::LABEL, standard::NOTE),
            (Shape::Eager, "eager", eager::LABEL, eager::NOTE),
            (Shape::Classic, "classic", classic::LABEL, classic::NOTE),
            (Shape::Steps, "custom", custom::LABEL, custom::NOTE),
        ];
        let preset = |(shape, name, label, note)| {
            let is_on = shape == settings.schedule;
            let view = ScheduleView::new(settings, shape, self.words);
            let waits = (shape == Shape::Steps).then(|| {
                let waits = self.input("steps", &settings.write_steps(), Field::Steps);
                let waits = waits.set(Attribute::AriaLabel, self.get(note));
                Node::new(Tag::Div, "field").with([waits, self.problem("steps", Field::Steps)])
            });
            let option = self.option(["radio", "schedule", name], label, is_on, Field::Schedule(shape));
            let option = option.with([Node::text(Tag::P, "quiet", self.get(note))]);
            let cost = Node::text(Tag::P, "cost", &view.cost);
            Node::new(Tag::Div, "preset").with([option]).with(waits).with([self.plot(&view), cost])
        };
        let note = self.words.format(Note { most: &policy::BUDGET.to_string() });
        self.group(TITLE)
            .with([Node::text(Tag::P, "quiet", note), Node::new(Tag::Div, "presets").with(presets.map(preset))])
    }

    /// A line for each check, over a day.
    fn plot(&self, view: &ScheduleView) -> Node {
        use keys::settings::schedule::{DAY, HOUR, MINUTE};
        let lines: Vec<_> = view.checks.iter().map(|at| format!("M{at} 4v20")).collect();
        let path = |class, d: String| {
            Node::new(Tag::Path, class).set(Attribute::D, d).set(Attribute::VectorEffect, "non-scaling-stroke")
        };
        let hour = ScheduleView::hour();
        let drawing = Node::new(Tag::Svg, "")
            .set(Attribute::ViewBox, "0 0 1000 28")
            .set(Attribute::PreserveAspectRatio, "none")
            .set(Attribute::Role, "img")
            .set(Attribute::AriaLabel, &view.text)
            .with([path("axis", format!("M0 24h1000M{hour} 0v28")), path("checks", lines.concat())]);
        let ends = [MINUTE, HOUR, DAY].map(|key| Node::text(Tag::Span, "", self.get(key)));
        let ends = Node::new(Tag::Div, "ends quiet").set(Attribute::AriaHidden, "true").with(ends);
        Node::new(Tag::Div, "plot").with([drawing, ends])
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
        let option =
            |(mode, name, label)| self.option(["radio", "back", name], label, mode == settings.mode, Field::Mode(mode));
        let notifications = self.option(
            ["checkbox", "settings", "notifications"],
            keys::settings::notifications::LABEL,
            settings.notifications == Switch::On,
            Field::Notifications,
        );
        self.group(TITLE).with(modes.map(option)).with([notifications])
    }

    /// The keys that open the popup; no section if the browser has no shortcuts.
    fn keys(&self) -> Option<Node> {
        use keys::settings::keys::{CHANGE, NONE, Opens, TITLE};
        let shortcut = self.form.shortcut.as_ref()?;
        let text = match shortcut.as_str() {
            "" => self.get(NONE).to_owned(),
            keys => self.words.format(Opens { keys }),
        };
        Some(
            self.section(TITLE)
                .with([Node::text(Tag::P, "", text), parts::button(self.get(CHANGE), Action::ChangeShortcuts)]),
        )
    }

    /// The languages, each by its own name; no group if there's only one.
    fn languages(&self) -> Option<Node> {
        use keys::settings::language::{BROWSER, TITLE};
        let chosen = self.form.settings.language.as_deref();
        let option = |tag, label, is_on| option(["radio", "language", tag], label, is_on, Field::Language);
        let browsers = option("", Node::text(Tag::Label, "", self.get(BROWSER)), chosen.is_none());
        let named = LANGUAGES.iter().map(|language| {
            let label = Node::text(Tag::Label, "", language.name)
                .set(Attribute::Lang, language.tag)
                .set(Attribute::Dir, language.direction.name());
            option(language.tag, label, chosen == Some(language.tag))
        });
        (LANGUAGES.len() > 1).then(|| self.group(TITLE).with([browsers]).with(named))
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
        use keys::settings::history::{CLEAR, Days, NOT_KEPT, NOTE, TITLE};
        let outcome = self.form.history.map(|key| self.get(key)).unwrap_or_default();
        let days = self.group(keys::settings::history::KEEP).with(Settings::HISTORY_DAYS.map(|days| {
            let label = match days {
                0 => self.get(NOT_KEPT).to_owned(),
                days => self.words.format(Days { n: days.into() }),
            };
            let is_on = days == self.form.settings.history_days;
            let label = Node::text(Tag::Label, "", label);
            option(["radio", "history", &days.to_string()], label, is_on, Field::HistoryDays(days))
        }));
        self.section(TITLE).with([
            Node::text(Tag::P, "quiet", self.get(NOTE)),
            days,
            parts::button(self.get(CLEAR), Action::ClearHistory),
            Node::text(Tag::P, "quiet", outcome).set(Attribute::Role, "status"),
        ])
    }

    fn services(&self) -> Node {
        use keys::settings::services::{ALLOWED, Allow, NEEDED, PURPOSE, SENT, SERVICE, TITLE, WHEN};
        let columns = [SERVICE, PURPOSE, SENT, WHEN, ALLOWED].map(|column| self.get(column));
        let settings = &self.form.settings;
        let rows = services::table(self.words).into_iter().map(|row| {
            let allowed = Node::new(Tag::Td, "allowed").set(Attribute::DataLabel, columns[4]);
            let allowed = match row.service.switch(settings) {
                Some(switch) => allowed.with([Node::new(Tag::Input, "")
                    .set(Attribute::Type, "checkbox")
                    .set(Attribute::Role, "switch")
                    .set(Attribute::AriaLabel, self.words.format(Allow { service: &row.name }))
                    .flag(Attribute::Checked, switch == Switch::On)
                    .on(Action::Change { field: Field::Service(row.service) })]),
                None if row.service.when().is_by_extension() => allowed.with_text(self.get(NEEDED)),
                None => allowed.with_text(self.get(keys::label::NONE)),
            };
            let cells = [(columns[1], row.purpose), (columns[2], row.sent), (columns[3], row.when)];
            Node::new(Tag::Tr, "")
                .with([Node::text(Tag::Th, "", row.name).set(Attribute::Scope, "row")])
                .with(cells.map(|(label, cell)| Node::text(Tag::Td, "", cell).set(Attribute::DataLabel, label)))
                .with([allowed])
        });
        self.section(TITLE).with([parts::wide(self.get(TITLE), parts::table(columns, rows))])
    }

    /// Saving the settings to a file, loading them from one, and resetting them.
    fn file(&self) -> Node {
        use keys::settings::file::{EXPORT, IMPORT, NOTE, RESET, RESET_NOTE, RESET_NOW, TITLE};
        let file = Node::new(Tag::Input, "")
            .set(Attribute::Type, "file")
            .set(Attribute::Id, "file")
            .set(Attribute::Accept, ".json,application/json")
            .set(Attribute::AriaDescribedby, "file-problem")
            .set(Attribute::AriaInvalid, self.form.problem(Field::File).is_some().to_string())
            .on(Action::Change { field: Field::File });
        let label = Node::text(Tag::Label, "", self.get(IMPORT)).set(Attribute::For, "file");
        let reset = parts::details("reset", self.get(RESET)).with([
            Node::text(Tag::P, "quiet", self.get(RESET_NOTE)),
            parts::button(self.get(RESET_NOW), Action::ResetSettings),
        ]);
        self.section(TITLE).with([
            Node::text(Tag::P, "quiet", self.get(NOTE)),
            parts::button(self.get(EXPORT), Action::ExportSettings),
            Node::new(Tag::Div, "field").with([label, file, self.problem("file", Field::File)]),
            reset,
        ])
    }

    fn section(&self, title: Key) -> Node {
        Node::new(Tag::Section, "").with([Node::text(Tag::H2, "", self.get(title))])
    }

    fn group(&self, title: Key) -> Node {
        Node::new(Tag::Fieldset, "").with([Node::text(Tag::Legend, "", self.get(title))])
    }

    fn option(&self, names: [&str; 3], label: Key, is_on: bool, field: Field) -> Node {
        option(names, Node::text(Tag::Label, "", self.get(label)), is_on, field)
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
        let problem = self.form.problem(field);
        let is_invalid = problem.is_some();
        Node::new(Tag::Input, "")
            .set(Attribute::Type, "text")
            .set(Attribute::Id, id)
            .set(Attribute::Value, problem.map_or(value, |problem| &problem.text))
            .set(Attribute::Autocomplete, "off")
            .set(Attribute::Dir, "ltr") // numbers, in any language
            .set(Attribute::AriaDescribedby, format!("{id}-problem"))
            .set(Attribute::AriaInvalid, is_invalid.to_string())
            .on(Action::Change { field })
    }

    /// Why a field's text can't be used. Empty if it can, but always there, so that a change is announced.
    fn problem(&self, id: &str, field: Field) -> Node {
        let problem = self.form.problem(field).map(|problem| problem.error.describe(self.words)).unwrap_or_default();
        Node::text(Tag::P, "problem", problem).set(Attribute::Id, format!("{id}-problem")).set(Attribute::Role, "alert")
    }
}

/// A radio button or check box with its label.
fn option([kind, group, name]: [&str; 3], label: Node, is_on: bool, field: Field) -> Node {
    let label = label.set(Attribute::For, format!("{group}-{name}"));
    Node::new(Tag::Div, "option").with([parts::option([kind, group, name], is_on, Action::Change { field }), label])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(settings: Settings) -> Form {
        Form {
            settings,
            install: Install::Normal,
            problems: Vec::new(),
            is_saved: false,
            history: None,
            shortcut: None,
        }
    }

    #[test]
    fn a_damaged_file_changes_nothing_and_a_good_one_replaces_everything() {
        let mut form = form(Settings { floor_s: 90, ..Settings::default() });
        form.change(Field::Floor, "soon", false);
        assert!(!form.change(Field::File, "{}", false));
        assert_eq!((form.settings.floor_s, form.problem(Field::File).is_some()), (90, true));
        let other = Settings { archive: Switch::Off, ..Settings::default() };
        assert!(form.change(Field::File, &other.export(), false));
        assert_eq!((&form.settings, form.problems.len()), (&other, 0));
    }

    #[test]
    fn each_switch_turns_its_own_service_off() {
        for service in services::Service::ALL.iter().copied() {
            let mut form = form(Settings::default());
            form.change(Field::Service(service), "", false);
            let off: Vec<_> =
                services::Service::ALL.iter().filter(|service| !service.is_allowed(&form.settings)).collect();
            assert_eq!(off, if service.has_switch() { vec![&service] } else { vec![] });
        }
    }

    #[test]
    fn a_text_that_cannot_be_used_keeps_the_old_value_until_it_is_corrected() {
        let settings = Settings::default();
        let mut form = form(settings.clone());
        assert!(!form.change(Field::Floor, "soon", false));
        assert_eq!((&form.settings, form.problem(Field::Floor).is_some()), (&settings, true));
        assert!(form.change(Field::Floor, "600", false));
        assert_eq!((form.settings.floor_s, form.problem(Field::Floor).is_none()), (600, true));
    }
}
