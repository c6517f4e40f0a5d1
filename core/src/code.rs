//! The numbers Cloudflare gives its errors.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Cloudflare error code: an HTTP status such as 522, or one of Cloudflare's own such as 1016.
///
/// Any number is legal, because Cloudflare adds codes without notice; what is known of one is in the
/// [`catalog`](crate::catalog), and an unlisted one is explained by its [`Family`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(NonZeroU16);

/// The error of parsing a [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseCodeError(String);

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

impl FromStr for Code {
    type Err = ParseCodeError;

    /// Parses a whole number from 1 to 65535; spaces around it are allowed.
    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        let text = text.trim();
        // `u16::from_str` accepts a plus sign, which no code has.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).and_then(Self::new).ok_or_else(|| ParseCodeError(text.to_owned()))
    }
}

impl fmt::Display for ParseCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} isn't a code; a code is a whole number from 1 to 65535, such as 522", self.0)
    }
}

impl core::error::Error for ParseCodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_parsed_from_digits_alone() {
        assert_eq!(" 522\n".parse(), Ok(Code::new(522).unwrap()));
        for text in ["", "0", "+522", "-1", "5 22", "0x20a", "65536", "522.0", "error 522", "\u{665}22"] {
            assert!(text.parse::<Code>().is_err(), "{text:?}");
        }
    }
}
