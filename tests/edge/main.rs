//! The edge, over real sockets: each fault results in its code, in each form, over plain HTTP and TLS.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod client;
mod contract;
mod decisions;
mod faults;
mod journal;
mod live;
mod outside;
