//! The panel in a failing page.

use rayback_core::view::{MoreView, PanelView, QuestionView, Size};

use super::node::{Attribute, Node, Tag};
use super::{Action, parts};
use crate::message::{Message, VisitorAddress};

/// The panel of a view.
pub(crate) fn panel(view: &PanelView) -> Node {
    let labels = &view.labels;
    let head = Node::new(Tag::H2, "head")
        .with(view.code.as_ref().map(|code| Node::text(Tag::Span, "code", code)))
        .with([Node::text(Tag::Span, "", &view.name)]);
    let facts = Node::new(Tag::Dl, "facts").with(view.facts.iter().map(parts::fact));
    let body = Node::new(Tag::Div, "body")
        .with([head, Node::text(Tag::P, "cause", &view.cause), parts::state(&view.state, view.attempt.as_deref())])
        .with(parts::choices(&view.choices, None))
        .with([facts])
        .with(view.more.as_ref().map(more));
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

fn more(view: &MoreView) -> Node {
    let evidence = view
        .evidence
        .iter()
        .map(|clue| Node::new(Tag::Li, "").with_text(&clue.text).with([Node::phrase(Tag::Div, "note", &clue.source)]));
    let copies = |label: &str, message, done: &str| {
        parts::button(label, Action::CopyAnswer { message, done: done.to_owned() }).set(Attribute::AriaLive, "polite")
    };
    let (misread, misread_done) = &view.misread;
    let address = Node::new(Tag::Div, "tick").with([
        Node::new(Tag::Input, "").set(Attribute::Type, "checkbox").set(Attribute::Id, "with-address"),
        Node::text(Tag::Label, "", &view.report_address).set(Attribute::For, "with-address"),
    ]);
    parts::details("more", &view.label).with([
        Node::text(Tag::H3, "", &view.evidence_label),
        Node::new(Tag::Ul, "evidence").with(evidence),
        Node::new(Tag::Div, "questions").with(view.questions.iter().map(question)),
        Node::new(Tag::Div, "choices").with([
            // The panel's script says whether the box is ticked.
            copies(&view.report.0, Message::Report { address: VisitorAddress::LeftOut }, &view.report.1),
            address,
            copies(misread, Message::Misread { body: String::new() }, misread_done),
        ]),
    ])
}

/// Open while the answer is awaited and once it's there; until then as the user left it.
fn question(view: &QuestionView) -> Node {
    let asks = view.button.as_ref().map(|label| {
        let message = Message::Asked { question: view.question };
        [Node::text(Tag::P, "note", &view.says), parts::button(label, Action::Send { message })]
    });
    parts::details("question", &view.label)
        .flag(Attribute::Open, view.text.is_some() || view.link.is_some())
        .with(view.text.as_ref().map(|text| Node::phrase(Tag::P, "answer", text)))
        .with(parts::list("", &view.list))
        .with(view.link.as_ref().map(parts::link))
        .with(asks.into_iter().flatten())
}
