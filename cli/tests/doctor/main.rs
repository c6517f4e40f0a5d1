//! `rayback doctor` against real faults: every origin is a server that these tests start, on the loopback or in their
//! own network namespace. Nothing else is contacted.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly wherever it is")]

mod authority;
mod cases;
mod edge;
mod faults;
#[cfg(unix)]
mod interrupts;
mod namespace;
mod origin;
mod outside;
mod proxies;
mod run;
mod visits;
mod zone;
