//! The extension's own page about one failing page: the evidence, questions with their answers, and the report.

use rayback_core::document::pieces;
use rayback_core::view::{HostPageView, MoreView, OutageView, Question, QuestionView, SitePastView, Tone};
use rayback_core::words::{Words, keys};

use super::node::{Attribute, Node, Tag};
use super::{Action, PageTree, glance, parts};
use crate::message::{Message, PageName, VisitorAddress};

/// What the page shows beyond the view.
pub(crate) struct Texts {
    /// The report with the visitor's address, once that was asked for.
    pub(crate) report: Option<String>,
    /// The page's own text, once the user has called it misread and the page couldn't copy it.
    pub(crate) misread: Option<String>,
    /// The question that the user didn't consent to.
    pub(crate) refused: Option<Question>,
}

/// The page of a view.
pub(crate) fn host(view: &HostPageView, past: &SitePastView, page: &PageName, texts: Texts, words: &Words) -> PageTree {
    let facts = Node::new(Tag::Dl, "facts").with(view.facts.iter().map(|fact| parts::fact(fact, "")));
    PageTree::new(&view.host, words)
        .with([
            Node::text(Tag::H1, "", &view.host),
            Node::text(Tag::H2, "headline", &view.headline),
            Node::text(Tag::P, "cause", &view.cause),
            glance::next(&view.state, view.attempt.as_deref()),
        ])
        .with(parts::choices(&view.choices, Some(&page.key)))
        .with([facts])
        .with(texts.misread.map(|text| copyable(&text, &view.more.misread, None)))
        .with(self::past(past))
        .with(more(&view.more, page, texts.report.as_deref().unwrap_or(&view.report), |question| {
            (texts.refused == Some(question)).then(|| words.get(keys::more::NOT_ALLOWED))
        }))
}

/// `refused` returns why a question wasn't asked, if it wasn't.
fn more<'a>(
    view: &MoreView,
    page: &PageName,
    report: &str,
    refused: impl Fn(Question) -> Option<&'a str>,
) -> [Node; 4] {
    let address = Message::Report { address: VisitorAddress::Included, page: Some(page.clone()) };
    [
        Node::text(Tag::H2, "", &view.evidence_label),
        parts::evidence(&view.evidence),
        Node::new(Tag::Div, "questions")
            .with(view.questions.iter().map(|view| question(view, page, refused(view.question)))),
        copyable(report, &view.report, Some(parts::button(&view.report_address, Action::Send { message: address }))),
    ]
}

/// A text with a button that copies it, and perhaps another one.
fn copyable(text: &str, (label, done): &(String, String), other: Option<Node>) -> Node {
    let copy = Action::Copy { text: text.to_owned(), done: done.clone(), refused: String::new() };
    Node::new(Tag::Section, "report").with([
        Node::new(Tag::Div, "choices").with([parts::copy_button(label, copy)]).with(other),
        Node::new(Tag::Code, "report-text").with(pieces(text).map(|(text, language)| {
            let piece = Node::text(Tag::Span, "", text);
            match language {
                Some(it) => piece.set(Attribute::Lang, it.tag).set(Attribute::Dir, it.direction.name()),
                None => piece,
            }
        })),
    ])
}

/// Open once it has been asked or refused; until then as the user left it.
fn question(view: &QuestionView, page: &PageName, refused: Option<&str>) -> Node {
    let asks = view.button.as_ref().map(|label| {
        let message = Message::Asked { question: view.question, page: page.clone() };
        [Node::text(Tag::P, "note", &view.says), parts::button(label, Action::Send { message })]
    });
    let addresses = view.list.iter().map(|address| Node::new(Tag::Li, "").with([Node::text(Tag::Bdi, "", address)]));
    parts::details("question", &view.label)
        .flag(Attribute::Open, view.text.is_some() || view.link.is_some() || refused.is_some())
        .with(view.text.as_ref().map(|text| Node::phrase(Tag::P, "answer", text)))
        .with((!view.places.is_empty()).then(|| strip(&view.places)))
        .with((!view.list.is_empty()).then(|| Node::new(Tag::Ul, "").with(addresses)))
        .with(view.link.as_ref().map(parts::link))
        .with(asks.into_iter().flatten())
        .with([Node::text(Tag::P, "refused", refused.unwrap_or_default()).set(Attribute::Role, "status")])
}

/// What each place saw, side by side.
fn strip(places: &[(Tone, String)]) -> Node {
    let place = |(tone, text): &(Tone, String)| Node::text(Tag::Li, "", text).set_name(Attribute::DataTone, tone);
    Node::new(Tag::Ul, "strip").with(places.iter().map(place))
}

/// What happened here before, and which other sites fail.
fn past(view: &SitePastView) -> [Node; 2] {
    let row = |row: &OutageView| {
        Node::new(Tag::Tr, "")
            .with([Node::phrase(Tag::Td, "", &row.start)])
            .with([&row.lasted, &row.codes, &row.checks].map(|text| Node::text(Tag::Td, "", text)))
    };
    let table = (!view.rows.is_empty()).then(|| parts::table(&view.head, view.rows.iter().map(row)));
    let others = view.others.iter().map(|other| Node::phrase(Tag::Li, "", other));
    [
        Node::new(Tag::Section, "past")
            .with([Node::text(Tag::H2, "", &view.title)])
            .with(table)
            .with(view.empty.as_ref().map(|empty| Node::text(Tag::P, "", empty))),
        Node::new(Tag::Section, "past")
            .with([Node::text(Tag::H2, "", &view.others_title)])
            .with((!view.others.is_empty()).then(|| Node::new(Tag::Ul, "").with(others)))
            .with(view.no_others.as_ref().map(|none| Node::text(Tag::P, "", none))),
    ]
}
