//! Words: what the facts of the [`catalog`](crate::catalog) are told in, one file per language.
//!
//! The files are `core/words/<BCP 47 tag>/`; the build checks them (see `core/build.rs`) and turns each into
//! `words/<tag>.json`, one flat object from key to text. A shell loads the language it wants and parses it here.

use core::fmt::Write as _;
use std::collections::BTreeMap;

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    lines: BTreeMap<String, String>,
}

/// Which way a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

/// Why a words file could not be used.
#[derive(Debug)]
pub struct WordsError(serde_json::Error);

impl core::fmt::Display for WordsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the words are not one flat JSON object from key to text: {}; build them again", self.0)
    }
}

impl core::error::Error for WordsError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl Words {
    /// Reads `words/<tag>.json`.
    ///
    /// # Errors
    ///
    /// If it is not one flat JSON object from key to text.
    pub fn parse(json: &str) -> Result<Self, WordsError> {
        serde_json::from_str(json).map(|lines| Self { lines }).map_err(WordsError)
    }

    /// The English words, compiled in.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`]; the build checks that it does not happen.
    #[cfg(feature = "embedded-words")]
    pub fn english() -> Result<Self, WordsError> {
        Self::parse(include_str!(concat!(env!("OUT_DIR"), "/words/en.json")))
    }

    /// The language's BCP 47 tag.
    #[must_use]
    pub fn language(&self) -> &str {
        self.say("meta.language")
    }

    /// Which way the language is written.
    #[must_use]
    pub fn direction(&self) -> Direction {
        if self.say("meta.direction") == "rtl" { Direction::Rtl } else { Direction::Ltr }
    }

    /// The text filed under a key; the key itself if there is none, so that a gap is seen and nothing fails.
    #[must_use]
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.lines.get(key).map_or(key, String::as_str)
    }

    /// The text filed under a key; `None` if there is none.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.lines.get(key).map(String::as_str)
    }

    /// The text filed under a key, its `{names}` replaced. A name without a value stays as it is.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.say(key), values)
    }
}

/// Replaces every `{name}` that has a value, in one pass: a value is never looked into.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
            rest = behind;
        } else {
            // Not one of ours, perhaps a brace of a command: kept, and what follows is looked at again.
            let _ = filled.write_char('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
