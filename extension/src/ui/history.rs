//! The history page.

use rayback_core::view::{HistoryView, SiteView};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, parts, settings};

/// The history page of a view; `filter` is the text in its field.
pub(crate) fn history(view: &HistoryView, filter: &str, words: &Words) -> Node {
    let heading = Node::new(Tag::H1, "").with([
        Node::new(Tag::Img, "").set(Attribute::Src, "icons/128.png").set(Attribute::Alt, ""),
        Node::text(Tag::Span, "", &view.title),
    ]);
    let field = Node::new(Tag::Div, "field").with([
        Node::text(Tag::Label, "", &view.filter).set(Attribute::For, "filter"),
        Node::new(Tag::Input, "")
            .set(Attribute::Type, "search")
            .set(Attribute::Id, "filter")
            .set(Attribute::Value, filter)
            .set(Attribute::Autocomplete, "off")
            .on(Action::Filter),
    ]);
    let figures = view.figures.iter().map(|figure| {
        Node::new(Tag::Div, "").with([Node::text(Tag::Dt, "", &figure.label), Node::text(Tag::Dd, "", &figure.value)])
    });
    let empty = Node::text(Tag::P, "empty", view.empty.as_deref().unwrap_or_default()).set(Attribute::Role, "status");
    let is_empty = view.rows.is_empty();
    settings::page(words)
        .with([heading, Node::text(Tag::P, "quiet", &view.note), field, Node::new(Tag::Dl, "figures").with(figures)])
        .with(view.timeline.as_ref().map(|timeline| {
            let ends = [&timeline.start, &timeline.end].map(|end| Node::phrase(Tag::Span, "", end));
            Node::new(Tag::Section, "timeline").with([
                Node::text(Tag::H2, "", &timeline.title),
                Node::new(Tag::Ul, "").with(timeline.sites.iter().map(site)),
                Node::new(Tag::Div, "ends quiet").set(Attribute::AriaHidden, "true").with(ends),
            ])
        }))
        .with([empty])
        .with((!is_empty).then(|| table(view)))
        .with(view.more.as_ref().map(|more| Node::text(Tag::P, "quiet", more)))
        .with((!is_empty).then(|| {
            Node::new(Tag::Div, "choices").with([
                parts::button(&view.labels.csv, Action::ExportCsv),
                parts::button(&view.labels.json, Action::ExportJson),
                parts::button(&view.labels.delete, Action::DeleteShown),
            ])
        }))
}

/// A site's row in the timeline.
fn site(site: &SiteView) -> Node {
    let bars: Vec<_> = site.bars.iter().map(|(start, length)| format!("M{start} 0h{length}v20h-{length}z")).collect();
    let drawing = Node::new(Tag::Svg, "")
        .set(Attribute::ViewBox, "0 0 1000 20")
        .set(Attribute::PreserveAspectRatio, "none")
        .set(Attribute::Role, "img")
        .set(Attribute::AriaLabel, &site.text)
        .with([Node::new(Tag::Path, "").set(Attribute::D, bars.concat())]);
    Node::new(Tag::Li, "").with([Node::text(Tag::Span, "", &site.host), drawing])
}

fn table(view: &HistoryView) -> Node {
    Node::new(Tag::Div, "wide")
        .set(Attribute::Tabindex, "0")
        .set(Attribute::Role, "region")
        .set(Attribute::AriaLabel, &view.title)
        .with([parts::outages(&view.head, &view.rows, true)])
}
