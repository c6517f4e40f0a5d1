//! The browser extension: carries out the decisions of [`rayback_core`] in Chrome and Firefox.
//!
//! The browser loads two modules, so that the worker starts with nothing that only the pages need: `bin/worker.rs` exports
//! [`dispatch`], and `bin/pages.rs` [`mount`]. What neither reaches is dropped from it at link time.

mod browser;
mod concurrent;
mod error;
mod message;
mod page;
mod resource;
#[doc(hidden)]
pub mod states;
mod store;
mod ui;
mod wire;
mod worker;

pub use page::mount;
pub use worker::dispatch;
