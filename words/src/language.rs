//! One language's folder, read and checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::keys::Keys;
use crate::text::{CATEGORIES, Text, fault, placeholders};
use crate::{REFERENCE, WordsFileError};

/// The files of a language, by who reads them, in the order of core's `Reader`.
pub const READERS: [&str; 5] = ["interface", "visitor", "owner", "engineer", "doctor"];

/// The files that every language has; the others may be missing, and English takes their place.
const REQUIRED: [&str; 2] = ["interface", "visitor"];

/// The file beside the texts that says how the language is written here. Only `cargo xtask words` reads it.
pub const GLOSSARY: &str = "glossary.toml";

/// The file beside the texts that says which English text each was translated from. Only `cargo xtask words` reads it.
pub const TRANSLATED: &str = "translated.toml";

/// The file beside the texts with the names of Cloudflare's cities in this language, by the data centre's code. A city
/// that's missing is shown in English.
pub const CITIES: &str = "cities.toml";

/// The data centres that have a city, one per line: `FRA;Frankfurt;;Germany`.
const DATA_CENTRES: &str = include_str!("../../core/src/data_centre/table.txt");

/// Placeholders that a form for one thing leaves out, by key: of a single outage, the median is the longest.
const NOT_OF_ONE: &[(&str, &str)] = &[("record.earlier", "median")];

/// The texts of one file, by key: `code.522.visitor`.
pub type Lines = BTreeMap<String, Text>;

/// The names of cities, by the code of the data centre there.
pub type Cities = BTreeMap<String, String>;

/// One language.
#[derive(Debug)]
pub struct Language {
    pub(crate) folder: PathBuf,
    /// Its BCP 47 tag, which is also its folder's name.
    pub tag: String,
    /// Its name in its own language.
    pub name: String,
    /// Whether it's written from right to left.
    pub is_right_to_left: bool,
    /// The plural categories of its whole numbers (CLDR), in CLDR's order. A test of the command compares them with
    /// `Intl.PluralRules` and `icu_plurals`.
    pub plurals: Vec<String>,
    /// Those of them that hold a single number. In these a form may leave the number out: "once".
    pub single: Vec<String>,
    /// The texts of the manifest: its name and description.
    pub manifest: BTreeMap<String, String>,
    /// By reader; a file that the language lacks is missing.
    pub files: BTreeMap<&'static str, Lines>,
    /// Empty if the language has no such file.
    pub cities: Cities,
}

impl Language {
    /// Reads the folder of a language.
    ///
    /// # Errors
    /// If a file is missing, can't be read, isn't one of those that a language has, or its `[meta]` or `[manifest]` is
    /// incomplete.
    pub fn read(words: &Path, tag: &str) -> Result<Self, WordsFileError> {
        let folder = words.join(tag);
        let mut language = Self {
            folder: folder.clone(),
            tag: tag.to_owned(),
            name: String::new(),
            is_right_to_left: false,
            plurals: Vec::new(),
            single: Vec::new(),
            manifest: BTreeMap::new(),
            files: BTreeMap::new(),
            cities: Cities::new(),
        };
        for entry in fs::read_dir(&folder).map_err(|error| WordsFileError::new(&folder, error.to_string()))? {
            let path = entry.map_err(|error| WordsFileError::new(&folder, error.to_string()))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if [GLOSSARY, TRANSLATED].contains(&name.as_str()) {
                continue;
            }
            let fault = |fault: String| WordsFileError::new(&path, fault);
            let text = fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
            if name == CITIES {
                language.cities = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
                continue;
            }
            let reader = READERS.iter().find(|reader| name == format!("{reader}.toml"));
            let reader = *reader.ok_or_else(|| fault(format!("not one of {READERS:?}; rename or remove it")))?;
            let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| fault(error.to_string()))?;
            if reader == "interface" {
                language.head(&mut table).map_err(fault)?;
            }
            let mut lines = Lines::new();
            flatten("", &table, &mut lines).map_err(|key| fault(format!("{key} is not a text; put it in quotes")))?;
            language.files.insert(reader, lines);
        }
        if let Some(reader) = REQUIRED.iter().find(|reader| !language.files.contains_key(*reader)) {
            return Err(WordsFileError::new(&folder, format!("{reader}.toml is missing; add it")));
        }
        Ok(language)
    }

    /// Takes the sections that are not texts of the interface.
    fn head(&mut self, table: &mut toml::Table) -> Result<(), String> {
        let mut meta = section(table, "meta", &["language", "name", "direction", "plurals", "single"])?;
        if meta.get("language").and_then(toml::Value::as_str) != Some(&self.tag) {
            return Err(format!("[meta] must hold language = \"{}\", like the folder", self.tag));
        }
        self.name = string("meta", &meta, "name")?;
        self.is_right_to_left = match meta.get("direction").and_then(toml::Value::as_str) {
            Some("ltr") => false,
            Some("rtl") => true,
            _ => return Err("[meta] must hold direction = \"ltr\" or \"rtl\"".to_owned()),
        };
        let mut categories = |key: &str| -> Option<Vec<String>> {
            let categories: Vec<String> = meta.remove(key)?.try_into().ok()?;
            let in_order: Vec<_> = CATEGORIES.into_iter().filter(|it| categories.iter().any(|own| own == it)).collect();
            (categories == in_order).then_some(categories)
        };
        let (plurals, single) = (categories("plurals"), categories("single"));
        self.plurals = plurals
            .filter(|plurals| plurals.iter().any(|it| it == "other"))
            .ok_or_else(|| format!("[meta] must hold plurals, the language's own of {CATEGORIES:?}, in this order"))?;
        self.single = single
            .filter(|single| single.iter().all(|it| self.plurals.contains(it)))
            .ok_or("[meta] must hold single, those of plurals that hold a single number; it may be empty")?;
        let manifest = section(table, "manifest", &["name", "description"])?;
        for name in ["name", "description"] {
            let text = string("manifest", &manifest, name)?;
            // The limits are those of the stores.
            let most = if name == "name" { 45 } else { 132 };
            let length = text.chars().count();
            if length > most {
                return Err(format!("[manifest] {name} may have at most {most} characters; it has {length}"));
            }
            self.manifest.insert(name.to_owned(), text);
        }
        Ok(())
    }

    /// A key's file and the key, for a complaint.
    fn place(&self, reader: &str, key: &str) -> String {
        format!("{}: {key}", self.folder.join(reader).with_extension("toml").display())
    }

    /// Everything that is wrong with its texts, each with file and key.
    #[must_use]
    pub fn complaints(&self, keys: &Keys) -> Vec<String> {
        let mut complaints = Vec::new();
        for (reader, lines) in &self.files {
            for key in keys.of(reader).filter(|key| !lines.contains_key(*key)) {
                let english = keys.text(reader, key).map(Text::main).unwrap_or_default();
                complaints.push(format!("{} is missing; add it. {REFERENCE}: {english}", self.place(reader, key)));
            }
            for (key, text) in lines {
                let found = self.faults(key, text, keys.text(reader, key), reader);
                complaints.extend(found.into_iter().map(|what| format!("{} {what}", self.place(reader, key))));
            }
        }
        for (code, name) in &self.cities {
            let place = self.place(CITIES, code);
            if fault(name).is_some() || name.contains(';') {
                complaints.push(format!("{place} = {name:?} isn't a city's name; correct it"));
            }
            if !DATA_CENTRES.lines().any(|line| line.split(';').next() == Some(code)) {
                complaints.push(format!("{place} isn't the code of a data centre; correct or remove it"));
            }
        }
        complaints
    }

    /// What is wrong with one text; `original` is the reference's.
    fn faults(&self, key: &str, text: &Text, original: Option<&Text>, reader: &str) -> Vec<String> {
        let Some(original) = original else {
            return vec![format!("is not in {REFERENCE}/{reader}.toml; correct or remove it")];
        };
        let mut faults = Vec::new();
        let is_plural = matches!(text, Text::Plural(_));
        if matches!(original, Text::Plural(_)) != is_plural {
            faults.push(format!("must have plural forms if and only if {REFERENCE} has them"));
        }
        if let Text::Plural(forms) = text {
            let mut wanted: Vec<_> = self.plurals.iter().collect();
            wanted.sort_unstable();
            if !forms.keys().eq(wanted) {
                faults.push(format!("must have exactly the plural forms {:?}", self.plurals));
            }
        }
        let wanted = original.placeholders();
        for (category, form) in text.forms() {
            let form_name = if is_plural { format!(" in the form \"{category}\"") } else { String::new() };
            if let Some(what) = fault(form) {
                faults.push(format!("{what}{form_name}"));
            }
            let found = placeholders(form);
            // A form for a single number may say it in words.
            let may_omit = |name: &str| {
                is_plural && name == "n" && self.single.iter().any(|it| it == category)
                    || category == "one" && NOT_OF_ONE.contains(&(key, name))
            };
            for name in wanted.difference(&found).filter(|name| !may_omit(name)) {
                faults.push(format!("needs {{{name}}}{form_name}"));
            }
            for name in found.difference(&wanted) {
                faults.push(format!("has {{{name}}}{form_name}, which {REFERENCE} hasn't"));
            }
        }
        faults
    }

    /// Puts the catalogue's limits, each with its figure, into the texts that name them, such as `{limit.connect}`. Returns a
    /// complaint, with file and key, about each name that's unknown.
    #[must_use]
    pub fn fill_in_limits(&mut self, limits: &[(&str, String)]) -> Vec<String> {
        let mut unknown = Vec::new();
        for (reader, lines) in &mut self.files {
            for (key, text) in lines {
                for form in text.forms_mut() {
                    for (name, figure) in limits {
                        *form = form.replace(&format!("{{limit.{name}}}"), figure);
                    }
                }
                for name in text.placeholders().into_iter().filter(|name| name.starts_with("limit.")) {
                    unknown.push((*reader, key.clone(), name.to_owned()));
                }
            }
        }
        let complaint = |(reader, key, name): (&str, String, String)| {
            format!(
                "{} has {{{name}}}, which isn't a limit in catalog/src/limit.rs; correct it",
                self.place(reader, &key)
            )
        };
        unknown.into_iter().map(complaint).collect()
    }
}

/// Takes a section, which may hold these keys only.
fn section(table: &mut toml::Table, name: &str, known: &[&str]) -> Result<toml::Table, String> {
    let Some(toml::Value::Table(section)) = table.remove(name) else {
        return Err(format!("[{name}] is missing; add it"));
    };
    match section.keys().find(|key| !known.contains(&key.as_str())) {
        Some(unknown) => Err(format!("[{name}] {unknown} isn't one of {known:?}; correct or remove it")),
        None => Ok(section),
    }
}

/// A text of a section.
fn string(section: &str, table: &toml::Table, name: &str) -> Result<String, String> {
    let text = table.get(name).and_then(toml::Value::as_str).unwrap_or_default();
    match fault(text) {
        Some(what) => Err(format!("[{section}] {name} {what}")),
        None => Ok(text.to_owned()),
    }
}

fn flatten(prefix: &str, table: &toml::Table, lines: &mut Lines) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => {
                lines.insert(key, Text::Plain(text.clone()));
            }
            toml::Value::Table(table) => match Text::plural(table) {
                Some(text) => {
                    lines.insert(key, text);
                }
                None => flatten(&key, table, lines)?,
            },
            _ => return Err(key),
        }
    }
    Ok(())
}
