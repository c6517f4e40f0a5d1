//! The user interface as values: trees of nodes, built from core's views by components that panel, popup and settings
//! share.
//!
//! Nothing here touches a document. `static/mount.js` creates a tree's elements, and for the next tree changes only what
//! differs.

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
pub(crate) use left::{gone, left, unreadable};
pub(crate) use node::{Node, name};
pub(crate) use page_check::{page_check, page_failure};
pub(crate) use panel::{last_resort, panel};
pub(crate) use parts::PageTree;
pub(crate) use popup::popup;
pub(crate) use settings::{Form, settings};
pub(crate) use welcome::{DemoStage, welcome};
