//! The page that says what's wrong with the page in a tab.

use rayback_core::view::{FrontView, HostCheckView, PageCheckView};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, PageTree, parts, popup};

/// The page of a view.
pub(crate) fn page_check(view: &PageCheckView, words: &Words) -> PageTree {
    let failed = view.failed.as_ref().map(|failed| {
        let request = |(asked, got): &(String, String)| {
            Node::new(Tag::Li, "").with([Node::text(Tag::Code, "", asked), Node::text(Tag::Span, "quiet", got)])
        };
        Node::new(Tag::Section, "failed").with([
            Node::text(Tag::H2, "", &failed.title),
            Node::new(Tag::Ul, "").with(failed.requests.iter().map(request)),
        ])
    });
    let hosts = (!view.hosts.is_empty()).then(|| Node::new(Tag::Ul, "hosts").with(view.hosts.iter().map(host)));
    frame(&view.title, &view.host, words)
        .with([Node::text(Tag::P, "headline", &view.headline).set(Attribute::Role, "status")])
        .with(view.notes.iter().map(|note| Node::text(Tag::P, "quiet", note)))
        .with(failed)
        .with(hosts)
        .with(view.check_note.as_ref().map(|note| Node::text(Tag::P, "quiet", note)))
}

/// The page about a page that fails itself.
pub(crate) fn page_failure(title: &str, view: &FrontView, words: &Words) -> PageTree {
    frame(title, "", words).with([popup::front(view)])
}

fn frame(title: &str, host: &str, words: &Words) -> PageTree {
    PageTree::new(title, words).with([parts::heading(title), Node::text(Tag::P, "quiet", host)])
}

/// A host, its button and the result of its check.
fn host(view: &HostCheckView) -> Node {
    let check = |(label, name): &(String, String)| {
        parts::button(label, Action::CheckHost { origin: view.origin.clone() }).set(Attribute::AriaLabel, name.as_str())
    };
    let empty = || Node::text(Tag::P, "result", "");
    let result = view.result.as_ref().map_or_else(empty, |result| Node::phrase(Tag::P, "result", result));
    Node::new(Tag::Li, "")
        .with([Node::text(Tag::Span, "", &view.text)])
        .with(view.button.as_ref().map(check))
        .with([result.set(Attribute::Role, "status")])
}
