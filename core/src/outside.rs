//! What others say: readers for the answers of services outside the browser and the site.
//!
//! Each module turns one service's answer into a value. Nothing here knows when to try again.

pub mod archive;
pub mod dns;
pub mod host_check;
pub mod own_status_page;
pub mod ranges;
pub mod second_look;
pub mod services;
pub mod serving;
pub mod status_page;
pub mod trace;
pub mod zone;
