//! The Rust items made of the keys.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;

use rayback_words::{AFTER_CATEGORY, BETWEEN_FORMS, Keys, READERS, Text};

use super::family::Family;

/// Written by the browser, the way it writes times; it stays in the text.
const LEFT_IN_TEXT: &str = "time";

/// Where a key's text is.
struct Slot<'a> {
    reader: usize,
    index: usize,
    text: &'a Text,
}

/// The families' texts that the reference lacks.
pub(crate) fn missing(keys: &Keys, families: &[Family]) -> Vec<String> {
    let known = keys.known();
    let needed = families.iter().filter(|family| !family.is_optional).flat_map(Family::keys);
    needed
        .filter(|key| !known.contains(key.as_str()))
        .map(|key| format!("core/words/en: {key} is missing, which the catalogue needs; add it"))
        .collect()
}

fn slots(keys: &Keys) -> BTreeMap<&str, Slot<'_>> {
    let mut slots = BTreeMap::new();
    for (reader, name) in READERS.iter().enumerate() {
        for (index, (key, text)) in keys.files.get(name).into_iter().flatten().enumerate() {
            slots.insert(key.as_str(), Slot { reader, index, text });
        }
    }
    slots
}

/// One item per key: a constant, a type where the text has placeholders, a function for a family.
pub(crate) fn source(keys: &Keys, families: &[Family]) -> Result<String, Box<dyn Error>> {
    let mut slots = slots(keys);
    let mut root = Module::default();
    for family in families {
        let module = root.at(family.section);
        for part in family.all_parts() {
            let arms: Vec<_> = family
                .arms
                .iter()
                .map(|(pattern, id)| (pattern, family.key(id, part)))
                .filter_map(|(pattern, key)| Some((pattern, slots.get(key.as_str())?)))
                .collect();
            module.items.push(function(family, part, &arms)?);
        }
    }
    for key in families.iter().flat_map(Family::keys) {
        slots.remove(key.as_str());
    }
    if let Some(key) = slots.keys().find(|key| key.starts_with("code.")) {
        return Err(format!("core/words/en: {key} belongs to no code of the catalogue; remove it").into());
    }
    for (key, slot) in &slots {
        let (section, name) = key.rsplit_once('.').ok_or_else(|| format!("core/words/en: {key} is in no section"))?;
        root.at(section).items.push(item(name, slot));
    }
    let mut text = format!(
        "/// Separates the plural forms of a text.\npub(super) const BETWEEN_FORMS: char = {BETWEEN_FORMS:?};\n\
         /// Separates a form's category from its text.\npub(super) const AFTER_CATEGORY: char = {AFTER_CATEGORY:?};\n"
    );
    for reader in READERS {
        let _ = writeln!(
            text,
            "pub(super) const {}: (u32, usize) = ({}, {});",
            reader.to_uppercase(),
            keys.fingerprint(reader),
            keys.of(reader).count()
        );
    }
    root.write("", &mut text);
    Ok(text)
}

/// A module of keys: a section of the words files.
#[derive(Default)]
struct Module {
    items: Vec<String>,
    modules: BTreeMap<String, Module>,
}

impl Module {
    fn at(&mut self, path: &str) -> &mut Self {
        path.split('.').fold(self, |module, name| module.modules.entry(name.to_owned()).or_default())
    }

    fn write(&self, path: &str, text: &mut String) {
        for item in &self.items {
            text.push_str(item);
        }
        for (name, module) in &self.modules {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let _ = writeln!(text, "/// Section `{path}` of the words.\npub mod {} {{", snake(name));
            module.write(&path, text);
            text.push_str("}\n");
        }
    }
}

/// The item of a key outside of every family.
fn item(name: &str, slot: &Slot<'_>) -> String {
    let doc = doc(slot.text);
    let key = new_key(slot);
    let fields = fields([slot.text]);
    if fields.is_empty() {
        return format!("{doc}pub const {}: crate::words::Key = {key};\n", name.replace('-', "_").to_uppercase());
    }
    let is_plural = matches!(slot.text, Text::Plural(_));
    message(&pascal(name), &doc, None, &key, &fields, is_plural)
}

/// The function of one part of a family, or the type where its texts have placeholders.
fn function(family: &Family, part: &str, arms: &[(&String, &Slot<'_>)]) -> Result<String, Box<dyn Error>> {
    let name = if part.is_empty() { "text".to_owned() } else { snake(part) };
    let doc = match part {
        "" => format!("/// The text `{}.<id>`", family.section),
        part => format!("/// The text `{}.<id>.{part}`", family.section),
    };
    let is_partial = !family.is_complete || family.is_optional;
    let doc = if is_partial { format!("{doc}; `None` if there is none.\n") } else { format!("{doc}.\n") };
    let mut body = format!("match {} {{", family.matched);
    for (pattern, slot) in arms {
        let key = new_key(slot);
        let value = if is_partial { format!("Some({key})") } else { key };
        let _ = write!(body, "{pattern} => {value}, ");
    }
    body.push_str(if is_partial { "_ => None }" } else { "}" });
    if family.is_mixed {
        return Ok(mixed(&pascal(&name), &doc, family.of, &body, is_partial));
    }
    let fields = fields(arms.iter().map(|(_, slot)| slot.text));
    if let Some((pattern, _)) = arms.iter().find(|(_, slot)| self::fields([slot.text]) != fields) {
        let section = family.section;
        return Err(format!("core/words/en: in [{section}] {pattern} must have the placeholders {fields:?}").into());
    }
    if fields.is_empty() {
        let of = family.of;
        let returned = if is_partial { "Option<crate::words::Key>" } else { "crate::words::Key" };
        return Ok(format!("{doc}#[must_use]\npub const fn {name}(of: {of}) -> {returned} {{ {body} }}\n"));
    }
    let body = body.replacen("match of", "match self.of", 1);
    Ok(message(&pascal(&name), &doc, Some(family.of), &body, &fields, false))
}

/// A type for texts with different placeholders.
fn mixed(name: &str, doc: &str, of: &str, body: &str, is_partial: bool) -> String {
    let body = body.replacen("match of", "match self.of", 1);
    let key = if is_partial {
        format!("let Some(key) = ({body}) else {{ return String::new() }};")
    } else {
        format!("let key = {body};")
    };
    format!(
        "{}#[derive(Clone, Copy, Debug)]\npub struct {name}<'a> {{\n    /// Which of them.\n    pub of: {of},\n    \
         /// The values of its placeholders, by name.\n    pub values: &'a [(&'a str, &'a str)],\n}}\n\
         impl crate::words::Message for {name}<'_> {{\n    fn write(&self, words: &crate::words::Words) -> String {{\n        \
         {key}\n        words.fill_named(key, self.values)\n    }}\n}}\n",
        doc.replace("`None`", "empty"),
    )
}

/// A type with one field per placeholder.
fn message(name: &str, doc: &str, of: Option<&str>, key: &str, fields: &[&str], is_plural: bool) -> String {
    let is_count = |field: &str| is_plural && field == "n";
    let lifetime = if fields.iter().any(|field| !is_count(field)) { "<'a>" } else { "" };
    let anonymous = if lifetime.is_empty() { "" } else { "<'_>" };
    let mut text = format!("{doc}#[derive(Clone, Copy, Debug)]\npub struct {name}{lifetime} {{\n");
    if let Some(of) = of {
        let _ = writeln!(text, "    /// Which of them.\n    pub of: {of},");
    }
    for field in fields {
        let of = if is_count(field) { "u64" } else { "&'a str" };
        let _ = writeln!(text, "    /// `{{{field}}}`\n    pub {}: {of},", raw(field));
    }
    let values: Vec<_> =
        fields.iter().filter(|it| !is_count(it)).map(|it| format!("({it:?}, self.{})", raw(it))).collect();
    let count = if is_plural { "Some(self.n)" } else { "None" };
    let _ = writeln!(
        text,
        "}}\nimpl crate::words::Message for {name}{anonymous} {{\n    fn write(&self, words: &crate::words::Words) -> \
         String {{\n        words.fill_key({key}, {count}, &[{}])\n    }}\n}}",
        values.join(", ")
    );
    text
}

/// The placeholders that are filled in by core.
fn fields<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Vec<&'a str> {
    let names: BTreeSet<_> = texts.into_iter().flat_map(Text::placeholders).filter(|it| *it != LEFT_IN_TEXT).collect();
    names.into_iter().collect()
}

fn new_key(slot: &Slot<'_>) -> String {
    format!("crate::words::Key::new({}, {})", slot.reader, slot.index)
}

fn doc(text: &Text) -> String {
    format!("/// `{}`\n", text.main().replace('`', "'"))
}

fn snake(name: &str) -> String {
    raw(&name.replace('-', "_"))
}

pub(crate) fn pascal(name: &str) -> String {
    let capitalised = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split(['-', '_']).map(capitalised).collect()
}

/// The name as an identifier.
fn raw(name: &str) -> String {
    match name {
        "as" | "do" | "for" | "if" | "in" | "impl" | "loop" | "match" | "mod" | "move" | "type" | "use" | "where" => {
            format!("r#{name}")
        }
        name => name.to_owned(),
    }
}
