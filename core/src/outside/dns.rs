//! A site's IP addresses in public DNS, over HTTPS.
//!
//! For a site on Cloudflare, public DNS has Cloudflare's addresses and never the origin's. So this shows whether the
//! name resolves and whether it's on Cloudflare, but not whether the origin's record is right. Source: Cloudflare's
//! documentation of its resolver's JSON format (2026-05-05) and Google's of its own; the schema is the same.

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::json;
use crate::outside::ranges::Ranges;
use crate::outside::services::{Request, Service, encode};

/// A DNS resolver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolver {
    /// Cloudflare's.
    Cloudflare,
    /// Google's: a second opinion from a resolver that Cloudflare doesn't run.
    Google,
}

/// The type of the requested records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    #[serde(rename = "AAAA")]
    Aaaa,
}

/// A resolver's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    /// The outcome.
    pub outcome: LookupOutcome,
    /// The addresses, in the order received.
    pub addresses: Vec<IpAddr>,
}

/// A lookup's outcome, strongest evidence first (the derived order is used).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupOutcome {
    /// The name exists, though it may have no address of this type.
    Exists,
    /// The name doesn't exist.
    NoSuchName,
    /// The resolver couldn't find out: the zone's own servers fail.
    ServerFailure,
    /// Any other answer.
    Other,
}

/// Where a name's addresses are, relative to Cloudflare's ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// All are in Cloudflare's published ranges.
    Cloudflare,
    /// None are in them. Customers who bring their own addresses, and sites on the network in China, may still be on
    /// Cloudflare.
    Elsewhere,
    /// Some are in them, some aren't.
    Mixed,
    /// There are no addresses.
    NoAddress,
}

/// Requests a name from a resolver; `None` if the host is an IP address.
#[must_use]
pub fn request(resolver: Resolver, host: &str, records: RecordType) -> Option<Request> {
    if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let records = match records {
        RecordType::A => "A",
        RecordType::Aaaa => "AAAA",
    };
    let (service, endpoint) = match resolver {
        Resolver::Cloudflare => (Service::CloudflareDns, "https://cloudflare-dns.com/dns-query"),
        Resolver::Google => (Service::GoogleDns, "https://dns.google/resolve"),
    };
    // Cloudflare requires exactly this one type; a list of types failed.
    Some(
        service
            .get(format!("{endpoint}?name={}&type={records}", encode(host)))
            .header("Accept", "application/dns-json"),
    )
}

/// Parses an answer.
///
/// # Errors
///
/// If it isn't the documented JSON.
pub fn parse(answer: &[u8]) -> Result<Lookup, serde_json::Error> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "Status")]
        status: u32,
        /// Absent or null if there are no records.
        #[serde(rename = "Answer", default)]
        answer: Option<Vec<Record>>,
    }
    #[derive(Deserialize)]
    struct Record {
        #[serde(rename = "type")]
        record_type: u32,
        #[serde(default)]
        data: String,
    }
    let answer: Answer = json::from_slice(answer)?;
    let outcome = match answer.status {
        0 => LookupOutcome::Exists,
        2 => LookupOutcome::ServerFailure,
        3 => LookupOutcome::NoSuchName,
        _ => LookupOutcome::Other,
    };
    // 1 and 28 are A and AAAA; the others are CNAMEs along the way.
    let addresses = answer
        .answer
        .unwrap_or_default()
        .into_iter()
        .filter(|record| matches!(record.record_type, 1 | 28))
        .filter_map(|record| record.data.parse().ok())
        .take(64)
        .collect();
    Ok(Lookup { outcome, addresses })
}

impl Lookup {
    /// Combines several lookups of one name: it exists if any of them found it, and has every address that any of them
    /// returned.
    #[must_use]
    pub fn together(lookups: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all: Option<Self> = None;
        for lookup in lookups {
            let known = all.get_or_insert_with(|| Self { outcome: lookup.outcome, addresses: Vec::new() });
            // "Exists" is stronger evidence than "not found", which is stronger than a failed lookup.
            known.outcome = known.outcome.min(lookup.outcome);
            for address in lookup.addresses {
                if !known.addresses.contains(&address) {
                    known.addresses.push(address);
                }
            }
        }
        all
    }

    /// Where the addresses are.
    #[must_use]
    pub fn placement(&self, ranges: &Ranges) -> Placement {
        let inside = self.addresses.iter().filter(|address| ranges.contains(**address)).count();
        match (self.addresses.len(), inside) {
            (0, _) => Placement::NoAddress,
            (_, 0) => Placement::Elsewhere,
            (all, inside) if all == inside => Placement::Cloudflare,
            _ => Placement::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(addresses: &[&str]) -> Lookup {
        Lookup { outcome: LookupOutcome::Exists, addresses: addresses.iter().map(|it| it.parse().unwrap()).collect() }
    }

    #[test]
    fn cnames_in_an_answer_are_skipped() {
        let answer = br#"{"Status":0,"TC":false,"Question":[{"name":"a.example.","type":28}],"Answer":[
            {"name":"a.example.","type":5,"TTL":1,"data":"b.example."},
            {"name":"b.example.","type":28,"TTL":1726,"data":"2606:4700::6810:1"}]}"#;
        assert_eq!(parse(answer).unwrap(), lookup(&["2606:4700::6810:1"]));
    }

    #[test]
    fn a_nonexistent_name_is_distinguished_from_failing_servers() {
        assert_eq!(parse(br#"{"Status":3}"#).unwrap().outcome, LookupOutcome::NoSuchName);
        assert_eq!(parse(br#"{"Status":3,"Answer":null}"#).unwrap().outcome, LookupOutcome::NoSuchName);
        assert_eq!(parse(br#"{"Status":2}"#).unwrap().outcome, LookupOutcome::ServerFailure);
        assert_eq!(parse(br#"{"Status":99999}"#).unwrap().outcome, LookupOutcome::Other);
        assert!(parse(b"<html>").is_err());
    }

    #[test]
    fn addresses_are_compared_with_the_published_ranges() {
        let ranges = Ranges::embedded();
        assert_eq!(lookup(&["104.16.1.1", "2606:4700::1"]).placement(&ranges), Placement::Cloudflare);
        assert_eq!(lookup(&["192.0.2.1"]).placement(&ranges), Placement::Elsewhere);
        assert_eq!(lookup(&["104.16.1.1", "192.0.2.1"]).placement(&ranges), Placement::Mixed);
        assert_eq!(lookup(&[]).placement(&ranges), Placement::NoAddress);
    }

    #[test]
    fn one_resolver_that_finds_the_name_outweighs_one_that_fails() {
        let fails = Lookup { outcome: LookupOutcome::ServerFailure, addresses: Vec::new() };
        let both = Lookup::together([fails, lookup(&["104.16.1.1"]), lookup(&["104.16.1.1", "2606:4700::1"])]);
        assert_eq!(both, Some(lookup(&["104.16.1.1", "2606:4700::1"])));
        assert_eq!(Lookup::together([]), None);
    }

    #[test]
    fn an_ip_address_is_never_looked_up() {
        assert!(request(Resolver::Google, "127.0.0.1", RecordType::A).is_none());
        assert!(request(Resolver::Google, "[::1]", RecordType::A).is_none());
    }
}
