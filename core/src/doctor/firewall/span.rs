//! A span of addresses.

use core::fmt;
use core::net::IpAddr;

use serde::Serialize;

/// Addresses from a first to a last, of one version of IP. Unlike a [`Cidr`](crate::outside::ranges::Cidr) it may be any
/// range, a single address, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Span {
    v6: bool,
    first: u128,
    last: u128,
}

impl Span {
    /// Reads `192.0.2.1`, `192.0.2.0/24` or `192.0.2.1-192.0.2.9`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((network, prefix)) = text.split_once('/') {
            let address: IpAddr = network.parse().ok()?;
            let width = if address.is_ipv4() { 32 } else { 128 };
            let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= width)?;
            let host = u128::MAX.checked_shr(128 - width + prefix).unwrap_or(0);
            let (v6, bits) = bits(address);
            return Some(Self { v6, first: bits & !host, last: bits | host });
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (v6, first) = bits(first.parse().ok()?);
        let (last_v6, last) = bits(last.parse().ok()?);
        (v6 == last_v6 && first <= last).then_some(Self { v6, first, last })
    }

    /// A single address.
    pub(super) fn single(address: IpAddr) -> Self {
        let (v6, bits) = bits(address);
        Self { v6, first: bits, last: bits }
    }

    /// Whether it's an IPv4 span.
    #[must_use]
    pub const fn is_v4(self) -> bool {
        !self.v6
    }

    /// Whether every address of the other is in it.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last <= self.last
    }

    /// The part of it that lies in the other.
    pub(super) fn inside(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (self.v6 == other.v6 && first <= last).then_some(Self { v6: self.v6, first, last })
    }

    /// Its first address.
    pub(super) const fn head(self) -> Self {
        Self { last: self.first, ..self }
    }

    /// An address of it that none of the others holds; its last if they hold all.
    pub(super) fn free_of(self, others: &[Self]) -> Self {
        let mut at = self.first;
        // Sorted by their first address, so one pass is enough.
        for other in others.iter().filter(|other| other.v6 == self.v6) {
            if (other.first..=other.last).contains(&at) && other.last < self.last {
                at = other.last + 1;
            }
        }
        Self { v6: self.v6, first: at, last: at }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = address(self.v6, self.first);
        let size = self.last - self.first;
        if size == 0 {
            return first.fmt(f);
        }
        // A subnet when its size is a power of two, and it starts at a multiple of that.
        if size & size.wrapping_add(1) == 0 && self.first & size == 0 {
            let width = if self.v6 { 128 } else { 32 };
            return write!(f, "{first}/{}", width - size.count_ones());
        }
        write!(f, "{first}-{}", address(self.v6, self.last))
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

fn bits(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, address.to_bits().into()),
        IpAddr::V6(address) => (true, address.to_bits()),
    }
}

fn address(v6: bool, bits: u128) -> IpAddr {
    if v6 { IpAddr::V6(bits.into()) } else { IpAddr::V4(u32::try_from(bits).unwrap_or(u32::MAX).into()) }
}
