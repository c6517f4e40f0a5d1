//! The user interface as values: trees of nodes, built from core's views by components that panel, popup and settings
//! share.
//!
//! Nothing here touches a document. `static/mount.js` makes elements of a tree and, when the next one comes, changes only
//! the differences.

mod action;
mod glance;
mod history;
mod host;
mod left;
mod node;
mod page_check;
mod panel;
mod parts;
mod popup;
mod settings;
mod welcome;

pub(crate) use action::{Action, Field};
pub(crate) use history::history;
pub(crate) use host::{Texts, host};
pub(crate) use left::{gone, left};
pub(crate) use node::Node;
pub(crate) use page_check::{page_check, page_failure};
pub(crate) use panel::panel;
pub(crate) use parts::tone;
pub(crate) use popup::popup;
pub(crate) use settings::{Form, settings};
pub(crate) use welcome::{DemoStage, welcome};
