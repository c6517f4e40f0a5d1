//! The panel in a failing page.

use rayback_core::view::{PanelView, RowsView, Size};

use super::node::{Attribute, Node, Tag};
use super::{Action, parts};
use crate::message::{Message, VisitorAddress};

/// The panel of a view.
pub(crate) fn panel(view: &PanelView) -> Node {
    let labels = &view.labels;
    let mut name = Node::text(Tag::Span, "", &view.name);
    if let Some(language) = view.name_language {
        name = name.set(Attribute::Lang, language);
    }
    let head = Node::new(Tag::H2, "head")
        .with(view.code.as_ref().map(|code| Node::text(Tag::Span, "code", code)))
        .with([name]);
    let facts = Node::new(Tag::Dl, "facts").with(view.facts.iter().map(|fact| parts::fact(fact, &view.refused)));
    let body = Node::new(Tag::Div, "body")
        .with([head, Node::text(Tag::P, "cause", &view.cause), parts::state(&view.state, view.attempt.as_deref())])
        .with(parts::choices(&view.choices, None))
        .with(
            (!view.offers.is_empty())
                .then(|| Node::new(Tag::Div, "choices").with(view.offers.iter().map(|label| opens(label)))),
        )
        .with([facts])
        .with(view.more.as_ref().map(|more| rows(more, &view.refused)));
    let collapse = parts::icon_button("collapse", &labels.collapse, "M3 6l5 5 5-5", Action::Collapse);
    let expand = parts::icon_button("expand", &labels.expand, "M3 10l5-5 5 5", Action::Expand);
    let bar = Node::new(Tag::Div, "bar").with([
        parts::logo(),
        Node::text(Tag::Span, "brand", &view.host),
        chip(view),
        collapse.set(Attribute::AriaExpanded, "true"),
        expand.set(Attribute::AriaExpanded, "false"),
        parts::icon_button("close", &labels.close, "M3 3l10 10M13 3L3 13", Action::Close),
    ]);
    let size = match view.size {
        Size::Full => "full",
        Size::Small => "small",
    };
    Node::new(Tag::Section, "panel")
        .set(Attribute::Lang, &view.language)
        .set(Attribute::Dir, view.direction.name())
        .set(Attribute::AriaLabel, &labels.region)
        .set(Attribute::DataSize, size)
        .with([bar, body])
}

/// All that a folded panel says.
fn chip(view: &PanelView) -> Node {
    let name = view.code.as_ref().unwrap_or(&view.name);
    let left = view.state.counts_down_to.map(|at| Node::new(Tag::Span, "left").with_countdown(at));
    Node::new(Tag::Span, "chip").with([Node::text(Tag::Span, "", name)]).with(left)
}

/// A button that opens the extension's own page about this page, where no other page can trick the user into
/// anything.
fn opens(label: &str) -> Node {
    parts::button(label, Action::Send { message: Message::OpenHost })
}

fn rows(view: &RowsView, refused: &str) -> Node {
    let copies = |(label, done): &(String, String), message| {
        let action = Action::CopyAnswer { message, done: done.clone(), refused: refused.to_owned() };
        parts::button(label, action).set(Attribute::AriaLive, "polite")
    };
    parts::details("more", &view.label).with([
        Node::new(Tag::Div, "choices")
            .with([opens(&view.evidence_label)])
            .with(view.questions.iter().map(|label| opens(label))),
        Node::new(Tag::Div, "choices").with([
            copies(&view.report, Message::Report { address: VisitorAddress::LeftOut, page: None }),
            copies(&view.misread, Message::Misread { body: String::new(), opens: false }),
        ]),
    ])
}
