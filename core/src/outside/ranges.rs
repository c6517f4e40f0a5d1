//! Cloudflare's IP ranges: the published list, embedded with its date, and firewall rules made from it.

mod cloud;
mod rules;

use core::fmt;
use core::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use cloud::Cloud;
pub use rules::Tool;

use crate::outside::services::{Request, Service};

/// A range of addresses, such as `104.16.0.0/13`.
///
/// It's never so wide that a rule for it would let everyone in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "IpNet", into = "IpNet")]
pub struct Cidr(IpNet);

/// Cloudflare's ranges.
///
/// They don't include the addresses of customers who bring their own, or those of the network in China. So "not in a
/// range" doesn't prove "not on Cloudflare".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ranges {
    /// The ranges, IPv4 before IPv6.
    pub networks: Vec<Cidr>,
    /// When the list was published or read, such as `2026-08-18`.
    pub as_of: String,
}

/// The reason why a list of ranges can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RangesError {
    /// It isn't the documented JSON.
    #[error("the list of ranges isn't the documented JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// This line isn't a range.
    #[error("{0:?} in the list of ranges isn't a range such as 104.16.0.0/13")]
    Line(String),
    /// It has no ranges, or too few to be the complete list.
    #[error("the list of ranges lacks IPv4 or IPv6; the embedded list stays in use")]
    TooFew,
}

/// Published by Cloudflare on 2026-08-18, <https://www.cloudflare.com/ips/>.
const EMBEDDED: &str = "\
173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20 \
188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 \
131.0.72.0/22 \
2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32";

/// Requests the current ranges from Cloudflare; one answer has both IP versions, and no key is needed.
#[must_use]
pub fn request() -> Request {
    Service::Ranges.get("https://api.cloudflare.com/client/v4/ips".to_owned())
}

impl Ranges {
    /// The most ranges to accept from a list; the real one has 22.
    pub const MOST: usize = 1_000;

    /// Returns the embedded list.
    #[must_use]
    pub fn embedded() -> Self {
        let networks = EMBEDDED.split_whitespace().filter_map(Cidr::parse).collect();
        Self { networks, as_of: "2026-08-18".to_owned() }
    }

    /// Parses the answer to [`request`], read on the day `as_of`.
    ///
    /// # Errors
    ///
    /// If it isn't the documented JSON, contains anything but ranges, or lacks one IP version.
    pub fn parse(answer: &[u8], as_of: &str) -> Result<Self, RangesError> {
        #[derive(Deserialize)]
        struct Answer {
            result: Lists,
        }
        #[derive(Deserialize)]
        struct Lists {
            ipv4_cidrs: Vec<String>,
            ipv6_cidrs: Vec<String>,
        }
        let lists = serde_json::from_slice::<Answer>(answer).map_err(RangesError::Json)?.result;
        Self::of(lists.ipv4_cidrs.iter().chain(&lists.ipv6_cidrs).map(String::as_str), as_of)
    }

    /// Parses the plain texts `ips-v4` and `ips-v6`, concatenated, one range per line.
    ///
    /// # Errors
    ///
    /// If a line isn't a range, or one IP version is missing.
    pub fn parse_text(text: &str, as_of: &str) -> Result<Self, RangesError> {
        Self::of(text.lines().map(str::trim).filter(|line| !line.is_empty()), as_of)
    }

    fn of<'a>(lines: impl Iterator<Item = &'a str>, as_of: &str) -> Result<Self, RangesError> {
        let mut networks = Vec::new();
        for line in lines.take(Self::MOST) {
            let range = Cidr::parse(line).ok_or_else(|| RangesError::Line(line.chars().take(60).collect()))?;
            networks.push(range);
        }
        // Half a list would block half of Cloudflare.
        let both = [true, false].iter().all(|v4| networks.iter().any(|range| range.is_v4() == *v4));
        if both { Ok(Self { networks, as_of: as_of.to_owned() }) } else { Err(RangesError::TooFew) }
    }

    /// Whether an address is in one of the ranges.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|range| range.contains(address))
    }
}

impl Cidr {
    /// Parses `104.16.0.0/13`; `None` for anything else, and for a range so wide that it would let everyone in.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse::<IpNet>().ok()?.try_into().ok()
    }

    /// Whether an address is in the range.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }

    /// Whether it's an IPv4 range.
    #[must_use]
    pub fn is_v4(self) -> bool {
        self.0.network().is_ipv4()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Cidr> for IpNet {
    fn from(range: Cidr) -> Self {
        range.0
    }
}

impl TryFrom<IpNet> for Cidr {
    type Error = &'static str;

    fn try_from(range: IpNet) -> Result<Self, Self::Error> {
        let widths = if range.network().is_ipv4() { 8..=32 } else { 16..=128 };
        widths.contains(&range.prefix_len()).then_some(Self(range)).ok_or("the range would let everyone in")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(address: &str) -> bool {
        Ranges::embedded().contains(address.parse().unwrap())
    }

    #[test]
    fn the_embedded_list_is_complete() {
        let ranges = Ranges::embedded();
        assert_eq!(ranges.networks.iter().filter(|range| range.is_v4()).count(), 15);
        assert_eq!(ranges.networks.iter().filter(|range| !range.is_v4()).count(), 7);
    }

    #[test]
    fn range_boundaries_are_exact() {
        assert!(inside("104.16.0.0") && inside("104.27.255.255"));
        assert!(!inside("104.15.255.255") && !inside("104.28.0.0"));
        assert!(inside("2a06:98c7:ffff::1") && !inside("2a06:98c8::1"));
        assert!(inside("::ffff:172.64.0.1"), "an IPv4-mapped IPv6 address");
    }

    #[test]
    fn the_answer_and_the_plain_text_give_the_same_list() {
        let answer =
            br#"{"result":{"ipv4_cidrs":["104.16.0.0/13"],"ipv6_cidrs":["2606:4700::/32"],"etag":"x"},"success":true}"#;
        let text = "104.16.0.0/13\n2606:4700::/32\n";
        assert_eq!(Ranges::parse(answer, "2026-11-22").unwrap(), Ranges::parse_text(text, "2026-11-22").unwrap());
    }

    #[test]
    fn a_harmful_list_is_refused() {
        for text in ["", "<html>", "104.16.0.0/13", "0.0.0.0/0\n2606:4700::/32", "104.16.0.0/99\n2606:4700::/32"] {
            assert!(Ranges::parse_text(text, "").is_err(), "{text}");
        }
        assert!(Ranges::parse(br#"{"success":false,"result":null}"#, "").is_err());
    }
}
