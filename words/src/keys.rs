//! The keys of the reference language, numbered.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use crate::language::{Cities, Language, Lines, READERS};
use crate::text::Text;
use crate::{WordsFileError, fingerprint};

/// The reference language's keys.
#[derive(Debug)]
pub struct Keys {
    /// The reference's texts, by reader.
    pub files: BTreeMap<&'static str, Lines>,
}

impl Keys {
    /// The keys of the reference language.
    ///
    /// # Errors
    /// If a key is in two of its files.
    pub fn new(reference: &Language) -> Result<Self, WordsFileError> {
        let mut known = BTreeSet::new();
        for key in reference.files.values().flat_map(Lines::keys) {
            if !known.insert(key) {
                return Err(WordsFileError::new(&reference.folder, format!("{key} is in two files; remove one")));
            }
        }
        Ok(Self { files: reference.files.clone() })
    }

    /// The keys of one file, in order.
    pub fn of(&self, reader: &str) -> impl Iterator<Item = &String> {
        self.files.get(reader).into_iter().flat_map(Lines::keys)
    }

    /// The reference's text.
    #[must_use]
    pub fn text(&self, reader: &str, key: &str) -> Option<&Text> {
        self.files.get(reader)?.get(key)
    }

    /// A number that changes with the keys of a file, so that a file from another build is refused.
    #[must_use]
    pub fn fingerprint(&self, reader: &str) -> u32 {
        fingerprint(self.of(reader).flat_map(|key| key.bytes().chain([b'\n'])))
    }

    /// Every key.
    #[must_use]
    pub fn known(&self) -> BTreeSet<&str> {
        READERS.iter().flat_map(|reader| self.of(reader)).map(String::as_str).collect()
    }

    /// What the shells load of one reader's texts in a language: the texts in the order of the keys, and with the interface's
    /// the names of cities, as `;FRA=Francfort;VIE=Vienne;`.
    #[must_use]
    pub fn json(&self, reader: &str, lines: &Lines, cities: &Cities) -> String {
        let texts: Vec<_> = self.of(reader).filter_map(|key| lines.get(key)).map(Text::packed).collect();
        if reader != "interface" || cities.is_empty() {
            return serde_json::json!({ "keys": self.fingerprint(reader), "texts": texts }).to_string();
        }
        let cities = cities.iter().map(|(code, name)| format!("{code}={name};"));
        let cities: String = iter::once(";".to_owned()).chain(cities).collect();
        serde_json::json!({ "keys": self.fingerprint(reader), "texts": texts, "cities": cities }).to_string()
    }
}
