//! The test kit: an edge whose faults are real, doubles of the outside services, and browsers that carry the extension.

#[cfg(feature = "driver")]
pub mod browser;
#[cfg(feature = "edge")]
pub mod edge;
pub mod fixture;
pub mod fuzz;
#[cfg(feature = "edge")]
pub mod launch;
#[cfg(feature = "live")]
pub mod live;
#[cfg(feature = "edge")]
pub mod outside;
#[cfg(feature = "edge")]
mod patience;
