//! The edge, over real sockets: each fault gives its code, in each form, in the clear and over TLS.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly wherever it is")]

mod client;
mod contract;
mod decisions;
mod faults;
mod journal;
mod live;
mod outside;
