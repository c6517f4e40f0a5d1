//! Recognises Cloudflare's error pages, says what they mean and whose fault it is, and decides when to try again.
//!
//! Everything here is a function from values to values. There is no clock, no chance, no network, no storage and
//! no browser in this crate: time and seeds are arguments, and whatever has to be done in the world is returned
//! as an [`Effect`](watch::Effect). So every answer can be replayed, and everything a test needs is a value.
//!
//! Four questions, in the order in which they are asked:
//!
//! 1. *What is this page?* [`classify`](classify::classify) turns an [`Observation`](observation::Observation)
//!    into a [`Diagnosis`](diagnosis::Diagnosis).
//! 2. *What does it mean?* [`catalog`] holds the facts of each code, [`explain`] lays them out in
//!    [`words`] as a [`document`].
//! 3. *Whose fault is it?* [`fault`] weighs the page, the status page and what else failed.
//! 4. *When do we try again?* [`Watch::step`](watch::Watch::step) takes one event and returns effects.
//!
//! What this crate does not do: it never fetches, never sleeps, never parses a page as HTML for display, and
//! never keeps a page's text.

pub use rayback_catalog::{self as catalog, code};

pub mod classify;
pub mod data_centre;
pub mod diagnosis;
pub mod doctor;
pub mod document;
pub mod explain;
pub mod fault;
pub mod history;
pub mod observation;
pub mod outside;
pub mod ray;
pub mod record;
pub mod redact;
pub mod report;
pub mod retry;
pub mod settings;
pub mod time;
pub mod url;
pub mod view;
pub mod watch;
pub mod words;
