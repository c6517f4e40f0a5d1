//! Cloudflare's data centres, named by the airport code nearest to them.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A data centre's IATA code, as `FRA`: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iata([u8; 3]);

impl Iata {
    /// Reads three capital letters; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }
}

impl fmt::Display for Iata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl From<Iata> for String {
    fn from(iata: Iata) -> Self {
        iata.to_string()
    }
}

impl TryFrom<String> for Iata {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a data centre is three capital letters")
    }
}

/// The data centre that served a page, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Served {
    /// Which data centre.
    pub data_centre: Iata,
    /// How that is known.
    pub known_by: KnownBy,
}

/// How a data centre is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KnownBy {
    /// A `cf-ray` header or the edge's own trace named it.
    Edge,
    /// The page named a city that has one data centre: "probably".
    City,
}
