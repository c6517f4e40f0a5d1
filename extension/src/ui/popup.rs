//! The popup.

use rayback_core::settings::PanelSize;
use rayback_core::view::{CloudflareView, FrontView, HostView, LinkView, PopupView};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, glance, parts, settings};
use crate::message::{Message, PageName};

/// The popup of a view.
pub(crate) fn popup(view: &PopupView, words: &Words) -> Node {
    let all = view.all.as_ref().map(|(choice, label)| parts::button(label, Action::PressForAll { choice: *choice }));
    let head = Node::new(Tag::Div, "top").with([parts::logo(), Node::text(Tag::Span, "brand", "Rayback")]).with(all);
    let access = view.access.as_ref().map(|access| {
        Node::new(Tag::Section, "access").with([
            Node::text(Tag::P, "", &access.text),
            parts::button(&access.button, Action::AskForAccess).set(Attribute::DataEmphasis, "primary"),
        ])
    });
    let empty = view.empty.as_ref().map(|empty| Node::text(Tag::P, "empty", empty));
    let others = view.others.as_ref().map(|others| Node::text(Tag::H3, "others", others));
    let hosts = (!view.hosts.is_empty()).then(|| Node::new(Tag::Ul, "hosts").with(view.hosts.iter().map(host)));
    settings::page(words)
        .with([head])
        .with(access)
        .with(empty)
        .with(view.front.as_ref().map(front))
        .with(others)
        .with(hosts)
        .with(view.cloudflare.as_ref().map(cloudflare))
        .with([Node::new(Tag::Footer, "").with([
            parts::button(&view.settings, Action::OpenSettings),
            parts::link(&LinkView { label: view.history.clone(), url: "history.html".to_owned() }),
        ])])
}

/// The tab in front.
fn front(view: &FrontView) -> Node {
    let FrontView { key, tab, glance, .. } = view;
    let page = PageName { key: key.clone(), tab: *tab };
    let details = LinkView { label: view.details.clone(), url: page.address() };
    let show = view.show.as_ref().map(|label| {
        let message = Message::PanelSized { size: PanelSize::Full, key: Some(key.clone()) };
        parts::button(label, Action::Send { message }).set(Attribute::DataEmphasis, "link")
    });
    let end = Node::new(Tag::Div, "end").with([glance::acts(glance, None, Some(key)), parts::link(&details)]);
    Node::new(Tag::Section, "front").with(glance::glance(glance, view.attempt.as_deref())).with([end]).with(show)
}

fn cloudflare(view: &CloudflareView) -> Node {
    Node::new(Tag::P, "cloudflare").with([
        Node::new(Tag::Span, "state-mark").set(Attribute::DataMark, glance::mark(view.mark)),
        Node::text(Tag::Span, "line", &view.text),
        Node::phrase(Tag::Span, "quiet", &view.as_of),
    ])
}

fn host(view: &HostView) -> Node {
    Node::new(Tag::Li, "")
        .with([
            Node::text(Tag::H2, "", &view.host),
            Node::text(Tag::P, "headline", &view.headline),
            glance::next(&view.state, view.attempt.as_deref()),
        ])
        .with(parts::choices(&view.choices, Some(&view.key)))
}
