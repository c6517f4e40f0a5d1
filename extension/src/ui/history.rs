//! The history page.

use rayback_core::view::{
    BarView, Blame, Deletion, DeletionView, HistoryView, OptionView, OutageView, Phrase, PlotView, SiteView,
    TimelineView,
};
use rayback_core::words::Words;

use super::node::{Attribute, Node, Tag};
use super::{Action, PageTree, parts};

/// A cross.
const CROSS: &str = "M4 4l8 8M12 4l-8 8";

/// The history page of a view; `search` is the text in its field.
pub(crate) fn history(view: &HistoryView, search: &str, words: &Words) -> PageTree {
    PageTree::new(&view.title, words)
        .with([parts::heading(&view.title), Node::text(Tag::P, "quiet", &view.note), filters(view, search)])
        .with((!view.figures.is_empty()).then(|| figures(view)))
        .with(view.timeline.as_ref().map(timeline))
        .with((!view.plots.is_empty()).then(|| Node::new(Tag::Div, "plots").with(view.plots.iter().map(plot))))
        .with([table(view)])
}

fn filters(view: &HistoryView, search: &str) -> Node {
    let field = Node::new(Tag::Div, "field").with([
        Node::text(Tag::Label, "", &view.search).set(Attribute::For, "search"),
        Node::new(Tag::Input, "")
            .set(Attribute::Type, "search")
            .set(Attribute::Id, "search")
            .set(Attribute::Value, search)
            .set(Attribute::Autocomplete, "off")
            .on(Action::Search),
    ]);
    let (blames, periods) = (&view.blames, &view.periods);
    Node::new(Tag::Section, "filters").with([
        field,
        segments("blame", &blames.0, &blames.1, |blame| Action::FilterBlame { blame }),
        segments("period", &periods.0, &periods.1, |period| Action::FilterPeriod { period }),
    ])
}

/// Radio buttons side by side.
fn segments<T: Copy>(name: &str, label: &str, options: &[OptionView<T>], action: impl Fn(T) -> Action) -> Node {
    let option = |(number, option): (usize, &OptionView<T>)| {
        let input = parts::option(["radio", name, &number.to_string()], option.is_on, action(option.value));
        let label = Node::text(Tag::Label, "", &option.label).set(Attribute::For, format!("{name}-{number}"));
        Node::new(Tag::Div, "segment").with([input, label])
    };
    Node::new(Tag::Fieldset, "segments")
        .with([Node::text(Tag::Legend, "", label)])
        .with(options.iter().enumerate().map(option))
}

fn figures(view: &HistoryView) -> Node {
    let figures = view.figures.iter().map(|figure| {
        Node::new(Tag::Div, "").with([Node::text(Tag::Dt, "", &figure.label), Node::text(Tag::Dd, "", &figure.value)])
    });
    Node::new(Tag::Dl, "figures").with(figures)
}

fn timeline(view: &TimelineView) -> Node {
    let ends = [&view.start, &view.end].map(|end| Node::phrase(Tag::Span, "", end));
    let legend = view.legend.iter().map(|(blame, label)| {
        let mark = parts::drawing("", "0 0 10 20").with([bars(*blame, bar(*blame, 0, 10))]);
        Node::new(Tag::Li, "").with([mark, Node::text(Tag::Span, "", label)])
    });
    Node::new(Tag::Section, "timeline")
        .with([
            Node::text(Tag::H2, "", &view.title),
            Node::new(Tag::Ul, "legend quiet").with(legend),
            Node::new(Tag::Ul, "rows").with(view.sites.iter().map(site)),
            Node::new(Tag::Div, "ends quiet").set(Attribute::AriaHidden, "true").with(ends),
        ])
        .with(view.others.as_ref().map(|others| Node::text(Tag::P, "quiet", others)))
}

/// A site's row in the timeline.
fn site(site: &SiteView) -> Node {
    let of = |blame: Blame| {
        let found = site.bars.iter().filter(|bar| bar.0 == blame);
        let found: Vec<_> = found.map(|(_, start, length)| bar(blame, *start, *length)).collect();
        (!found.is_empty()).then(|| bars(blame, found.concat()))
    };
    let drawing = parts::drawing("", "0 0 1000 20")
        .set(Attribute::PreserveAspectRatio, "none")
        .with(Blame::ALL.into_iter().filter_map(of));
    let texts = [Node::text(Tag::Span, "", &site.host), Node::text(Tag::Span, "quiet", &site.text)];
    Node::new(Tag::Li, "").with([Node::new(Tag::Div, "ends").with(texts), drawing])
}

/// A bar in the timeline. Its height shows whose fault it was, for users who can't distinguish the colours.
fn bar(blame: Blame, start: u64, length: u64) -> String {
    let (top, height) = match blame {
        Blame::Site => (0, 20),
        Blame::Cloudflare => (0, 11),
        Blame::Blocked => (13, 7),
        Blame::Visitor => (9, 11),
        Blame::Unknown => (7, 6),
    };
    format!("M{start} {top}h{length}v{height}h-{length}z")
}

fn bars(blame: Blame, path: String) -> Node {
    Node::new(Tag::Path, "").set_name(Attribute::DataBlame, &blame).set(Attribute::D, path)
}

fn plot(view: &PlotView) -> Node {
    let bar =
        |bar: &BarView| {
            let drawing = parts::drawing("", "0 0 1000 10")
                .set(Attribute::PreserveAspectRatio, "none")
                .with([Node::new(Tag::Path, "").set(Attribute::D, format!("M0 0h{}v10H0z", bar.length))]);
            let label = Node::text(Tag::Span, "", &bar.label);
            Node::new(Tag::Li, "").with([label, drawing, Node::text(Tag::Span, "number", &bar.number)])
        };
    Node::new(Tag::Section, "counts")
        .with([Node::text(Tag::H2, "", &view.title), Node::new(Tag::Ul, "").with(view.bars.iter().map(bar))])
}

fn table(view: &HistoryView) -> Node {
    let asked = view.question.as_ref();
    let count = Node::text(Tag::P, "quiet", &view.count).set(Attribute::Role, "status");
    let section = Node::new(Tag::Section, "failures").with([Node::text(Tag::H2, "", &view.table), count]);
    let Some(labels) = &view.labels else { return section };
    let rows = view.rows.iter().flat_map(|outage| {
        let about = Deletion::Outage(outage.id.clone());
        let question = asked.filter(|asked| asked.about == about).map(|asked| {
            let cell = Node::new(Tag::Td, "").set(Attribute::Colspan, view.head.len().to_string());
            Node::new(Tag::Tr, "asked").with([cell.with([question(asked)])])
        });
        [row(outage, &view.head, about)].into_iter().chain(question)
    });
    let more = view.more.as_ref().map(|more| parts::button(more, Action::ListMore));
    section
        .with([Node::new(Tag::Div, "choices").with([
            parts::button(&labels.csv, Action::ExportCsv),
            parts::button(&labels.json, Action::ExportJson),
            parts::button(&labels.delete, Action::AskToDelete { what: Deletion::Shown }),
        ])])
        .with(asked.filter(|asked| asked.about == Deletion::Shown).map(question))
        .with([parts::wide(&view.table, parts::table(&view.head, rows))])
        .with(more)
}

fn row(outage: &OutageView, head: &[String], about: Deletion) -> Node {
    let text = |text: &String| Phrase { text: text.clone(), at: None };
    let cells = [
        &outage.start,
        &outage.end,
        &text(&outage.lasted),
        &text(&outage.codes),
        &text(&outage.blame),
        &text(&outage.data_centre),
        &text(&outage.checks),
    ];
    let label =
        |cell: Node, column: usize| cell.set(Attribute::DataLabel, head.get(column).cloned().unwrap_or_default());
    let cells = cells.into_iter().enumerate().map(|(place, cell)| label(Node::phrase(Tag::Td, "", cell), place + 1));
    let delete = parts::icon_button("delete", &outage.delete, CROSS, Action::AskToDelete { what: about });
    Node::new(Tag::Tr, "")
        .with([Node::text(Tag::Th, "", &outage.host).set(Attribute::Scope, "row")])
        .with(cells)
        .with([Node::new(Tag::Td, "act").with([delete])])
}

/// The question before something is deleted.
fn question(view: &DeletionView) -> Node {
    let delete = |(label, what): &(String, Deletion)| parts::button(label, Action::Delete { what: what.clone() });
    Node::new(Tag::Div, "question").with([
        Node::text(Tag::Span, "", &view.question).set(Attribute::Role, "alert"),
        Node::new(Tag::Div, "choices")
            .with(view.buttons.iter().map(delete))
            .with([parts::button(&view.keep, Action::Keep)]),
    ])
}
