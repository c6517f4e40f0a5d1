//! Ray IDs: Cloudflare's identifiers for requests.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::data_centre::Iata;

/// A Ray ID: sixteen hexadecimal digits.
///
/// Cloudflare doesn't promise that it's unique. Source: Cloudflare's documentation, "Cloudflare Ray ID".
///
/// ```
/// use rayback_core::RayId;
///
/// let (ray, data_centre) = RayId::parse_header("230b030023ae2822-SJC").unwrap();
/// assert_eq!(ray.to_string(), "230b030023ae2822");
/// assert_eq!(data_centre.unwrap().to_string(), "SJC");
/// assert_eq!(RayId::parse("not a Ray ID"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RayId(u64);

impl RayId {
    /// Parses sixteen hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u64::from_str_radix(text, 16).ok().map(Self)
    }

    /// Parses the value of a `cf-ray` header, `230b030023ae2822-SJC`: the Ray ID and the data centre that served the
    /// answer.
    #[must_use]
    pub fn parse_header(value: &str) -> Option<(Self, Option<Iata>)> {
        let value = value.trim();
        match value.split_once('-') {
            Some((ray, data_centre)) => Some((Self::parse(ray)?, Iata::parse(data_centre))),
            None => Some((Self::parse(value)?, None)),
        }
    }
}

impl fmt::Display for RayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl From<RayId> for String {
    fn from(ray: RayId) -> Self {
        ray.to_string()
    }
}

impl TryFrom<String> for RayId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a Ray ID is sixteen hexadecimal digits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_gives_the_ray_id_and_the_data_centre() {
        let (ray, data_centre) = RayId::parse_header("230b030023ae2822-SJC").unwrap();
        assert_eq!(ray.to_string(), "230b030023ae2822");
        assert_eq!(data_centre, Iata::parse("SJC"));
    }

    #[test]
    fn an_empty_ray_id_isnt_one() {
        assert_eq!(RayId::parse_header("-"), None);
        assert_eq!(RayId::parse("::RAY_ID::"), None);
    }
}
