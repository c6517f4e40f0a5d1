//! The welcome page.

use rayback_core::view::{Access, Emphasis, PanelView};
use rayback_core::words::{Key, Words, keys};

use super::node::{Attribute, Node, Tag};
use super::{Action, PageTree, panel, parts};

/// The stage of the demonstration.
pub(crate) enum DemoStage<'a> {
    /// It wasn't started, or was closed.
    Idle,
    /// The page fails.
    Failing(&'a PanelView),
    /// The page is back.
    Back {
        /// The site's name.
        host: &'a str,
    },
}

/// The welcome page; `was_granted` says whether access was granted on this page.
pub(crate) fn welcome(access: Access, was_granted: bool, demo: &DemoStage<'_>, words: &Words) -> PageTree {
    use keys::welcome::{ALL_SET, CHECKS, FAULT, RELOADS, TITLE};
    let get = |key: Key| words.get(key);
    let sentences = [FAULT, CHECKS, RELOADS].map(|key| Node::text(Tag::Li, "", get(key)));
    let granted = if was_granted { get(ALL_SET) } else { "" };
    PageTree::new(get(TITLE), words)
        .with([parts::heading(get(TITLE)), Node::new(Tag::Ul, "sentences").with(sentences)])
        .with((access == Access::Withheld).then(|| ask(words)))
        .with([Node::text(Tag::P, "granted", granted).set(Attribute::Role, "status"), self::demo(demo, words)])
        .with([parts::button(get(keys::popup::SETTINGS), Action::OpenSettings)])
}

/// The request for access to web pages.
fn ask(words: &Words) -> Node {
    use keys::welcome::{ASK, DOES, LATER, NEVER, READS};
    let points = [DOES, READS, NEVER].map(|key| Node::text(Tag::Li, "", words.get(key)));
    Node::new(Tag::Section, "ask").with([
        Node::text(Tag::H2, "", words.get(ASK)),
        Node::new(Tag::Ul, "points").with(points),
        parts::button(words.get(keys::popup::ASK_FOR_ACCESS), Action::AskForAccess)
            .set_name(Attribute::DataEmphasis, &Emphasis::Primary),
        Node::text(Tag::P, "quiet", words.get(LATER)),
    ])
}

fn demo(stage: &DemoStage<'_>, words: &Words) -> Node {
    use keys::welcome::{AGAIN, Back, DEMO, DEMO_NOTE, DEMO_TITLE, TRY};
    let status = match stage {
        DemoStage::Back { host } => words.format(Back { host }),
        DemoStage::Idle | DemoStage::Failing(_) => String::new(),
    };
    let start = match stage {
        DemoStage::Idle => Some(TRY),
        DemoStage::Failing(_) => None,
        DemoStage::Back { .. } => Some(AGAIN),
    };
    let sample = match stage {
        DemoStage::Failing(view) => {
            Some(Node::new(Tag::Div, "sample").with([Node::text(Tag::P, "tag", words.get(DEMO)), panel(view)]))
        }
        DemoStage::Idle | DemoStage::Back { .. } => None,
    };
    Node::new(Tag::Section, "demo")
        .with([Node::text(Tag::H2, "", words.get(DEMO_TITLE)), Node::text(Tag::P, "quiet", words.get(DEMO_NOTE))])
        .with(sample)
        .with([Node::text(Tag::P, "back", status).set(Attribute::Role, "status")])
        .with(start.map(|key| parts::button(words.get(key), Action::StartDemo)))
}
