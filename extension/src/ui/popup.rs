//! The popup.

use rayback_core::settings::PanelSize;
use rayback_core::view::{CloudflareView, Emphasis, FrontView, HostView, LinkView, Phrase, PopupView};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, PageTree, glance, parts};
use crate::message::{Message, PageName};

/// The popup of a view.
pub(crate) fn popup(view: &PopupView, words: &Words) -> PageTree {
    let all = view.all.as_ref().map(|(choice, label)| parts::button(label, Action::PressForAll { choice: *choice }));
    let head = Node::new(Tag::Div, "top").with([parts::logo(), Node::text(Tag::H1, "brand", parts::BRAND)]).with(all);
    let access = view.access.as_ref().map(|access| {
        Node::new(Tag::Section, "access").with([
            Node::text(Tag::P, "", &access.text),
            parts::button(&access.button, Action::AskForAccess).set_name(Attribute::DataEmphasis, &Emphasis::Primary),
        ])
    });
    let empty = view
        .empty
        .as_ref()
        .map(|empty| Node::new(Tag::Div, "empty").with([glance::all_fine(), Node::text(Tag::P, "", empty)]));
    let others = view.others.as_ref().map(|others| Node::text(Tag::H3, "others", others));
    let hosts = (!view.hosts.is_empty()).then(|| Node::new(Tag::Ul, "hosts").with(view.hosts.iter().map(host)));
    PageTree::new(parts::BRAND, words)
        .with([head])
        .with(access)
        .with(empty)
        .with(view.front.as_ref().map(front))
        .with(others)
        .with(hosts)
        .with(view.cloudflare.as_ref().map(cloudflare))
        .with(view.check.as_ref().map(|check| Node::new(Tag::P, "check").with([parts::link(check)])))
        .with([Node::new(Tag::Footer, "").with([
            parts::button(&view.settings, Action::OpenSettings),
            parts::link(&LinkView { label: Phrase::plain(&view.history), url: "history.html".to_owned() }),
        ])])
}

/// The tab in front.
pub(super) fn front(view: &FrontView) -> Node {
    let FrontView { key, tab, glance, .. } = view;
    let page = PageName { key: key.clone(), tab: *tab };
    let details = LinkView { label: Phrase::plain(&view.details), url: page.address() };
    let show = view.show.as_ref().map(|label| {
        let message = Message::PanelSized { size: PanelSize::Full, key: Some(key.clone()) };
        parts::button(label, Action::Send { message }).set(Attribute::DataEmphasis, "link")
    });
    let end = Node::new(Tag::Div, "end").with([glance::acts(glance, None, Some(key)), parts::link(&details)]);
    Node::new(Tag::Section, "front")
        .set(Attribute::DataTone, glance::tone(glance))
        .with(glance::glance(glance, view.attempt.as_deref()))
        .with([end])
        .with(show)
}

fn cloudflare(view: &CloudflareView) -> Node {
    Node::new(Tag::P, "cloudflare").with([
        Node::new(Tag::Span, "state-mark").set_name(Attribute::DataMark, &view.mark),
        Node::text(Tag::Span, "line", &view.text),
        Node::phrase(Tag::Span, "quiet", &view.as_of),
    ])
}

/// Another site: a line that opens.
fn host(view: &HostView) -> Node {
    let facts = [Some(&view.verdict), view.error.as_ref(), view.attempt.as_ref()];
    let facts = facts.into_iter().flatten().map(|fact| Node::text(Tag::Span, "", fact));
    let site = Node::new(Tag::Span, "site")
        .with([Node::text(Tag::Span, "host", &view.host), Node::new(Tag::Span, "known").with(facts)]);
    let left = view
        .state
        .wait
        .map(|wait| Node::new(Tag::Span, "left").set(Attribute::AriaHidden, "true").with_countdown(wait.to));
    let line = Node::new(Tag::Summary, "line").with(view.path.as_ref().map(glance::glyph)).with([site]).with(left);
    let open = Node::new(Tag::Div, "open")
        .with([glance::next(&view.state, None)])
        .with(parts::choices(&view.choices, Some(&view.key)));
    // The name keeps an opened line open while others come and go.
    Node::new(Tag::Li, "").set(Attribute::Id, &view.key).with([Node::new(Tag::Details, "").with([line, open])])
}
