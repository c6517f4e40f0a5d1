//! The facts about each Cloudflare error code, each with its source.
//!
//! Only facts are here; their words are in `core/words/<language>/`, one entry for everything named by an `id()` in
//! this crate (`core/build/family.rs` lists them). Facts that couldn't be verified are left out; a conclusion says so
//! in its [`Source`].
//!
//! It's a crate of its own because both `rayback-core` and its build script, which checks the words, depend on it.

mod action;
mod cause;
mod cloudflare;
pub mod code;
mod component;
mod confusable;
mod entry;
mod failure;
mod http;
pub mod limit;
mod manual;
mod named;
mod page;
mod party;
mod prevention;
mod source;
mod stage;

pub use action::Action;
pub use cause::{Cause, Command};
pub use confusable::{Confusable, confusable_pairs, confusables};
pub use entry::{Delivery, Entry, Persistence, Remedy, Scope, Title, Variant};
pub use failure::OriginFailure;
pub use limit::{Amount, Limit, LimitKind};
pub use manual::manual_of;
pub use page::{Form, Kind, Meaning, Topic, Unlisted};
pub use party::Party;
pub use prevention::Prevention;
pub use source::{Source, SourceKind};
pub use stage::{LegName, LegState, Stage};

use crate::code::{Code, Family};

/// Returns a code's entry; `None` if it isn't listed.
///
/// ```
/// # use rayback_catalog::entry;
/// assert_eq!(entry("522".parse().unwrap()).unwrap().name, "Connection timed out");
/// assert!(entry("599".parse().unwrap()).is_none());
/// ```
#[must_use]
pub fn entry(code: Code) -> Option<&'static Entry> {
    let table = match code.family() {
        Family::Http => http::HTTP,
        Family::Cloudflare => cloudflare::CLOUDFLARE,
        Family::Images | Family::Other => return None,
    };
    table.binary_search_by_key(&code, |entry| entry.code).ok().and_then(|index| table.get(index))
}

/// The code that examples and the demonstration show: the best known one.
pub const EXAMPLE: Code = Code::listed(522);

/// Returns every entry, in order of code.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    http::HTTP.iter().chain(cloudflare::CLOUDFLARE)
}

// Lookup is a binary search, so an entry that's out of order, duplicated or in the wrong table must not compile.
const _: () = {
    assert_sound(http::HTTP, 400, 600);
    assert_sound(cloudflare::CLOUDFLARE, 1000, 1300);
};

const fn assert_sound(mut rest: &[Entry], mut least: u16, end: u16) {
    while let [first, others @ ..] = rest {
        let code = first.code.number();
        assert!(code >= least && code < end, "the catalogue must be sorted by code, without duplicates");
        assert!(!first.sources.is_empty(), "every entry must have a source");
        assert!(first.actions.len() <= 3, "an entry can have at most three actions");
        let mut confusables = first.confusables;
        let mut smaller = code;
        while let [confusable, larger @ ..] = confusables {
            assert!(*confusable > smaller, "a pair must be in its smaller code's entry, in order");
            assert!(
                lists(http::HTTP, *confusable) || lists(cloudflare::CLOUDFLARE, *confusable),
                "confusable codes are listed"
            );
            smaller = *confusable;
            confusables = larger;
        }
        least = code + 1;
        rest = others;
    }
}

const fn lists(mut rest: &[Entry], code: u16) -> bool {
    while let [first, others @ ..] = rest {
        if first.code.number() == code {
            return true;
        }
        rest = others;
    }
    false
}

#[cfg(test)]
mod tests;
