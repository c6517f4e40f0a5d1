//! One language's folder, read and checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::keys::Keys;
use crate::text::{Text, fault, placeholders};
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

/// The plural categories of a language for whole numbers (CLDR), and those of them that hold one number only. In these a
/// form may leave the number out: "once".
///
/// Compared with `Intl.PluralRules` and `icu_plurals` by a test of the command.
pub const PLURALS: &[(&str, &[&str], &[&str])] = &[
    ("ar", &["zero", "one", "two", "few", "many", "other"], &["zero", "one", "two"]),
    ("de", &["one", "other"], &["one"]),
    ("en", &["one", "other"], &["one"]),
    ("es", &["one", "many", "other"], &["one"]),
    ("fr", &["one", "many", "other"], &[]),
    ("ja", &["other"], &[]),
    ("ko", &["other"], &[]),
    ("pt-BR", &["one", "many", "other"], &[]),
    ("ru", &["one", "few", "many", "other"], &[]),
    ("zh-Hans", &["other"], &[]),
];

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
        let section = |table: &mut toml::Table, name: &str| -> BTreeMap<String, String> {
            let section = table.remove(name).and_then(|it| it.as_table().cloned()).unwrap_or_default();
            section.into_iter().filter_map(|(key, text)| Some((key, text.as_str()?.to_owned()))).collect()
        };
        let meta = section(table, "meta");
        if meta.get("language") != Some(&self.tag) {
            return Err(format!("[meta] must hold language = \"{}\", like the folder", self.tag));
        }
        self.name = meta.get("name").cloned().unwrap_or_default();
        if self.name.is_empty() {
            return Err("[meta] must hold name, the language's name in itself".to_owned());
        }
        self.is_right_to_left = match meta.get("direction").map(String::as_str) {
            Some("ltr") => false,
            Some("rtl") => true,
            _ => return Err("[meta] must hold direction = \"ltr\" or \"rtl\"".to_owned()),
        };
        self.manifest = section(table, "manifest");
        for name in ["name", "description"] {
            // The limits are those of the stores.
            let most = if name == "name" { 45 } else { 132 };
            let length = self.manifest.get(name).map_or(0, |text| text.chars().count());
            if length == 0 || length > most {
                return Err(format!("[manifest] must hold {name}, of at most {most} characters; it has {length}"));
            }
        }
        Ok(())
    }

    /// Everything that is wrong with its texts, each with file and key.
    #[must_use]
    pub fn complaints(&self, keys: &Keys) -> Vec<String> {
        let mut complaints = Vec::new();
        let Some((_, categories, single)) = PLURALS.iter().find(|(tag, ..)| *tag == self.tag) else {
            let folder = self.folder.display();
            return vec![format!("{folder}: its plural categories are not in words/src/language.rs; add them")];
        };
        for (reader, lines) in &self.files {
            let place = |key: &str| format!("{}: {key}", self.folder.join(reader).with_extension("toml").display());
            for key in keys.of(reader).filter(|key| !lines.contains_key(*key)) {
                let english = keys.text(reader, key).map(Text::main).unwrap_or_default();
                complaints.push(format!("{} is missing; add it. {REFERENCE}: {english}", place(key)));
            }
            for (key, text) in lines {
                let mut complain = |what: &str| complaints.push(format!("{} {what}", place(key)));
                for (category, form) in text.forms() {
                    if let Some(what) = fault(form) {
                        complain(what);
                    }
                    let may_omit = single.contains(&category);
                    if matches!(text, Text::Plural(_)) && !may_omit && !placeholders(form).contains("n") {
                        complain(&format!("needs {{n}} in the form \"{category}\", which holds several numbers"));
                    }
                }
                if let Text::Plural(forms) = text {
                    let mut wanted = categories.to_vec();
                    wanted.sort_unstable();
                    if !forms.keys().eq(wanted.iter()) {
                        complain(&format!("must have exactly the plural forms {categories:?}"));
                    }
                }
                match keys.text(reader, key) {
                    None => complain(&format!("is not in {REFERENCE}/{reader}.toml; correct or remove it")),
                    Some(original) => {
                        if matches!(original, Text::Plural(_)) != matches!(text, Text::Plural(_)) {
                            complain(&format!("must have plural forms if and only if {REFERENCE} has them"));
                        }
                        if original.placeholders() != text.placeholders() {
                            complain(&format!("must have the placeholders {:?}", original.placeholders()));
                        }
                    }
                }
            }
        }
        for (code, name) in self.cities.iter().filter(|(_, name)| fault(name).is_some() || name.contains(';')) {
            let place = self.folder.join(CITIES);
            complaints.push(format!("{}: {code} = {name:?} isn't a city's name; correct it", place.display()));
        }
        complaints
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
