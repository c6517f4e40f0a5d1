//! Codes that are often confused.

use super::{Code, all};

/// Two codes that are often confused; the words file explains how to distinguish them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusable {
    /// The smaller code.
    pub first: Code,
    /// The larger code.
    pub second: Code,
}

/// Returns every such pair, in order.
pub fn confusable_pairs() -> impl Iterator<Item = Confusable> {
    all().flat_map(|entry| {
        entry.confusables.iter().map(|second| Confusable { first: entry.code, second: Code::listed(*second) })
    })
}

/// Returns the codes that this one is confused with, each with its pair.
pub fn confusables(code: Code) -> impl Iterator<Item = (Code, Confusable)> {
    confusable_pairs().filter_map(move |pair| match code {
        _ if pair.first == code => Some((pair.second, pair)),
        _ if pair.second == code => Some((pair.first, pair)),
        _ => None,
    })
}

impl Confusable {
    /// Returns the key of its words, such as `521-522`.
    #[must_use]
    pub fn id(self) -> String {
        format!("{}-{}", self.first, self.second)
    }
}
