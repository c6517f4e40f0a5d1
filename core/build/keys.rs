//! The keys of the reference language, numbered.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use super::language::{Language, Lines, READERS};
use super::text::Text;

/// The reference language's keys.
pub(crate) struct Keys {
    pub(crate) files: BTreeMap<&'static str, Lines>,
}

impl Keys {
    pub(crate) fn new(reference: &Language) -> Result<Self, Box<dyn Error>> {
        let mut known = BTreeSet::new();
        for key in reference.files.values().flat_map(Lines::keys) {
            if !known.insert(key) {
                return Err(format!("core/words/en: {key} is in two files; remove one").into());
            }
        }
        Ok(Self { files: reference.files.clone() })
    }

    /// The keys of one file, in order.
    pub(crate) fn of(&self, reader: &str) -> impl Iterator<Item = &String> {
        self.files.get(reader).into_iter().flat_map(Lines::keys)
    }

    /// The reference's text.
    pub(crate) fn text(&self, reader: &str, key: &str) -> Option<&Text> {
        self.files.get(reader)?.get(key)
    }

    /// A number that changes with the keys of a file (FNV-1a): a file of another build is refused.
    pub(crate) fn fingerprint(&self, reader: &str) -> u32 {
        let mut hash = 0x811c_9dc5_u32;
        for byte in self.of(reader).flat_map(|key| key.bytes().chain([b'\n'])) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        hash
    }

    /// Every key.
    pub(crate) fn known(&self) -> BTreeSet<&str> {
        READERS.iter().flat_map(|reader| self.of(reader)).map(String::as_str).collect()
    }
}
