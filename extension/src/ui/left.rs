//! The page that takes the place of one that reloads itself without end, and the one without anything to show.

use rayback_core::view::LeftView;
use rayback_core::words::{Words, keys};

use super::node::{Attribute, Node, Tag};
use super::settings;

/// The page of a view. Its link stays in the tab.
pub(crate) fn left(view: &LeftView, words: &Words) -> Node {
    settings::page(words).with([
        Node::text(Tag::H1, "", &view.title),
        Node::text(Tag::P, "", &view.text),
        Node::new(Tag::P, "").with([Node::text(Tag::A, "", &view.back.label).set(Attribute::Href, &view.back.url)]),
    ])
}

/// The page in place of one whose address names nothing that's known any more.
pub(crate) fn gone(words: &Words) -> Node {
    settings::page(words).with([Node::text(Tag::H1, "", "Rayback"), Node::text(Tag::P, "", words.get(keys::own::GONE))])
}
