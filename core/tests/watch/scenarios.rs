//! One scene for each rule.

mod attempts;
mod clock;
mod person;
mod recovery;
mod tabs;
mod waits;
