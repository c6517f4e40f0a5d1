//! The popup.

use rayback_core::view::{HostView, LinkView, PopupView};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, parts, settings};

/// The popup of a view.
pub(crate) fn popup(view: &PopupView, words: &Words) -> Node {
    let access = view.access.as_ref().map(|access| {
        Node::new(Tag::Section, "access").with([
            Node::text(Tag::P, "", &access.text),
            parts::button(&access.button, Action::AskForAccess).set(Attribute::DataEmphasis, "primary"),
        ])
    });
    let empty = view.empty.as_ref().map(|empty| Node::text(Tag::P, "empty", empty));
    let hosts = (!view.hosts.is_empty()).then(|| Node::new(Tag::Ul, "hosts").with(view.hosts.iter().map(host)));
    settings::page(words).with(access).with(empty).with(hosts).with([Node::new(Tag::Footer, "").with([
        parts::button(&view.settings, Action::OpenSettings),
        parts::link(&LinkView { label: view.history.clone(), url: "history.html".to_owned() }),
    ])])
}

fn host(view: &HostView) -> Node {
    Node::new(Tag::Li, "")
        .with([
            Node::text(Tag::H2, "", &view.host),
            Node::text(Tag::P, "headline", &view.headline),
            parts::state(&view.state, view.attempt.as_deref()),
        ])
        .with(parts::choices(&view.choices, Some(&view.key)))
}
