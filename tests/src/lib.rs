//! What the tests are made of: an edge whose faults are real, the outside services it stands in
//! for, and browsers that carry the extension.

pub mod browser;
pub mod edge;
pub mod fixture;
pub mod fuzz;
pub mod live;
pub mod outside;
