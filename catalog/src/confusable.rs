//! Codes that are mistaken for one another.

use super::{Code, all};

/// Two codes that are mistaken for one another; the words file says how to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusable {
    /// The smaller code.
    pub first: Code,
    /// The larger code.
    pub second: Code,
}

/// Every such pair, in order.
pub fn confusable_pairs() -> impl Iterator<Item = Confusable> {
    all().flat_map(|entry| {
        entry.confusables.iter().map(|second| Confusable { first: entry.code, second: Code::listed(*second) })
    })
}

/// The codes that one is mistaken for, each with the pair.
pub fn confusables(code: Code) -> impl Iterator<Item = (Code, Confusable)> {
    confusable_pairs().filter_map(move |pair| match code {
        _ if pair.first == code => Some((pair.second, pair)),
        _ if pair.second == code => Some((pair.first, pair)),
        _ => None,
    })
}

impl Confusable {
    /// The name under which words are filed, as `521-522`.
    #[must_use]
    pub fn id(self) -> String {
        format!("{}-{}", self.first, self.second)
    }
}
