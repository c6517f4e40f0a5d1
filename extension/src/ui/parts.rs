//! Components that panel, popup and settings share.

use rayback_core::view::{ChoiceView, CopyView, Emphasis, FactView, LinkView, OutageView, Tone};
use rayback_core::watch::Choice;

use super::Action;
use super::node::{Attribute, Node, Tag};
use crate::message::Message;

/// A button.
pub(super) fn button(label: &str, action: Action) -> Node {
    Node::text(Tag::Button, "", label).set(Attribute::Type, "button").on(action)
}

/// A button that shows an icon; its label is for screen readers and the pointer.
pub(super) fn icon_button(class: &'static str, label: &str, path: &str, action: Action) -> Node {
    let icon = Node::new(Tag::Svg, "icon")
        .set(Attribute::ViewBox, "0 0 16 16")
        .set(Attribute::AriaHidden, "true")
        .with([Node::new(Tag::Path, "").set(Attribute::D, path)]);
    Node::new(Tag::Button, class)
        .set(Attribute::Type, "button")
        .set(Attribute::AriaLabel, label)
        .set(Attribute::Title, label)
        .on(action)
        .with([icon])
}

/// The buttons of a watch; `key` names it where the page that shows them doesn't.
pub(super) fn choices(choices: &[ChoiceView], key: Option<&str>) -> Option<Node> {
    (!choices.is_empty()).then(|| Node::new(Tag::Div, "choices").with(choices.iter().map(|view| choice(view, key))))
}

/// One button of a watch.
pub(super) fn choice(view: &ChoiceView, key: Option<&str>) -> Node {
    let message = Message::Pressed { choice: view.choice, key: key.map(str::to_owned) };
    let action = match view.choice {
        Choice::StopRefresh { .. } => Action::StopRefresh { message },
        _ => Action::Send { message },
    };
    button(&view.label, action).set(Attribute::DataEmphasis, emphasis(view.emphasis))
}

/// A fact under its label; `refused` is the label of its button once the browser refuses to copy.
pub(super) fn fact(fact: &FactView, refused: &str) -> Node {
    let text = fact.text.as_ref().map(|text| Node::phrase(Tag::Span, "", text));
    let note = fact.note.as_ref().map(|note| Node::phrase(Tag::Div, "note", note));
    let body = Node::new(Tag::Dd, "")
        .with(text)
        .with(list("", &fact.list))
        .with(note)
        .with(fact.copy.as_ref().map(|view| copy(view, refused)));
    Node::new(Tag::Div, "").with([Node::text(Tag::Dt, "", &fact.label), body])
}

/// A list of texts; none if there's no text.
pub(super) fn list(class: &'static str, items: &[String]) -> Option<Node> {
    let items = items.iter().map(|item| Node::text(Tag::Li, "", item));
    (items.len() > 0).then(|| Node::new(Tag::Ul, class).with(items))
}

/// A short text with a button that copies it.
pub(super) fn copy(copy: &CopyView, refused: &str) -> Node {
    let CopyView { text, label, done } = copy;
    let action = Action::Copy { text: text.clone(), done: done.clone(), refused: refused.to_owned() };
    Node::new(Tag::Div, "ray")
        .with([Node::text(Tag::Code, "", text), button(label, action).set(Attribute::AriaLive, "polite")])
}

/// A link to another site, opened in a tab of its own that learns nothing about this one.
pub(super) fn link(link: &LinkView) -> Node {
    Node::text(Tag::A, "", &link.label)
        .set(Attribute::Href, &link.url)
        .set(Attribute::Target, "_blank")
        .set(Attribute::Rel, "noopener noreferrer")
}

/// A table of one site's outages.
pub(super) fn outages(head: &[String], rows: &[OutageView]) -> Node {
    let head = head.iter().map(|column| Node::text(Tag::Th, "", column).set(Attribute::Scope, "col"));
    let rows = rows.iter().map(|row| {
        Node::new(Tag::Tr, "")
            .with([Node::phrase(Tag::Td, "", &row.start)])
            .with([&row.lasted, &row.codes, &row.checks].map(|text| Node::text(Tag::Td, "", text)))
    });
    Node::new(Tag::Table, "").with([
        Node::new(Tag::Thead, "").with([Node::new(Tag::Tr, "").with(head)]),
        Node::new(Tag::Tbody, "").with(rows),
    ])
}

/// Details that the user opens, under this summary.
pub(super) fn details(class: &'static str, summary: &str) -> Node {
    Node::new(Tag::Details, class).with([Node::text(Tag::Summary, "", summary)])
}

/// The logo, as `static/icons/rayback.svg` draws it; inline, because a page can't load the extension's files.
pub(super) fn logo() -> Node {
    let circle = |cx, cy, r, fill| {
        Node::new(Tag::Circle, "")
            .set(Attribute::Cx, cx)
            .set(Attribute::Cy, cy)
            .set(Attribute::R, r)
            .set(Attribute::Fill, fill)
    };
    let stroke = |d| {
        Node::new(Tag::Path, "")
            .set(Attribute::D, d)
            .set(Attribute::Fill, "none")
            .set(Attribute::Stroke, "#fff")
            .set(Attribute::StrokeWidth, "16")
            .set(Attribute::StrokeLinecap, "round")
            .set(Attribute::StrokeLinejoin, "round")
    };
    Node::new(Tag::Svg, "mark").set(Attribute::ViewBox, "0 0 128 128").set(Attribute::AriaHidden, "true").with([
        circle("64", "64", "64", "#3566e8"),
        stroke("M60 40h16a24 24 0 0 1 0 48H36"),
        stroke("M52 70 34 88l18 18"),
        circle("36", "40", "10", "#ffc53d"),
    ])
}

/// The name of a tone in the style sheets.
pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Active => "active",
        Tone::Paused => "paused",
        Tone::Stopped => "stopped",
        Tone::Quiet => "quiet",
        Tone::Back => "back",
        Tone::Warning => "warning",
    }
}

/// The name of an emphasis in the style sheets.
pub(super) fn emphasis(emphasis: Emphasis) -> &'static str {
    match emphasis {
        Emphasis::Primary => "primary",
        Emphasis::Soft => "soft",
        Emphasis::Plain => "plain",
    }
}

#[cfg(test)]
mod tests {
    use super::super::node::Child;
    use super::*;

    /// Every value of an attribute in the order of the document.
    fn values(node: &Node, found: &mut Vec<String>) {
        found.extend(
            node.attributes.iter().filter(|(name, _)| *name != Attribute::AriaHidden).map(|(_, value)| value.clone()),
        );
        for child in &node.children {
            if let Child::Element(child) = child {
                values(child, found);
            }
        }
    }

    #[test]
    fn the_panels_logo_is_the_icon() {
        let icon = include_str!("../../static/icons/rayback.svg");
        let mut drawn = Vec::new();
        values(&logo(), &mut drawn);
        for value in drawn {
            assert!(icon.contains(&format!("\"{value}\"")), "the icon has no {value}");
        }
        assert_eq!(icon.matches("<circle").count() + icon.matches("<path").count(), logo().children.len());
    }
}
