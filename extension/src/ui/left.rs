//! The page that replaces one that keeps reloading itself, and pages with nothing to show.

use rayback_core::view::LeftView;
use rayback_core::words::{Key, Words, keys};

use super::node::{Attribute, Node, Tag};
use super::parts::{BRAND, PageTree};

/// The page of a view. Its link stays in the tab.
pub(crate) fn left(view: &LeftView, words: &Words) -> PageTree {
    PageTree::new(&view.title, words).with([
        Node::text(Tag::H1, "", &view.title),
        Node::text(Tag::P, "", &view.text),
        Node::new(Tag::P, "").with([Node::phrase(Tag::A, "", &view.back.label).set(Attribute::Href, &view.back.url)]),
    ])
}

/// The page for an address that no longer names anything.
pub(crate) fn gone(words: &Words) -> PageTree {
    sentence(words, keys::own::GONE)
}

/// Any page whose data can't be read.
pub(crate) fn unreadable(words: &Words) -> PageTree {
    sentence(words, keys::own::UNREADABLE)
}

fn sentence(words: &Words, key: Key) -> PageTree {
    PageTree::new(BRAND, words).with([Node::text(Tag::H1, "", BRAND), Node::text(Tag::P, "", words.get(key))])
}
