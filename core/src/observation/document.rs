//! A browser's document: its tab, and how new a report on it is.

use serde::{Deserialize, Serialize};

/// The browser's number for a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TabId(pub i32);

/// Whether a report of a failing document is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sighting {
    /// The document has just loaded: an answer from the site, which counts.
    Fresh,
    /// It was already there: the answer to a question, a refused navigation, or a script that was injected again after
    /// an update.
    Repeated,
}
