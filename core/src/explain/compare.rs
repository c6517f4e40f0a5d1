//! Codes side by side.

use serde::Serialize;

use super::owner::{DescribedConfusable, confusables, limit};
use crate::catalog::{self, Entry};
use crate::code::Code;
use crate::document::{Block, Document, Text};
use crate::words::{Key, Reader, Words, key};

/// Codes side by side, made from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The codes, one per column, in the order asked for.
    pub codes: Vec<Code>,
    /// The properties compared, one row each.
    pub rows: Vec<Row>,
    /// What doesn't fit in a cell, for each code.
    pub details: Vec<CodeDetails>,
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

/// The longer texts about one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeDetails {
    /// The code.
    pub code: Code,
    /// What Cloudflare saw; `None` for an unlisted code.
    pub seen: Option<String>,
    /// The time-outs and sizes that cause it.
    pub limits: Vec<String>,
}

/// Compares codes. The cells of an unlisted code are empty.
///
/// ```
/// use rayback_core::{Words, compare};
///
/// let codes = ["521".parse().unwrap(), "522".parse().unwrap()];
/// let comparison = compare(&codes, &Words::english().unwrap());
/// assert!(comparison.rows.iter().all(|row| row.cells.len() == codes.len()));
/// assert_eq!(comparison.distinctions.len(), 1);
/// ```
#[must_use]
pub fn compare(codes: &[Code], words: &Words) -> Comparison {
    let entries: Vec<_> = codes.iter().map(|code| catalog::entry(*code)).collect();
    let none = words.get(key::label::NONE).to_owned();
    let row = |label: Key, cell: &dyn Fn(&Entry) -> Option<String>| Row {
        label: words.get(label).to_owned(),
        cells: entries.iter().map(|entry| entry.and_then(cell).unwrap_or_else(|| none.clone())).collect(),
    };
    let say = |key: Key| words.get(key).to_owned();
    let rows = vec![
        row(key::label::NAME, &|it| Some(it.name.to_owned())),
        row(key::label::STATUS, &|it| Some(it.status?.to_string())),
        row(key::label::STAGE, &|it| Some(say(key::stage::text(it.stage)))),
        row(key::label::PARTY, &|it| Some(say(key::party::short(it.party)))),
        row(key::label::LASTING, &|it| Some(say(key::lasting::short(it.persistence)))),
        row(key::label::RETRY_AFTER, &|it| Some(words.format(key::duration::Seconds { n: it.retry_after_s?.into() }))),
        row(key::label::RECEIVED, &|it| Some(say(key::received::short(it.delivery)))),
        row(key::label::FIRST_CAUSE, &|it| Some(say(key::cause::title(*it.causes.first()?)))),
    ];
    let distinctions = codes
        .iter()
        .flat_map(|first| confusables(*first, words).into_iter().map(move |other| (*first, other)))
        .filter(|(first, DescribedConfusable { code, .. })| first < code && codes.contains(code))
        .map(|(_, other)| other.text)
        .collect();
    let details = entries
        .iter()
        .zip(codes)
        .map(|(entry, code)| CodeDetails {
            code: *code,
            seen: entry.and_then(|it| key::code::seen(it.code)).map(say),
            limits: entry
                .iter()
                .flat_map(|it| it.limits.iter())
                .filter(|it| it.until.is_none())
                .map(|it| limit(it, words))
                .collect(),
        })
        .collect();
    Comparison { codes: codes.to_vec(), rows, details, distinctions }
}

impl Comparison {
    /// The comparison as a table, followed by what Cloudflare saw for each code, and how to tell the codes apart.
    #[must_use]
    pub fn document(&self, words: &Words) -> Document {
        let mut document = Document::new(words);
        let corner = Text::from(words.get(key::label::CODE));
        document.push(Block::Table {
            head: core::iter::once(corner).chain(self.codes.iter().map(|code| code.to_string().into())).collect(),
            rows: self
                .rows
                .iter()
                .map(|row| core::iter::once(&row.label).chain(&row.cells).map(Text::from).collect())
                .collect(),
        });
        for details in &self.details {
            document.heading(details.code.to_string());
            if let Some(seen) = &details.seen {
                document.paragraph(Text::of(seen, Reader::Owner, words));
            }
            document.list(details.limits.iter().map(|limit| Text::of(limit, Reader::Owner, words)));
        }
        if !self.distinctions.is_empty() {
            document.heading(words.get(key::label::NEIGHBOURS));
            document.list(self.distinctions.iter().map(|it| Text::of(it, Reader::Owner, words)));
        }
        document
    }
}
