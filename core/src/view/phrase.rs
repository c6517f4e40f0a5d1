//! Texts with a time in them.

use serde::Serialize;

use crate::time::Timestamp;

/// A text, and the time that replaces its `{time}`, written the way the user's browser writes times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phrase {
    /// The text.
    pub text: String,
    /// The time; `None` if the text has no place for one.
    pub at: Option<Timestamp>,
}

impl Phrase {
    /// A text without a time.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), at: None }
    }

    pub(super) fn at(text: impl Into<String>, at: Timestamp) -> Self {
        Self { text: text.into(), at: Some(at) }
    }
}
