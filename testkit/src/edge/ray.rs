//! The identifier that the edge gives every request.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// The airport code of this edge's data centre.
pub(crate) const DATA_CENTRE: &str = "FRA";
/// The city of [`DATA_CENTRE`], as a branded page names it.
pub(crate) const CITY: &str = "Frankfurt";

/// A Ray ID, displayed as 16 hexadecimal digits.
#[derive(Clone, Copy)]
pub(crate) struct Ray(u64);

impl Ray {
    pub(crate) fn new() -> Self {
        Self(RandomState::new().hash_one(()))
    }

    /// The `cf-ray` header: the identifier, a hyphen, the data centre.
    pub(crate) fn header(self) -> String {
        format!("{self}-{DATA_CENTRE}")
    }
}

impl fmt::Display for Ray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
