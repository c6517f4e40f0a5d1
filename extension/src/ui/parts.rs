//! Components that panel, popup and settings share.

use rayback_core::view::{ChoiceView, ClueView, CopyView, FactView, LinkView};
use rayback_core::watch::Choice;
use rayback_core::words::{Direction, Words};

use super::Action;
use super::node::{Attribute, Node, Tag};
use crate::message::Message;

/// The name on pages that have no title of their own; the same in every language.
pub(super) const BRAND: &str = "Rayback";

/// One of the extension's own pages: its title, and a tree that names its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageTree {
    /// The title of its document.
    pub(crate) title: String,
    /// The language of its texts, as a BCP 47 tag.
    pub(crate) language: &'static str,
    /// The direction they're written in.
    pub(crate) direction: Direction,
    /// Everything it shows.
    pub(crate) tree: Node,
    /// Whether it shows that its texts can't be read, and nothing more.
    is_last_resort: bool,
}

impl PageTree {
    /// A page that shows nothing yet.
    pub(super) fn new(title: &str, words: &Words) -> Self {
        let (language, direction) = (words.language(), words.direction());
        let tree = Node::new(Tag::Main, "").set(Attribute::Lang, language).set(Attribute::Dir, direction.name());
        let page =
            |title: &str, tree| Self { title: title.to_owned(), language, direction, tree, is_last_resort: false };
        match words.last_resort() {
            None => page(title, tree),
            Some(sentence) => Self {
                is_last_resort: true,
                ..page(BRAND, tree.with([Node::text(Tag::H1, "", BRAND), Node::text(Tag::P, "", sentence)]))
            },
        }
    }

    /// Appends nodes; an `Option` counts as none or one.
    pub(super) fn with(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        if !self.is_last_resort {
            self.tree = self.tree.with(children);
        }
        self
    }
}

/// The heading of one of the extension's own pages, next to the icon.
pub(super) fn heading(title: &str) -> Node {
    Node::new(Tag::H1, "").with([
        Node::new(Tag::Img, "").set(Attribute::Src, "icons/128.png").set(Attribute::Alt, ""),
        Node::text(Tag::Span, "", title),
    ])
}

/// A button.
pub(super) fn button(label: &str, action: Action) -> Node {
    Node::text(Tag::Button, "", label).set(Attribute::Type, "button").on(action)
}

/// A button that copies a text. Screen readers announce its new label.
pub(super) fn copy_button(label: &str, action: Action) -> Node {
    button(label, action).set(Attribute::AriaLive, "polite")
}

/// A button that shows an icon; its label is for screen readers and the pointer.
pub(super) fn icon_button(class: &'static str, label: &str, path: &str, action: Action) -> Node {
    let icon = drawing("icon", "0 0 16 16").with([Node::new(Tag::Path, "").set(Attribute::D, path)]);
    Node::new(Tag::Button, class)
        .set(Attribute::Type, "button")
        .set(Attribute::AriaLabel, label)
        .set(Attribute::Title, label)
        .on(action)
        .with([icon])
}

/// A drawing that's hidden from screen readers.
pub(super) fn drawing(class: &'static str, view_box: &str) -> Node {
    Node::new(Tag::Svg, class).set(Attribute::ViewBox, view_box).set(Attribute::AriaHidden, "true")
}

/// A radio button or check box. Its value is its name within its group, and its id is made of both.
pub(super) fn option([kind, group, name]: [&str; 3], is_on: bool, action: Action) -> Node {
    Node::new(Tag::Input, "")
        .set(Attribute::Type, kind)
        .set(Attribute::Name, group)
        .set(Attribute::Id, format!("{group}-{name}"))
        .set(Attribute::Value, name)
        .flag(Attribute::Checked, is_on)
        .on(action)
}

/// The buttons of a watch; `key` is its name, `None` in its failing page.
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
    button(&view.label, action).set_name(Attribute::DataEmphasis, &view.emphasis)
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
    Node::new(Tag::Div, "ray").with([Node::text(Tag::Code, "", text), copy_button(label, action)])
}

/// A link to another site, opened in a tab of its own that learns nothing about this one.
pub(super) fn link(link: &LinkView) -> Node {
    Node::phrase(Tag::A, "", &link.label)
        .set(Attribute::Href, &link.url)
        .set(Attribute::Target, "_blank")
        .set(Attribute::Rel, "noopener noreferrer")
}

/// The evidence, each clue with its source.
pub(super) fn evidence(clues: &[ClueView]) -> Node {
    let clue = |clue: &ClueView| {
        Node::new(Tag::Li, "").with_text(&clue.text).with([Node::phrase(Tag::Div, "note", &clue.source)])
    };
    Node::new(Tag::Ul, "evidence").with(clues.iter().map(clue))
}

/// A table with these column headings.
pub(super) fn table(head: impl IntoIterator<Item = impl Into<String>>, rows: impl IntoIterator<Item = Node>) -> Node {
    let head = head.into_iter().map(|column| Node::text(Tag::Th, "", column).set(Attribute::Scope, "col"));
    Node::new(Tag::Table, "").with([
        Node::new(Tag::Thead, "").with([Node::new(Tag::Tr, "").with(head)]),
        Node::new(Tag::Tbody, "").with(rows),
    ])
}

/// A table that scrolls sideways if it's wider than the page; `label` is for screen readers.
pub(super) fn wide(label: &str, table: Node) -> Node {
    Node::new(Tag::Div, "wide")
        .set(Attribute::Tabindex, "0")
        .set(Attribute::Role, "region")
        .set(Attribute::AriaLabel, label)
        .with([table])
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
    drawing("mark", "0 0 128 128").with([
        circle("64", "64", "64", "#3566e8"),
        stroke("M60 40h16a24 24 0 0 1 0 48H36"),
        stroke("M52 70 34 88l18 18"),
        circle("36", "40", "10", "#ffc53d"),
    ])
}

#[cfg(test)]
mod tests {
    use rayback_core::words::{ENGLISH, Reader, UNREADABLE};

    use super::super::node::Child;
    use super::*;

    #[test]
    fn a_page_names_its_language_direction_and_title() {
        let words = Words::new(ENGLISH);
        let page = PageTree::new("Settings", &words).with([Node::text(Tag::P, "", "text")]);
        assert_eq!((page.title.as_str(), page.language, page.direction), ("Settings", "en", Direction::Ltr));
        assert_eq!(page.tree.attributes, [(Attribute::Lang, "en".to_owned()), (Attribute::Dir, "ltr".to_owned())]);
        assert_eq!(page.tree.children.len(), 1);
    }

    #[test]
    fn a_page_whose_texts_cannot_be_read_says_only_that() {
        let mut words = Words::new(ENGLISH);
        words.give_up(Reader::Interface);
        let page = PageTree::new("Settings", &words).with([Node::text(Tag::P, "", "text")]);
        let says = [Node::text(Tag::H1, "", BRAND), Node::text(Tag::P, "", UNREADABLE)];
        let says = says.map(|node| Child::Element(Box::new(node)));
        assert_eq!((page.title.as_str(), page.tree.children.as_slice()), (BRAND, says.as_slice()));
    }

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
