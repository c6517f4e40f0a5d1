//! One scenario for each rule.

mod attempts;
mod clock;
mod recovery;
mod tabs;
mod user;
mod waits;
