//! Recognises Cloudflare's error pages, says what they mean and whose fault it is, and decides when to try again.
//!
//! Everything here is a function from values to values. This crate has no clock, randomness, network, storage or browser:
//! times and seeds are arguments, and side effects are returned for the caller to carry out. So every answer can be
//! reproduced.
//!
//! Four questions, and what answers each:
//!
//! 1. *What is this page?* [`classify`] turns an [`Observation`] into a [`Diagnosis`].
//! 2. *What does it mean?* An [`Entry`] has the facts of each code; [`explain`], [`explain_code`] and [`compare`] put them
//!    into [`Words`], as a [`Document`].
//! 3. *Whose fault is it?* [`judge`] weighs a [`Situation`] and returns a [`Verdict`].
//! 4. *When do we try again?* [`decide`] returns a [`Decision`] for one answer; a [`Schedule`] follows one failing site.
//!
//! A [`Record`] is one answer's reading as data, for programs that read many.
//!
//! ```
//! use rayback_core::{Audience, Observation, Words, classify, explain};
//!
//! let page = Observation { status: Some(522), body: b"error code: 522".into(), ..Observation::default() };
//! let diagnosis = classify(&page).ok_or("not Cloudflare's")?;
//! let words = Words::english()?;
//! let explanation = explain(&diagnosis, &words, Audience::Visitor);
//! assert_eq!(explanation.cause, "Cloudflare tried to reach the site's server, but it didn't respond.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Semantic versioning covers the names on this page. The modules are public for Rayback's own shells only, and anything
//! in them may change.

#[doc(inline)]
pub use rayback_catalog::{Entry, Kind, Remedy, code::Code, entry};

pub use classify::classify;
pub use diagnosis::Diagnosis;
pub use document::Document;
pub use explain::{Audience, Explanation, compare, explain, explain_code};
pub use fault::{Situation, Suspect, Verdict, judge};
pub use observation::{Headers, Observation};
pub use ray::RayId;
pub use record::Record;
pub use retry::decision::{Decision, decide};
pub use retry::schedule::Schedule;
pub use settings::Settings;
pub use time::Timestamp;
pub use url::PageUrl;
pub use words::Words;

#[doc(hidden)]
pub use rayback_catalog::{self as catalog, code};

#[doc(hidden)]
pub mod classify;
#[doc(hidden)]
pub mod data_centre;
#[doc(hidden)]
pub mod diagnosis;
#[doc(hidden)]
pub mod doctor;
#[doc(hidden)]
pub mod document;
#[doc(hidden)]
pub mod explain;
#[doc(hidden)]
pub mod fault;
#[doc(hidden)]
pub mod history;
#[doc(hidden)]
pub mod json;
#[doc(hidden)]
pub mod observation;
mod order;
#[doc(hidden)]
pub mod outside;
#[doc(hidden)]
pub mod ray;
#[doc(hidden)]
pub mod record;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod requests;
#[doc(hidden)]
pub mod retry;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod time;
#[doc(hidden)]
pub mod url;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod watch;
#[doc(hidden)]
pub mod words;
