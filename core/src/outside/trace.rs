//! `/cdn-cgi/trace`: Cloudflare's edge describes the connection, on every proxied host, even while the origin is down.
//!
//! The answer contains the visitor's IP address. [`Trace::read`] drops that line unread; only [`visitor_address`] reads
//! it, for a report in which the visitor wants it. Source: Cloudflare's documentation, "/cdn-cgi/ endpoint", and
//! published captures.

use core::net::IpAddr;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::data_centre::Iata;
use crate::observation::Headers;
use crate::outside::services::{Request, Service};
use crate::url::Origin;

/// The result of requesting `/cdn-cgi/trace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trace {
    /// The edge answered.
    Edge {
        /// The data centre that serves this visitor.
        data_centre: Option<Iata>,
    },
    /// Something answered, but not as the edge does: the host isn't on Cloudflare.
    NotEdge,
    /// Nothing answered, or the edge gave no trace, as it may for a name that it can't resolve. This proves nothing.
    NoAnswer,
}

/// The most that is read of an answer, in bytes; a real one has about 400.
pub const ANSWER_BYTES: usize = 4 * 1024;

/// Requests the trace from the host's own edge. The request never reaches the origin.
#[must_use]
pub fn request(origin: &Origin) -> Request {
    Service::Trace.get(format!("{}/cdn-cgi/trace", origin.as_str()))
}

impl Trace {
    /// Parses an answer: its HTTP status, headers and body.
    ///
    /// The edge's answer has status 200 and lines of `key=value`, among them `fl`, `h` and `colo`. Any other answer
    /// shows that the host isn't on Cloudflare only if it didn't come through Cloudflare (`cf-ray`, `server`) and isn't
    /// a failure: otherwise a genuine error page would be called an imitation.
    #[must_use]
    pub fn read(status: u16, headers: &Headers, body: &[u8]) -> Self {
        let body = text(body);
        if is_from_edge(status, &body) {
            return Self::Edge { data_centre: value(&body, "colo").and_then(Iata::parse) };
        }
        let through_cloudflare = headers.get("cf-ray").is_some()
            || headers.get("server").is_some_and(|server| server.to_ascii_lowercase().starts_with("cloudflare"));
        if through_cloudflare || status == 429 || status >= 500 { Self::NoAnswer } else { Self::NotEdge }
    }
}

/// Parses the visitor's own IP address, only for a report in which they want it; `None` if the edge didn't answer or
/// the line isn't an IP address.
#[must_use]
pub fn visitor_address(status: u16, body: &[u8]) -> Option<IpAddr> {
    let body = text(body);
    is_from_edge(status, &body).then(|| value(&body, "ip")?.parse().ok())?
}

fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.get(..ANSWER_BYTES).unwrap_or(body))
}

fn is_from_edge(status: u16, body: &str) -> bool {
    status == 200 && value(body, "fl").is_some() && value(body, "h").is_some()
}

/// Returns a key's value; split at the first "=" only, because the browser's name may contain more of them.
fn value<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    body.lines()
        .find_map(|line| line.trim_end().split_once('=').filter(|(known, _)| *known == key).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "fl=123f45\nh=shop.example\nip=198.51.100.7\nts=1774000000.123\nvisit_scheme=https\nuag=Mozilla/5.0 (a=b)\ncolo=FRA\nsliver=none\nhttp=http/2\nloc=DE\ntls=TLSv1.3\n";

    fn read(status: u16, body: &[u8]) -> Trace {
        Trace::read(status, &Headers::default(), body)
    }

    #[test]
    fn the_edge_names_its_data_centre() {
        assert_eq!(read(200, ANSWER.as_bytes()), Trace::Edge { data_centre: Iata::parse("FRA") });
        let windows = ANSWER.replace('\n', "\r\n");
        assert_eq!(read(200, windows.as_bytes()), Trace::Edge { data_centre: Iata::parse("FRA") });
    }

    #[test]
    fn the_visitors_address_is_not_kept() {
        let kept = serde_json::to_string(&read(200, ANSWER.as_bytes())).unwrap();
        assert!(!kept.contains("198.51.100.7"));
    }

    #[test]
    fn the_visitors_address_is_read_only_on_request_and_only_if_valid() {
        assert_eq!(visitor_address(200, ANSWER.as_bytes()), "198.51.100.7".parse().ok());
        let six = ANSWER.replace("198.51.100.7", "2001:db8::7");
        assert_eq!(visitor_address(200, six.as_bytes()), "2001:db8::7".parse().ok());
        let forged = ANSWER.replace("198.51.100.7", "[click](https://evil.example)");
        for (status, body) in [(200, forged.as_str()), (404, ANSWER), (200, "ip=198.51.100.7\n")] {
            assert_eq!(visitor_address(status, body.as_bytes()), None);
        }
    }

    #[test]
    fn a_site_not_on_cloudflare_doesnt_answer_like_the_edge() {
        for (status, body) in [(404, "Not Found"), (200, "<html>Welcome</html>"), (200, ""), (200, "colo=FRA")] {
            assert_eq!(read(status, body.as_bytes()), Trace::NotEdge);
        }
    }

    #[test]
    fn an_error_from_cloudflare_or_a_failing_server_proves_nothing() {
        let edge = Headers::from_iter([("server", "cloudflare"), ("cf-ray", "9f140b785e57c458-FRA")]);
        for (status, body) in
            [(530, "error code: 1016"), (409, "error code: 1001"), (200, "<html>Welcome</html>"), (404, "")]
        {
            assert_eq!(Trace::read(status, &edge, body.as_bytes()), Trace::NoAnswer, "{status}");
        }
        assert_eq!(read(503, b"busy"), Trace::NoAnswer);
        assert_eq!(read(429, b"later"), Trace::NoAnswer);
    }

    #[test]
    fn any_bytes_can_be_parsed() {
        assert_eq!(read(200, &vec![0xff; 100_000]), Trace::NotEdge);
    }
}
