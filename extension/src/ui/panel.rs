//! The panel in a failing page.

use rayback_core::settings::PanelSize;
use rayback_core::view::{DetailsView, Emphasis, PanelView, RowsView};

use super::node::{Attribute, Node, Tag};
use super::{Action, glance, parts};
use crate::message::{Message, VisitorAddress};

/// The drawing of the button that closes the panel.
const CROSS: &str = "M3 3l10 10M13 3L3 13";

/// The panel of a view.
pub(crate) fn panel(view: &PanelView) -> Node {
    let PanelView { labels, glance, details, refused, .. } = view;
    let report = details
        .more
        .as_ref()
        .filter(|_| glance.reports)
        .map(|more| copies(&more.report, REPORT, refused).set_name(Attribute::DataEmphasis, &Emphasis::Soft));
    let end = Node::new(Tag::Div, "end")
        .with([glance::acts(glance, report, None), self::details(details, !glance.reports, refused)]);
    let body = Node::new(Tag::Div, "body").with(glance::glance(glance, None)).with([end]);
    // A warning can't be folded.
    let fold = (!glance.is_danger).then(|| {
        [
            parts::icon_button("collapse", &labels.collapse, "M3 8h10", Action::Collapse)
                .set(Attribute::AriaExpanded, "true"),
            parts::icon_button("expand", &labels.expand, "M3 10l5-5 5 5", Action::Expand)
                .set(Attribute::AriaExpanded, "false"),
        ]
    });
    let bar = Node::new(Tag::Div, "bar")
        .with([parts::logo(), Node::text(Tag::Span, "brand", &view.host), chip(view)])
        .with(fold.into_iter().flatten())
        .with([parts::icon_button("close", &labels.close, CROSS, Action::Close)]);
    Node::new(Tag::Section, "panel")
        .set(Attribute::Lang, &view.language)
        .set(Attribute::Dir, view.direction.name())
        .set(Attribute::AriaLabel, &labels.region)
        .set_name(Attribute::DataSize, &view.size)
        .set(Attribute::DataTone, glance::tone(glance))
        .with([bar, body])
}

/// The panel if its texts can't be read: this sentence, and a button to close it.
pub(crate) fn last_resort(host: &str, sentence: &str) -> Node {
    let bar = Node::new(Tag::Div, "bar").with([
        parts::logo(),
        Node::text(Tag::Span, "brand", host),
        parts::icon_button("close", "Close", CROSS, Action::Close),
    ]);
    Node::new(Tag::Section, "panel")
        .set(Attribute::Lang, "en")
        .set(Attribute::Dir, "ltr")
        .set(Attribute::AriaLabel, parts::BRAND)
        .set_name(Attribute::DataSize, &PanelSize::Full)
        .with([bar, Node::new(Tag::Div, "body").with([Node::text(Tag::P, "", sentence)])])
}

/// Everything that a folded panel shows.
fn chip(view: &PanelView) -> Node {
    let left = view.glance.state.as_ref().and_then(|state| state.wait);
    Node::new(Tag::Span, "chip")
        .with(view.glance.path.as_ref().map(glance::glyph))
        .with([Node::text(Tag::Span, "", &view.glance.chip)])
        .with(left.map(|wait| Node::new(Tag::Span, "left").set(Attribute::AriaHidden, "true").with_countdown(wait.to)))
}

/// A button that opens the extension's own page about this page, where no other page can trick the user into
/// anything.
fn opens(label: &str) -> Node {
    parts::button(label, Action::Send { message: Message::OpenHost })
}

fn details(view: &DetailsView, has_report: bool, refused: &str) -> Node {
    let offers = (!view.offers.is_empty())
        .then(|| Node::new(Tag::Div, "choices").with(view.offers.iter().map(|label| opens(label))));
    let name = (!view.name.is_empty()).then(|| {
        let name = Node::text(Tag::H3, "", &view.name);
        match view.name_language {
            Some(language) => name.set(Attribute::Lang, language),
            None => name,
        }
    });
    parts::details("details", &view.label).with([Node::new(Tag::Div, "inside")
        .with(name)
        .with((!view.cause.is_empty()).then(|| Node::text(Tag::P, "cause", &view.cause)))
        .with([
            Node::text(Tag::H3, "", &view.evidence_label),
            parts::evidence(&view.evidence),
            Node::new(Tag::Dl, "facts").with(view.facts.iter().map(|fact| parts::fact(fact, refused))),
        ])
        .with(offers)
        .with(view.more.iter().flat_map(|more| rows(more, has_report, refused)))
        .with(view.hide.as_ref().map(|label| {
            let message = Message::PanelSized { size: PanelSize::Hidden, key: None };
            parts::button(label, Action::Send { message }).set(Attribute::DataEmphasis, "link")
        }))])
}

const REPORT: Message = Message::Report { address: VisitorAddress::LeftOut, page: None };

fn copies((label, done): &(String, String), message: Message, refused: &str) -> Node {
    let action = Action::CopyAnswer { message, done: done.clone(), refused: refused.to_owned() };
    parts::copy_button(label, action)
}

fn rows(view: &RowsView, has_report: bool, refused: &str) -> [Node; 3] {
    [
        Node::text(Tag::H3, "", &view.label),
        Node::new(Tag::Div, "choices")
            .with([opens(&view.evidence)])
            .with(view.questions.iter().map(|label| opens(label))),
        Node::new(Tag::Div, "choices").with(has_report.then(|| copies(&view.report, REPORT, refused))).with([copies(
            &view.misread,
            Message::Misread { body: String::new(), opens: false },
            refused,
        )]),
    ]
}
