//! `/cdn-cgi/trace`: what Cloudflare's edge says about a connection, on every proxied host, even while the origin is down.
//!
//! The answer holds the visitor's address; that line is dropped unread.
//! Source: Cloudflare's documentation, "/cdn-cgi/ endpoint", and published captures.

use serde::{Deserialize, Serialize};

use crate::data_centre::Iata;
use crate::services::{Request, Service};
use crate::url::Origin;

/// What an answer to `/cdn-cgi/trace` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum Trace {
    /// The edge answered.
    Edge {
        /// The data centre that serves this visitor.
        data_centre: Option<Iata>,
    },
    /// Something answered, and not as the edge does: the host is not behind Cloudflare.
    NotEdge,
    /// Nothing answered. That tells nothing.
    NoAnswer,
}

/// The most that is read of an answer, in bytes; a real one has about 400.
pub const ANSWER_BYTES: usize = 4 * 1024;

/// Asks the host's own edge. The origin never sees it.
#[must_use]
pub fn request(origin: &Origin) -> Request {
    Service::Trace.get(format!("{}/cdn-cgi/trace", origin.as_str()))
}

impl Trace {
    /// Reads an answer: its HTTP status and its body.
    ///
    /// The edge's answer is status 200 and lines `key=value`, among them `fl`, `h` and `colo`.
    #[must_use]
    pub fn read(status: u16, body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body.get(..ANSWER_BYTES).unwrap_or(body));
        // Split at the first "=" only: the browser's name may hold more.
        let value = |key: &str| {
            body.lines().find_map(|line| {
                line.trim_end().split_once('=').filter(|(known, _)| *known == key).map(|(_, value)| value)
            })
        };
        if status == 200 && value("fl").is_some() && value("h").is_some() {
            Self::Edge { data_centre: value("colo").and_then(Iata::parse) }
        } else {
            Self::NotEdge
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "fl=123f45\nh=shop.example\nip=198.51.100.7\nts=1774000000.123\nvisit_scheme=https\nuag=Mozilla/5.0 (a=b)\ncolo=FRA\nsliver=none\nhttp=http/2\nloc=DE\ntls=TLSv1.3\n";

    #[test]
    fn the_edge_names_its_data_centre() {
        assert_eq!(Trace::read(200, ANSWER.as_bytes()), Trace::Edge { data_centre: Iata::parse("FRA") });
        let windows = ANSWER.replace('\n', "\r\n");
        assert_eq!(Trace::read(200, windows.as_bytes()), Trace::Edge { data_centre: Iata::parse("FRA") });
    }

    #[test]
    fn the_visitors_address_is_not_in_what_is_kept() {
        let kept = serde_json::to_string(&Trace::read(200, ANSWER.as_bytes())).unwrap();
        assert!(!kept.contains("198.51.100.7"));
    }

    #[test]
    fn a_site_of_its_own_does_not_answer_like_the_edge() {
        for (status, body) in [(404, "Not Found"), (200, "<html>Welcome</html>"), (200, ""), (200, "colo=FRA")] {
            assert_eq!(Trace::read(status, body.as_bytes()), Trace::NotEdge);
        }
    }

    #[test]
    fn any_bytes_are_an_answer() {
        assert_eq!(Trace::read(200, &vec![0xff; 100_000]), Trace::NotEdge);
    }
}
