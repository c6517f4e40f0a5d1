//! The page that takes the place of one that reloads itself without end.

use serde::Serialize;

use super::{LinkView, Phrase};
use crate::url::PageUrl;
use crate::words::{Words, key};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftView {
    /// What happened.
    pub title: String,
    /// Why.
    pub text: String,
    /// The link back, for the same tab.
    pub back: LinkView,
}

/// The page shown in place of this one.
#[must_use]
pub fn left(page: &PageUrl, words: &Words) -> LeftView {
    let host = page.host();
    LeftView {
        title: words.format(key::left::Title { host }),
        text: words.get(key::left::TEXT).to_owned(),
        back: LinkView { label: Phrase::plain(words.format(key::left::Back { host })), url: page.to_string() },
    }
}
