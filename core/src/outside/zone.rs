//! A zone's settings at Cloudflare, read with the owner's API token: DNS records, encryption mode, Origin Rules, Worker routes.
//!
//! Only the command asks, and it only reads. The token is never part of a [`Request`]; the shell adds it.
//!
//! Source: Cloudflare's API reference: "List Zones", "List DNS Records", "Get zone setting", "Get a zone entry point ruleset" for
//! the phase `http_request_origin`, and "List Routes".

use core::net::IpAddr;
use core::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::json;
use crate::outside::services::{Request, Service, encode};

/// What was read about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// The records of the host, or of the wildcard that covers it.
    pub records: Vec<DnsRecord>,
    /// The encryption mode as the API names it, such as `full`.
    pub mode: Option<String>,
    /// The enabled Origin Rules.
    pub origin_rules: Vec<OriginRule>,
    /// The Worker routes.
    pub routes: Vec<Route>,
    /// What couldn't be read, most often because the token lacks a permission.
    pub unread: Vec<Part>,
}

/// A DNS record that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DnsRecord {
    /// `A`, `AAAA` or `CNAME`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its address or target.
    pub content: String,
    /// Whether Cloudflare proxies it.
    pub proxied: bool,
    /// How long resolvers keep it, in seconds; 1 for Cloudflare's own choice.
    pub ttl: u32,
    /// The addresses of a CNAME's target; the shell looks them up. `None` if it didn't.
    pub addresses: Option<Vec<IpAddr>>,
}

impl DnsRecord {
    /// The addresses that it leads to, as far as they're known.
    pub fn leads_to(&self) -> impl Iterator<Item = IpAddr> {
        self.content.parse().into_iter().chain(self.addresses.iter().flatten().copied())
    }

    /// How long resolvers keep it. Proxied records and those left to Cloudflare have 300 seconds.
    ///
    /// Source: "Time to Live (TTL)" in Cloudflare's documentation of DNS records.
    #[must_use]
    pub fn time_to_live(&self) -> Duration {
        Duration::from_secs(if self.proxied || self.ttl == 1 { 300 } else { self.ttl.into() })
    }
}

/// A rule that changes where Cloudflare sends requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OriginRule {
    /// Which requests it's for.
    pub expression: String,
    /// The host that is connected to instead.
    pub host: Option<String>,
    /// The port that is connected to instead.
    pub port: Option<u16>,
    /// The addresses of that host; the shell looks them up. `None` if it didn't.
    pub addresses: Option<Vec<IpAddr>>,
}

/// A route that a Worker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Its pattern, such as `*.example.com/api/*`.
    pub pattern: String,
    /// The Worker; `None` for a route that excludes requests from other routes.
    pub script: Option<String>,
}

/// A part of a zone's settings, one request each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The records.
    Records,
    /// The encryption mode.
    Mode,
    /// The Origin Rules.
    OriginRules,
    /// The Worker routes.
    Routes,
}

/// The most characters that are kept of a text.
const LONGEST: usize = 200;
/// The most entries that are kept of a list.
const MOST: usize = 200;

/// The names that the zone of a host can have, the longest first.
#[must_use]
pub fn candidates(host: &str) -> Vec<&str> {
    let starts = core::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
    starts.filter_map(|at| host.get(at..)).filter(|name| name.contains('.')).take(6).collect()
}

/// Asks for the zone of this name.
#[must_use]
pub fn find(name: &str) -> Request {
    Service::CloudflareApi.get(format!("https://api.cloudflare.com/client/v4/zones?name={}", encode(name)))
}

/// Reads the answer to [`find`]: the zone's id, or `None` if the token sees no such zone.
///
/// # Errors
///
/// If the token is refused, or the answer isn't the documented one.
pub fn found(status: u16, body: &[u8]) -> Result<Option<String>, ZoneError> {
    let zones = result(status, body)?;
    let zones = zones.as_array().ok_or(ZoneError::Malformed)?;
    let id = zones.first().and_then(|zone| zone.get("id")).and_then(Value::as_str);
    // The id becomes part of an address.
    Ok(id.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).map(str::to_owned))
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Records, Self::Mode, Self::OriginRules, Self::Routes];

    /// Asks for this part of a zone. The records are those of `name`.
    #[must_use]
    pub fn request(self, id: &str, name: &str) -> Request {
        let path = match self {
            Self::Records => format!("dns_records?name.exact={}", encode(name)),
            Self::Mode => "settings/ssl".to_owned(),
            Self::OriginRules => "rulesets/phases/http_request_origin/entrypoint".to_owned(),
            Self::Routes => "workers/routes".to_owned(),
        };
        Service::CloudflareApi.get(format!("https://api.cloudflare.com/client/v4/zones/{id}/{path}"))
    }

    /// The permission that a token needs for it, in the dashboard's words.
    #[must_use]
    pub const fn permission(self) -> &'static str {
        match self {
            Self::Records => "DNS: Read",
            Self::Mode => "Zone Settings: Read",
            Self::OriginRules => "Origin Rules: Read",
            Self::Routes => "Workers Routes: Read",
        }
    }
}

/// Why something couldn't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneError {
    /// The token is refused, or lacks the permission.
    Refused,
    /// The answer isn't the documented one.
    Malformed,
}

impl Zone {
    /// Reads the answer to a part's request into the zone; a part that can't be read is listed in [`Zone::unread`].
    pub fn read(&mut self, part: Part, status: u16, body: &[u8]) {
        // A zone without such rules has no ruleset.
        let is_absent = part == Part::OriginRules && status == 404;
        match result(status, body) {
            _ if is_absent => {}
            Ok(result) => self.take(part, &result),
            Err(_) => self.unread.push(part),
        }
    }

    fn take(&mut self, part: Part, result: &Value) {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default().into_iter().take(MOST);
        match part {
            Part::Records => self.records = list(result).filter_map(|it| record(&it)).collect(),
            Part::Mode => self.mode = text(result, "/value"),
            Part::OriginRules => {
                let rules = result.get("rules").map(list).into_iter().flatten();
                self.origin_rules = rules.filter_map(|it| origin_rule(&it)).collect();
            }
            Part::Routes => {
                let route = |it: Value| Some(Route { pattern: text(&it, "/pattern")?, script: text(&it, "/script") });
                self.routes = list(result).filter_map(route).collect();
            }
        }
    }

    /// The addresses that proxied records lead to.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records.iter().filter(|record| record.proxied).flat_map(DnsRecord::leads_to)
    }

    /// The Worker that answers a host and path, by the most specific route.
    #[must_use]
    pub fn worker(&self, host: &str, path: &str) -> Option<&Route> {
        let address = format!("{host}{path}");
        let fits = |route: &&Route| {
            let pattern = route.pattern.rsplit_once("://").map_or(route.pattern.as_str(), |(_, rest)| rest);
            matches(pattern.as_bytes(), address.as_bytes())
        };
        self.routes.iter().filter(fits).max_by_key(|route| route.pattern.len())
    }
}

fn result(status: u16, body: &[u8]) -> Result<Value, ZoneError> {
    if matches!(status, 400 | 401 | 403) {
        return Err(ZoneError::Refused);
    }
    let mut body = json::parse_slice(body).map_err(|_| ZoneError::Malformed)?;
    let succeeded = (200..300).contains(&status) && body.get("success") == Some(&Value::Bool(true));
    let result = body.get_mut("result").map(Value::take);
    result.filter(|_| succeeded).ok_or(ZoneError::Malformed)
}

/// The string at a JSON pointer, without control characters and cut to [`LONGEST`]; `None` if it's missing or empty.
pub(crate) fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = value.pointer(pointer)?.as_str()?;
    (!text.is_empty()).then(|| text.chars().filter(|it| !it.is_control()).take(LONGEST).collect())
}

fn record(value: &Value) -> Option<DnsRecord> {
    let kind = text(value, "/type").filter(|kind| ["A", "AAAA", "CNAME"].contains(&kind.as_str()))?;
    let proxied = value.get("proxied").and_then(Value::as_bool).unwrap_or_default();
    let ttl = value.get("ttl").and_then(Value::as_u64).and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or(1);
    Some(DnsRecord {
        kind,
        name: text(value, "/name")?,
        content: text(value, "/content")?,
        proxied,
        ttl,
        addresses: None,
    })
}

fn origin_rule(value: &Value) -> Option<OriginRule> {
    let is_enabled = value.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    let host = text(value, "/action_parameters/origin/host");
    let port = value.pointer("/action_parameters/origin/port").and_then(Value::as_u64);
    let port = port.and_then(|port| u16::try_from(port).ok());
    let changes = is_enabled && (host.is_some() || port.is_some());
    changes.then(|| OriginRule {
        expression: text(value, "/expression").unwrap_or_default(),
        host,
        port,
        addresses: None,
    })
}

/// Whether an address fits a pattern, in which `*` matches anything.
fn matches(pattern: &[u8], address: &[u8]) -> bool {
    // Where to go on if what follows the last star doesn't fit.
    let (mut at, mut star, mut from) = (0, None, 0);
    let mut next = 0;
    while let Some(byte) = address.get(next) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some(at);
                from = next;
                at += 1;
            }
            Some(wanted) if wanted == byte => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some(star) = star else { return false };
                from += 1;
                next = from;
                at = star + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_looked_for_from_the_longest_name() {
        assert_eq!(candidates("a.www.shop.example"), ["a.www.shop.example", "www.shop.example", "shop.example"]);
        assert!(candidates("localhost").is_empty());
    }

    #[test]
    fn every_part_is_read_as_documented() {
        let mut zone = Zone::default();
        let whole = |result: &str| format!(r#"{{"success":true,"errors":[],"messages":[],"result":{result}}}"#);
        for (part, result) in [
            (
                Part::Records,
                r#"[{"type":"A","name":"a.example","content":"203.0.113.5","proxied":true,"ttl":1},{"type":"TXT","name":"x","content":"y"}]"#,
            ),
            (Part::Mode, r#"{"id":"ssl","value":"full","editable":true}"#),
            (
                Part::OriginRules,
                r#"{"rules":[{"action":"route","expression":"true","enabled":true,"action_parameters":{"origin":{"host":"b.example","port":8443}}},{"enabled":false,"action_parameters":{"origin":{"port":1}}},{"action_parameters":{"host_header":"x"}}]}"#,
            ),
            (Part::Routes, r#"[{"id":"1","pattern":"*.a.example/*","script":"w"}]"#),
        ] {
            zone.read(part, 200, whole(result).as_bytes());
        }
        assert_eq!((zone.records.len(), zone.mode.as_deref()), (1, Some("full")));
        let [rule] = zone.origin_rules.as_slice() else { panic!("{:?}", zone.origin_rules) };
        assert_eq!((rule.host.as_deref(), rule.port), (Some("b.example"), Some(8_443)));
        assert_eq!(zone.worker("www.a.example", "/x").and_then(|route| route.script.as_deref()), Some("w"));
        assert!(zone.unread.is_empty());
    }

    #[test]
    fn what_the_token_may_not_read_is_unread_and_never_empty() {
        let mut zone = Zone::default();
        zone.read(Part::Records, 403, br#"{"success":false,"errors":[{"code":10000}],"result":null}"#);
        zone.read(Part::Mode, 200, b"not json");
        zone.read(Part::OriginRules, 404, br#"{"success":false,"errors":[{"code":10003}],"result":null}"#);
        assert_eq!(zone.unread, [Part::Records, Part::Mode]);
        assert_eq!(found(403, b"{}"), Err(ZoneError::Refused));
        assert_eq!(found(200, br#"{"success":true,"result":[]}"#), Ok(None));
        assert_eq!(found(200, br#"{"success":true,"result":[{"id":"../x"}]}"#), Ok(None));
    }

    #[test]
    fn patterns_of_routes_fit_as_documented() {
        for (pattern, address, fits) in [
            ("example.com/*", "example.com/", true),
            ("example.com/*", "www.example.com/", false),
            ("*example.com/*", "www.example.com/a?b", true),
            ("*.example.com/*", "example.com/", false),
            ("example.com/", "example.com/a", false),
            ("*a*b*", "xaybz", true),
            ("***", "", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), address.as_bytes()), fits, "{pattern} {address}");
        }
    }
}
