//! What is known of each code: facts, each with its source.
//!
//! Only facts live here; the words that tell them are in `core/words/<language>/`, one entry for everything named
//! by an `id()` in this module. What could not be verified is left out; what is inferred says so in its [`Source`].
//!
//! The build script reads this module too, to check the words against it, so it depends on [`code`](crate::code) alone.

mod action;
mod cause;
mod cloudflare;
mod entry;
mod ground;
mod http;
mod limit;
mod manual;
mod named;
mod neighbour;
mod party;
mod prevention;
mod source;
mod stage;

pub use action::Action;
pub use cause::{Cause, Command};
pub use entry::{Entry, Lasting, Received, Remedy, Title, Unbranded};
pub use ground::ground;
pub use limit::{Limit, LimitKind};
pub(crate) use named::named;
pub use neighbour::{NEIGHBOURS, Neighbour, neighbours};
pub use party::Party;
pub use prevention::Prevention;
pub use source::{Source, SourceKind};
pub use stage::{LegName, LegState, Stage};

use crate::code::Code;

/// What is known of a code; `None` if it is not listed.
#[must_use]
pub fn entry(code: Code) -> Option<&'static Entry> {
    let number = code.number();
    let table = if number < FIRST_CLOUDFLARE { http::HTTP } else { cloudflare::CLOUDFLARE };
    table.binary_search_by_key(&number, |entry| entry.code).ok().and_then(|index| table.get(index))
}

/// Every code that is listed, in order.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    http::HTTP.iter().chain(cloudflare::CLOUDFLARE)
}

/// Where Cloudflare's own numbers begin.
const FIRST_CLOUDFLARE: u16 = 1000;

// Lookup is a binary search, so an entry out of order, twice or in the wrong table must not compile.
const _: () = {
    assert_in_order(http::HTTP, 400, FIRST_CLOUDFLARE);
    assert_in_order(cloudflare::CLOUDFLARE, FIRST_CLOUDFLARE, 1300);
};

const fn assert_in_order(mut rest: &[Entry], mut least: u16, end: u16) {
    while let [first, others @ ..] = rest {
        assert!(first.code >= least && first.code < end, "the catalogue must be in order of code, each code once");
        assert!(!first.sources.is_empty(), "every entry of the catalogue names its source");
        assert!(first.actions.len() <= 3, "a visitor is given at most three things to do");
        least = first.code + 1;
        rest = others;
    }
}

#[cfg(test)]
mod tests;
