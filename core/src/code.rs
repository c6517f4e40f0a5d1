//! The numbers Cloudflare gives its errors.

use core::fmt;
use core::num::NonZeroU16;

use serde::{Deserialize, Serialize};

/// A Cloudflare error code: an HTTP status such as 522, or one of Cloudflare's own such as 1016.
///
/// Any number is legal, because Cloudflare adds codes without notice; what is known of one is in the
/// [`catalog`](crate::catalog), and an unlisted one is explained by its [`Family`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(NonZeroU16);

/// What kind of number a [`Code`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// An HTTP status, 400 to 599.
    Http,
    /// One of Cloudflare's own, 1000 to 1299, shown inside a page that has some HTTP status of its own.
    Cloudflare,
    /// Neither; Cloudflare's API uses such numbers, its pages do not.
    Other,
}

impl Code {
    /// The code of this number; `None` for zero.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number itself.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0.get()
    }

    /// What kind of number it is.
    #[must_use]
    pub const fn family(self) -> Family {
        match self.0.get() {
            400..=599 => Family::Http,
            1000..=1299 => Family::Cloudflare,
            _ => Family::Other,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
