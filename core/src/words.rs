//! Every text that users read, and the language it is in.
//!
//! The texts are in `core/words/<BCP 47 tag>/<reader>.toml`. The build checks them (`core/build.rs`), writes each file as
//! `words/<tag>/<reader>.json` beside the shells' modules, and makes one item in `key` per key: a misspelt key doesn't
//! compile, nor does a placeholder without a value. A shell loads the files it needs in the language that
//! [`Language::of`] chooses.

mod language;
mod plural;

use core::fmt::Write as _;

use serde::Deserialize;

use crate::data_centre::{self, Iata};

pub use language::{Direction, ENGLISH, LANGUAGES, Language, PLURALS, negotiate};
pub use plural::{Formats, ListFormat, PluralCategory};

/// One item per key, in a module per section: a constant; a type where the text has placeholders; a function where there is a
/// text for each variant of a type of the catalogue.
#[allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "written by the build"
)]
#[deny(dead_code, reason = "a text that nothing shows would be translated for nothing; remove it")]
pub(crate) mod key {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}

/// The sections of `key` that shells use themselves.
pub mod keys {
    pub use super::key::{
        analyser, check, classify, duration, label, menu, own, party, reading, settings, watch, welcome,
    };

    /// The welcome page shows them too.
    pub mod popup {
        pub use super::super::key::popup::{ASK_FOR_ACCESS, SETTINGS};
    }

    /// Shown by the extension's own page if the user doesn't allow a question.
    pub mod more {
        pub use super::super::key::more::NOT_ALLOWED;
    }

    /// Shown by the command for a cause that no code has.
    pub mod cause {
        pub use super::super::key::cause::{check, fix, title};
    }

    /// Shown by the command while it measures.
    pub mod doctor {
        pub use super::super::key::doctor::{Checking, leg};
    }
}

/// Shown in place of texts that can't be read, not even in English. It's part of the module, so that a damaged package never
/// shows nothing.
pub const UNREADABLE: &str = "Rayback can't read its own texts. Install it again.";

/// A text without placeholders, or with `{time}` alone, which the browser writes.
///
/// The number of the file and the place in it, so that no key's name is in a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u16);

/// A text with placeholders, and their values.
pub trait Message {
    /// The text of a language with the values in place.
    fn write(&self, words: &Words) -> String;
}

/// Who a file of texts is for; each shell loads only the files it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Users of the panel, popup, settings and notifications; the verdict and the report.
    Interface,
    /// Visitors: what an error means, how long it lasts, what to do.
    Visitor,
    /// Site owners: what Cloudflare saw, causes, checks and fixes.
    Owner,
    /// Engineers: what a program should do.
    Engineer,
    /// Users of the command's `doctor` and `check`: what each check found, and the fix.
    Doctor,
}

/// The texts of one language.
///
/// ```
/// use rayback_core::Words;
///
/// let words = Words::english().unwrap();
/// assert_eq!(words.language(), "en");
/// ```
#[derive(Clone)]
pub struct Words {
    language: &'static Language,
    files: [Option<File>; 5],
}

#[derive(Clone)]
struct File {
    language: &'static Language,
    texts: Vec<Box<str>>,
    /// The cities whose names differ from the English ones, as `;VIE=Wien;ZRH=Zürich;`.
    cities: Box<str>,
    formats: Formats,
}

/// A words file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// Not the JSON that the build writes.
    #[error("the words file is damaged: {0}; build it again")]
    Damaged(#[source] serde_json::Error),
    /// The file belongs to another build: its keys are not those of this module.
    #[error("the words file belongs to another build; build both again")]
    OtherBuild,
}

impl core::fmt::Debug for Words {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let loaded: Vec<_> =
            Reader::ALL.into_iter().filter_map(|reader| Some((reader, self.of(reader)?.tag))).collect();
        f.debug_struct("Words").field("language", &self.language.tag).field("files", &loaded).finish()
    }
}

impl Reader {
    /// Every reader.
    pub const ALL: [Self; 5] = [Self::Interface, Self::Visitor, Self::Owner, Self::Engineer, Self::Doctor];

    /// The name of the file, without its ending.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interface => "interface",
            Self::Visitor => "visitor",
            Self::Owner => "owner",
            Self::Engineer => "engineer",
            Self::Doctor => "doctor",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Interface => 0,
            Self::Visitor => 1,
            Self::Owner => 2,
            Self::Engineer => 3,
            Self::Doctor => 4,
        }
    }

    /// The fingerprint of the keys and their number.
    const fn keys(self) -> (u32, usize) {
        match self {
            Self::Interface => key::INTERFACE,
            Self::Visitor => key::VISITOR,
            Self::Owner => key::OWNER,
            Self::Engineer => key::ENGINEER,
            Self::Doctor => key::DOCTOR,
        }
    }
}

impl Key {
    /// How many bits hold the place in the file.
    const INDEX_BITS: u16 = 13;

    const fn new(reader: u16, index: u16) -> Self {
        assert!(reader < 5 && index < 1 << Self::INDEX_BITS, "a file has too many texts");
        Self(reader << Self::INDEX_BITS | index)
    }

    fn place(self) -> (usize, usize) {
        (usize::from(self.0 >> Self::INDEX_BITS), usize::from(self.0 & ((1 << Self::INDEX_BITS) - 1)))
    }
}

impl Words {
    /// The words of a language, with no file loaded yet.
    #[must_use]
    pub const fn new(language: &'static Language) -> Self {
        Self { language, files: [const { None }; 5] }
    }

    /// Adds the texts for one reader, read from [`Language::path`]. `formats` are those of `language`, which is English where
    /// the words' own language has no such file or a broken one.
    ///
    /// # Errors
    ///
    /// If the file is damaged or belongs to another build. The words stay as they were; load the English file instead.
    pub fn load(
        &mut self,
        reader: Reader,
        language: &'static Language,
        json: &str,
        formats: Formats,
    ) -> Result<(), WordsError> {
        #[derive(Deserialize)]
        struct Stored {
            keys: u32,
            texts: Vec<Box<str>>,
            #[serde(default)]
            cities: Box<str>,
        }
        let stored: Stored = crate::json::from_str(json).map_err(WordsError::Damaged)?;
        // No text that the build writes is empty.
        if (stored.keys, stored.texts.len()) != reader.keys() || stored.texts.iter().any(|text| text.is_empty()) {
            return Err(WordsError::OtherBuild);
        }
        if let Some(file) = self.files.get_mut(reader.index()) {
            *file = Some(File { language, texts: stored.texts, cities: stored.cities, formats });
        }
        Ok(())
    }

    /// Shows [`UNREADABLE`] in place of each of a reader's texts, because even the English file can't be loaded.
    pub fn give_up(&mut self, reader: Reader) {
        if let Some(file) = self.files.get_mut(reader.index()) {
            let (texts, cities) = (Vec::new(), Box::default());
            *file = Some(File { language: ENGLISH, texts, cities, formats: Formats::english() });
        }
    }

    /// [`UNREADABLE`] if the interface's texts can't be read: then nothing but this sentence is worth showing.
    #[must_use]
    pub fn last_resort(&self) -> Option<&'static str> {
        let file = self.files.get(Reader::Interface.index()).and_then(Option::as_ref)?;
        file.texts.is_empty().then_some(UNREADABLE)
    }

    /// The English words, compiled in, for every reader.
    ///
    /// # Errors
    ///
    /// As [`Self::load`]; the build writes them, so it doesn't happen.
    #[cfg(any(test, feature = "embedded-words"))]
    pub fn english() -> Result<Self, WordsError> {
        Self::english_with(&Formats::english())
    }

    /// As [`Self::english`], with the shell's own formats.
    ///
    /// # Errors
    ///
    /// As [`Self::load`]; the build writes them, so it doesn't happen.
    #[cfg(any(test, feature = "embedded-words"))]
    pub fn english_with(formats: &Formats) -> Result<Self, WordsError> {
        let mut words = Self::new(ENGLISH);
        for (reader, json) in Reader::ALL.into_iter().zip([
            include_str!(concat!(env!("OUT_DIR"), "/words/en/interface.json")),
            include_str!(concat!(env!("OUT_DIR"), "/words/en/visitor.json")),
            include_str!(concat!(env!("OUT_DIR"), "/words/en/owner.json")),
            include_str!(concat!(env!("OUT_DIR"), "/words/en/engineer.json")),
            include_str!(concat!(env!("OUT_DIR"), "/words/en/doctor.json")),
        ]) {
            words.load(reader, ENGLISH, json, formats.clone())?;
        }
        Ok(words)
    }

    /// The words of a language as a shell loads them, from what the build wrote.
    #[cfg(test)]
    pub(crate) fn built(tag: &str) -> Self {
        let language = LANGUAGES.iter().find(|language| language.tag == tag).unwrap();
        let mut words = Self::new(language);
        for reader in Reader::ALL {
            let source = language.source(reader);
            let path = std::path::Path::new(env!("OUT_DIR")).join(source.path(reader));
            words.load(reader, source, &std::fs::read_to_string(path).unwrap(), Formats::english()).unwrap();
        }
        words
    }

    /// These words with an interface in another language.
    #[cfg(test)]
    pub(crate) fn with_interface_in(mut self, language: &'static Language) -> Self {
        self.language = language;
        if let Some(file) = self.files.get_mut(Reader::Interface.index()).and_then(Option::as_mut) {
            file.language = language;
        }
        self
    }

    /// The language's BCP 47 tag: that of the interface, or the one asked for while no file is loaded.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.of(Reader::Interface).unwrap_or(self.language).tag
    }

    /// Which way the language is written.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.of(Reader::Interface).unwrap_or(self.language).direction
    }

    /// The language of a reader's texts; `None` if they are not loaded.
    #[must_use]
    pub fn of(&self, reader: Reader) -> Option<&'static Language> {
        self.files.get(reader.index())?.as_ref().map(|file| file.language)
    }

    /// A number in the digits of the interface's language.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        let file = self.files.get(Reader::Interface.index()).and_then(Option::as_ref);
        file.map_or_else(|| number.to_string(), |file| (file.formats.digits)(number))
    }

    /// The city of the data centre with this code, in the interface's language if the words have its name, otherwise in
    /// English; `None` if it isn't in our table.
    #[must_use]
    pub(crate) fn city(&self, code: Iata) -> Option<&str> {
        let cities = self.files.get(Reader::Interface.index()).and_then(Option::as_ref).map_or("", |file| &file.cities);
        let found = cities.split_once(&format!(";{code}=")).and_then(|(_, after)| after.split_once(';'));
        found.map(|(name, _)| name).or_else(|| data_centre::with_code(code).map(|centre| centre.city()))
    }

    /// The text of a key; empty if the file that holds it is not loaded, [`UNREADABLE`] if it can't be.
    #[must_use]
    pub fn get(&self, key: Key) -> &str {
        let (file, index) = key.place();
        let file = self.files.get(file).and_then(Option::as_ref);
        file.map_or("", |file| file.texts.get(index).map_or(UNREADABLE, |text| text))
    }

    /// A text with its values, as `words.format(key::label::Error { code, name })`.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "messages are made where they are passed")]
    pub fn format(&self, message: impl Message) -> String {
        message.write(self)
    }

    /// Whole sentences, one after the other, the way the language separates them.
    pub(crate) fn join(&self, sentences: impl IntoIterator<Item = String>) -> String {
        let pair = self.pattern(key::sentence::Pair { first: "{first}", second: "{second}" });
        let sentences = sentences.into_iter().filter(|sentence| !sentence.is_empty());
        sentences.reduce(|first, second| fill(&pair, &[("first", &first), ("second", &second)])).unwrap_or_default()
    }

    /// A text for values in its own language: they're not isolated, because without any other letter a line would be read
    /// from left to right. The values of `message` are its own placeholders.
    pub(crate) fn pattern(&self, message: impl Message) -> String {
        self.format(message).replace([ISOLATE, END_OF_ISOLATE], "")
    }

    /// Names, one after the other, the way the language lists them.
    #[must_use]
    pub fn list(&self, names: impl IntoIterator<Item = String>) -> String {
        let mut names: Vec<_> = names.into_iter().collect();
        if self.direction() == Direction::Rtl {
            // Only the words between them give the list its direction.
            names = names.iter().map(|name| isolate(name)).collect();
        }
        let file = self.files.get(Reader::Interface.index()).and_then(Option::as_ref);
        file.map_or_else(|| names.join(", "), |file| (file.formats.list)(&names))
    }

    /// Writes the messages of mixed families: the values are given by name, and `n` is the count of a text with plural
    /// forms.
    fn fill_named(&self, key: Key, values: &[(&str, &str)]) -> String {
        let is_plural = self.get(key).contains(key::AFTER_CATEGORY);
        let count = values.iter().find(|(name, _)| is_plural && *name == "n");
        self.fill_key(key, count.and_then(|(_, value)| value.parse().ok()), values)
    }

    /// Writes the messages of `key`: chooses the form for the count, and replaces `{n}` and the names.
    fn fill_key(&self, key: Key, count: Option<u64>, values: &[(&str, &str)]) -> String {
        let text = self.get(key);
        let isolated: Vec<_> = match self.direction() {
            Direction::Ltr => Vec::new(),
            // A name in Latin letters would otherwise take the punctuation beside it along.
            Direction::Rtl => values.iter().map(|(name, value)| (*name, isolate(value))).collect(),
        };
        let isolated: Vec<_> = isolated.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let values = if isolated.is_empty() { values } else { isolated.as_slice() };
        let Some(count) = count else { return fill(text, values) };
        let formats = self.files.get(key.place().0).and_then(Option::as_ref).map(|file| &file.formats);
        let category = formats.map_or(PluralCategory::Other, |formats| (formats.category)(count));
        let form = |wanted: PluralCategory| {
            text.split(key::BETWEEN_FORMS)
                .filter_map(|form| form.split_once(key::AFTER_CATEGORY))
                .find(|(category, _)| *category == wanted.name())
                .map(|(_, form)| form)
        };
        let form = form(category).or_else(|| form(PluralCategory::Other)).unwrap_or(text);
        let number = formats.map_or_else(|| count.to_string(), |formats| (formats.digits)(count));
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        fill(form, &all)
    }
}

/// Begins a part of a text whose direction is that of its own first letter (Unicode's FSI).
pub(crate) const ISOLATE: char = '\u{2068}';

/// Ends such a part (Unicode's PDI).
pub(crate) const END_OF_ISOLATE: char = '\u{2069}';

/// A value whose direction is its own.
pub(crate) fn isolate(value: &str) -> String {
    format!("{ISOLATE}{value}{END_OF_ISOLATE}")
}

/// Replaces every `{name}` that has a value, in one pass: placeholders within a value stay as they are.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, remainder)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
            rest = remainder;
        } else {
            // Not one of ours, perhaps a brace of a command.
            let _ = filled.write_char('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
