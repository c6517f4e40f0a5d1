//! Codes side by side.

use serde::Serialize;

use super::owner::{NeighbourText, limit, neighbours};
use crate::catalog::{self, Entry};
use crate::code::Code;
use crate::words::{Key, Words, key};

/// Codes side by side, made from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The codes, one per column, in the order asked for.
    pub codes: Vec<u16>,
    /// What is compared, one row each.
    pub rows: Vec<Row>,
    /// How each two of these codes that are confused are told apart.
    pub tells: Vec<String>,
}

/// One row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What is compared.
    pub label: String,
    /// One cell per code.
    pub cells: Vec<String>,
}

/// Puts codes side by side; a code that is not listed has empty cells but for its number.
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
        row(key::label::SEEN, &|it| key::code::seen(it.code).map(say)),
        row(key::label::STAGE, &|it| Some(say(key::stage::text(it.stage)))),
        row(key::label::PARTY, &|it| Some(say(key::party::short(it.party)))),
        row(key::label::LASTING, &|it| Some(say(key::lasting::short(it.lasting)))),
        row(key::label::RETRY_AFTER, &|it| Some(words.format(key::duration::Seconds { n: it.retry_after_s?.into() }))),
        row(key::label::RECEIVED, &|it| Some(say(key::received::short(it.received)))),
        row(key::label::LIMITS, &|it| {
            let current: Vec<_> = it.limits.iter().filter(|it| it.until.is_none()).map(|it| limit(it, words)).collect();
            (!current.is_empty()).then(|| current.join("; "))
        }),
        row(key::label::FIRST_CAUSE, &|it| Some(say(key::cause::title(*it.causes.first()?)))),
    ];
    let numbers: Vec<_> = codes.iter().map(|code| code.number()).collect();
    let tells = numbers
        .iter()
        .flat_map(|first| neighbours(*first, words).into_iter().map(move |tell| (*first, tell)))
        .filter(|(first, NeighbourText { code, .. })| first < code && numbers.contains(code))
        .map(|(_, tell)| tell.text)
        .collect();
    Comparison { codes: numbers, rows, tells }
}
