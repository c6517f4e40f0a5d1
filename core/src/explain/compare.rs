//! Codes side by side.

use serde::Serialize;

use super::owner::{DescribedConfusable, confusables, limit};
use crate::catalog::{self, Entry};
use crate::code::Code;
use crate::document::{Block, Document, Text};
use crate::words::Words;

/// Codes side by side, made from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The codes, one per column, in the order asked for.
    pub codes: Vec<Code>,
    /// The properties compared, one row each.
    pub rows: Vec<Row>,
    /// For each two of these codes that are often confused, how to tell them apart.
    pub distinctions: Vec<String>,
}

/// One row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The property.
    pub label: String,
    /// One cell per code.
    pub cells: Vec<String>,
}

/// Compares codes. The cells of an unlisted code are empty.
#[must_use]
pub fn compare(codes: &[Code], words: &Words) -> Comparison {
    let entries: Vec<_> = codes.iter().map(|code| catalog::entry(*code)).collect();
    let none = words.say("label.none").to_owned();
    let row = |label: &'static str, cell: &dyn Fn(&Entry) -> Option<String>| Row {
        label: words.say(label).to_owned(),
        cells: entries.iter().map(|entry| entry.and_then(cell).unwrap_or_else(|| none.clone())).collect(),
    };
    let say = |key: String| words.say(&key).to_owned();
    let rows = vec![
        row("label.name", &|it| Some(it.name.to_owned())),
        row("label.status", &|it| Some(it.status?.to_string())),
        row("label.seen", &|it| Some(say(format!("code.{}.seen", it.code)))),
        row("label.stage", &|it| Some(say(format!("stage.{}", it.stage.id())))),
        row("label.party", &|it| Some(say(format!("party.{}.short", it.party.id())))),
        row("label.lasting", &|it| Some(say(format!("lasting.{}.short", it.persistence.id())))),
        row("label.retry-after", &|it| Some(words.fill("duration.seconds", &[("n", &it.retry_after_s?.to_string())]))),
        row("label.received", &|it| Some(say(format!("received.{}.short", it.delivery.id())))),
        row("label.limits", &|it| {
            let current: Vec<_> = it.limits.iter().filter(|it| it.until.is_none()).map(|it| limit(it, words)).collect();
            (!current.is_empty()).then(|| current.join("; "))
        }),
        row("label.first-cause", &|it| Some(say(format!("cause.{}.title", it.causes.first()?.id())))),
    ];
    let distinctions = codes
        .iter()
        .flat_map(|first| confusables(*first, words).into_iter().map(move |other| (*first, other)))
        .filter(|(first, DescribedConfusable { code, .. })| first < code && codes.contains(code))
        .map(|(_, other)| other.text)
        .collect();
    Comparison { codes: codes.to_vec(), rows, distinctions }
}

impl Comparison {
    /// The comparison as a table, followed by how to tell the codes apart.
    #[must_use]
    pub fn document(&self, words: &Words) -> Document {
        let mut document = Document::new(words);
        let corner = Text::from(words.say("label.code"));
        document.push(Block::Table {
            head: core::iter::once(corner).chain(self.codes.iter().map(|code| code.to_string().into())).collect(),
            rows: self
                .rows
                .iter()
                .map(|row| core::iter::once(&row.label).chain(&row.cells).map(Text::from).collect())
                .collect(),
        });
        if !self.distinctions.is_empty() {
            document.heading(words.say("label.neighbours"));
            document.list(&self.distinctions);
        }
        document
    }
}
