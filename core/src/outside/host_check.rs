//! A request for the front page of a host that a page uses, when the user asks.

use serde::{Deserialize, Serialize};

use crate::classify::is_own;
use crate::code::Code;
use crate::observation::Headers;
use crate::outside::services::{Request, Service};
use crate::url::Origin;

/// What a host's front page answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostCheck {
    /// The host fails with a Cloudflare code.
    Cloudflare(Code),
    /// Another answer, with its HTTP status.
    Answered(u16),
    /// A redirect, which isn't followed.
    Redirected,
    /// No answer, or the browser doesn't let the extension read it.
    NoAnswer,
}

/// Requests the front page of a host; `None` for a host in the visitor's own network, which a page mustn't
/// make us contact.
#[must_use]
pub fn request(origin: &Origin) -> Option<Request> {
    (!origin.is_local()).then(|| Service::PageHost.get(format!("{origin}/")))
}

/// Reads an answer. The browser hides the status and headers of a redirect.
#[must_use]
pub fn read(status: u16, headers: &Headers, is_redirect: bool) -> HostCheck {
    let is_edge = headers.get("server").is_some_and(|server| server.eq_ignore_ascii_case("cloudflare"));
    let code = Code::of_status(status).filter(|code| is_edge && is_own(code.number()));
    match code {
        _ if is_redirect => HostCheck::Redirected,
        Some(code) => HostCheck::Cloudflare(code),
        None => HostCheck::Answered(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge() -> Headers {
        [("Server", "cloudflare"), ("CF-RAY", "8f2a1c3b4d5e6f70-FRA")].into_iter().collect()
    }

    #[test]
    fn only_the_edges_own_codes_are_cloudflares() {
        let code = |number: &str| HostCheck::Cloudflare(number.parse().unwrap());
        assert_eq!(read(522, &edge(), false), code("522"));
        assert_eq!(read(522, &Headers::default(), false), HostCheck::Answered(522));
        assert_eq!(read(503, &edge(), false), HostCheck::Answered(503));
        assert_eq!(read(200, &edge(), false), HostCheck::Answered(200));
        assert_eq!(read(0, &Headers::default(), true), HostCheck::Redirected);
    }

    #[test]
    fn a_host_in_the_visitors_network_isnt_asked() {
        let origin = |text: &str| Origin::try_from(text.to_owned()).unwrap();
        assert_eq!(request(&origin("https://api.example")).unwrap().url(), "https://api.example/");
        for local in ["http://192.168.1.1", "http://localhost:8080", "http://router", "http://[::1]"] {
            assert!(request(&origin(local)).is_none(), "{local}");
        }
    }
}
