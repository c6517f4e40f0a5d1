//! One language's folder: read, checked, written.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::REFERENCE;
use super::keys::Keys;
use super::text::{Text, fault, placeholders};

/// The files of a language, by who reads them, in the order of `Reader` in `src/words.rs`.
pub(crate) const READERS: [&str; 5] = ["interface", "visitor", "owner", "engineer", "doctor"];

/// The files that every language has; the others may be missing, and English takes their place.
const REQUIRED: [&str; 2] = ["interface", "visitor"];

/// Files beside the texts that the build leaves alone: how the language is written here, and which English text each of its
/// texts was translated from. `cargo xtask words` reads them.
pub(crate) const GLOSSARY: &str = "glossary.toml";
pub(crate) const TRANSLATED: &str = "translated.toml";

/// The plural categories of a language for whole numbers (CLDR), and those of them that hold one number only. In these a
/// form may leave the number out: "once".
///
/// Compared with `Intl.PluralRules` and `icu_plurals` by a test of the command.
const PLURALS: &[(&str, &[&str], &[&str])] = &[
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
pub(crate) type Lines = BTreeMap<String, Text>;

/// One language.
pub(crate) struct Language {
    tag: String,
    /// Its name in itself.
    name: String,
    is_right_to_left: bool,
    /// The texts of the manifest: its name and description.
    manifest: BTreeMap<String, String>,
    /// By reader; a file that the language lacks is missing.
    pub(crate) files: BTreeMap<&'static str, Lines>,
}

impl Language {
    /// Reads the folder of a language.
    pub(crate) fn read(words: &Path, tag: &str) -> Result<Self, Box<dyn Error>> {
        let folder = words.join(tag);
        let mut language = Self {
            tag: tag.to_owned(),
            name: String::new(),
            is_right_to_left: false,
            manifest: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        for entry in fs::read_dir(&folder).map_err(|error| format!("core/{}: {error}", folder.display()))? {
            let path = entry?.path();
            let said = |what: &dyn std::fmt::Display| format!("core/{}: {what}", path.display());
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if [GLOSSARY, TRANSLATED].contains(&name.as_str()) {
                continue;
            }
            let reader = READERS.iter().find(|reader| name == format!("{reader}.toml"));
            let reader = *reader.ok_or_else(|| said(&format!("not one of {READERS:?}; rename or remove it")))?;
            let mut table: toml::Table =
                fs::read_to_string(&path)?.parse().map_err(|error: toml::de::Error| said(&error))?;
            if reader == "interface" {
                language.head(&mut table).map_err(|what| said(&what))?;
            }
            let mut lines = Lines::new();
            flatten("", &table, &mut lines).map_err(|key| said(&format!("{key} is not a text; put it in quotes")))?;
            language.files.insert(reader, lines);
        }
        for reader in REQUIRED {
            if !language.files.contains_key(reader) {
                return Err(format!("core/{}: {reader}.toml is missing; add it", folder.display()).into());
            }
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
    pub(crate) fn complaints(&self, keys: &Keys) -> Vec<String> {
        let mut complaints = Vec::new();
        let Some((_, categories, single)) = PLURALS.iter().find(|(tag, ..)| *tag == self.tag) else {
            return vec![format!("core/words/{}: its plural categories are not in core/build/language.rs", self.tag)];
        };
        for (reader, lines) in &self.files {
            let place = |key: &str| format!("core/words/{}/{reader}.toml: {key}", self.tag);
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
                    None => complain(&format!("is not in core/words/{REFERENCE}/{reader}.toml; correct or remove it")),
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
        complaints
    }

    /// Writes its files below `words/` and `_locales/`.
    pub(crate) fn write(&self, out: &Path, keys: &Keys) -> Result<(), Box<dyn Error>> {
        let folder = out.join("words").join(&self.tag);
        fs::create_dir_all(&folder)?;
        for (reader, lines) in &self.files {
            fs::write(folder.join(format!("{reader}.json")), json(reader, lines, keys))?;
        }
        let messages: BTreeMap<_, _> =
            self.manifest.iter().map(|(name, message)| (name, BTreeMap::from([("message", message)]))).collect();
        let folder = out.join("_locales").join(browser_tag(&self.tag));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("messages.json"), serde_json::to_string_pretty(&messages)?)?;
        Ok(())
    }
}

/// What the shells load for one reader.
pub(crate) fn json(reader: &str, lines: &Lines, keys: &Keys) -> String {
    let texts: Vec<_> = keys.of(reader).filter_map(|key| lines.get(key)).map(Text::packed).collect();
    serde_json::json!({ "keys": keys.fingerprint(reader), "texts": texts }).to_string()
}

/// The name of a language's folder below `_locales/`.
/// Source: <https://developer.chrome.com/docs/extensions/reference/api/i18n#locales>.
fn browser_tag(tag: &str) -> String {
    match tag {
        "zh-Hans" => "zh_CN".to_owned(),
        tag => tag.replace('-', "_"),
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

/// The table of languages, English first.
pub(crate) fn source(languages: &[Language]) -> String {
    let mut text =
        "/// Every language that is built, English first.\npub const LANGUAGES: &[Language] = &[\n".to_owned();
    for language in languages {
        let direction = if language.is_right_to_left { "Rtl" } else { "Ltr" };
        let has = READERS.map(|reader| language.files.contains_key(reader));
        let _ = writeln!(
            text,
            "    Language {{ tag: {:?}, name: {:?}, direction: Direction::{direction}, has: {has:?} }},",
            language.tag, language.name
        );
    }
    text.push_str(
        "];\n\n/// The plural categories that the build asks of each language, whether it is built or not.\n",
    );
    text.push_str("pub const PLURALS: &[(&str, &[&str])] = &[\n");
    for (tag, categories, _) in PLURALS {
        let _ = writeln!(text, "    ({tag:?}, &{categories:?}),");
    }
    text + "];\n"
}
