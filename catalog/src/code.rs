//! The numbers Cloudflare gives its errors.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Cloudflare error code: an HTTP status such as 522, or one of Cloudflare's own such as 1016.
///
/// Any number but zero is legal, because Cloudflare adds codes without notice. The [catalogue](crate::entry) has the
/// facts; an unlisted code is explained by its [`Family`].
///
/// A code can't be written as a number: logic that depends on one code belongs in its entry. Codes come from the
/// catalogue, from text, from a response's status or from stored data.
///
/// ```
/// # use rayback_catalog::code::{Code, Family};
/// let code: Code = "1016".parse().unwrap();
/// assert_eq!((code.number(), code.family()), (1016, Family::Cloudflare));
/// assert!("0".parse::<Code>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(NonZeroU16);

/// The error of parsing a [`Code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} isn't a code; a code is a whole number from 1 to 65535, such as 522")]
pub struct ParseCodeError(String);

/// The kind of number that a [`Code`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// An HTTP status, 400 to 599.
    Http,
    /// One of Cloudflare's own, 1000 to 1299, shown inside a page that has its own HTTP status.
    Cloudflare,
    /// A number of Cloudflare Images or Media Transformations, 9400 to 9599, shown in the body and in `Cf-Resized`.
    ///
    /// Source: Cloudflare's documentation, "Troubleshooting" of Images (read 2026-11-25).
    Images,
    /// None of these; Cloudflare's API uses such numbers, its pages don't.
    Other,
}

impl Code {
    /// Returns the code of an entry; doesn't compile for zero.
    pub(crate) const fn listed(number: u16) -> Self {
        match NonZeroU16::new(number) {
            Some(number) => Self(number),
            None => panic!("zero is not a code"),
        }
    }

    /// Returns the code of a response's HTTP status; `None` if the status isn't an error, 400 to 599.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        NonZeroU16::new(status).map(Self).filter(|code| code.family() == Family::Http)
    }

    /// Returns the number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0.get()
    }

    /// Returns the kind of number.
    #[must_use]
    pub const fn family(self) -> Family {
        match self.0.get() {
            400..=599 => Family::Http,
            1000..=1299 => Family::Cloudflare,
            9400..=9599 => Family::Images,
            _ => Family::Other,
        }
    }

    /// Whether it's an HTTP status that blames the server, 500 to 599.
    #[must_use]
    pub const fn is_server_error(self) -> bool {
        matches!(self.0.get(), 500..=599)
    }
}

/// Whether a text is one of Turnstile's codes, which have six digits and appear inside a challenge.
///
/// Source: Cloudflare's documentation, "Turnstile error codes": the first three digits are the family.
#[must_use]
pub fn is_turnstile(text: &str) -> bool {
    let text = text.trim();
    let families = ["100", "102", "103", "104", "105", "106", "110", "120", "200", "300", "400", "600"];
    text.len() == 6
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && families.iter().any(|family| text.starts_with(family))
}

impl FromStr for Code {
    type Err = ParseCodeError;

    /// Parses a whole number from 1 to 65535; spaces around it are allowed.
    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        let text = text.trim();
        // `u16::from_str` accepts a plus sign, which no code has.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).map(Self).ok_or_else(|| ParseCodeError(text.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
