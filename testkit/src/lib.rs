//! The test kit: an edge with real faults, doubles of the outside services, and browsers with the extension installed.

#[cfg(feature = "driver")]
pub mod browser;
#[cfg(feature = "edge")]
pub mod edge;
pub mod fixture;
pub mod fuzz;
#[cfg(feature = "gallery")]
pub mod gallery;
#[cfg(feature = "edge")]
pub mod launch;
#[cfg(feature = "live")]
pub mod live;
#[cfg(feature = "edge")]
pub mod outside;
#[cfg(feature = "edge")]
pub mod patience;
