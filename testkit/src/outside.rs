//! Doubles of the outside services that the product may query, served on loopback by the edge.
//!
//! Each has the documented format of the real one and can be configured to misbehave.

mod dns;
mod globalping;
mod ranges;
mod status_page;
mod wayback;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::response::Builder;
use http::{HeaderMap, Response};
use serde_json::Value;

pub use self::globalping::Vantage;
pub use self::status_page::{Impact, Incident, StatusPage};

/// An outside service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// <https://www.cloudflarestatus.com/api/v2/>, Statuspage's public API.
    StatusPage,
    /// <https://api.globalping.io/v1/>, measurements from other regions.
    Globalping,
    /// <https://cloudflare-dns.com/dns-query>, DNS as JSON.
    CloudflareDns,
    /// <https://dns.google/resolve>, DNS as JSON.
    GoogleDns,
    /// <https://archive.org/wayback/available>, the newest archived copy.
    Wayback,
    /// <https://www.cloudflare.com/ips-v4>, `ips-v6` and <https://api.cloudflare.com/client/v4/ips>, Cloudflare's own addresses.
    Ranges,
}

impl Service {
    /// The service at this host.
    #[must_use]
    pub fn at(host: &str) -> Option<Self> {
        Some(match host {
            "www.cloudflarestatus.com" => Self::StatusPage,
            "api.globalping.io" => Self::Globalping,
            "cloudflare-dns.com" => Self::CloudflareDns,
            "dns.google" => Self::GoogleDns,
            "archive.org" => Self::Wayback,
            "www.cloudflare.com" | "api.cloudflare.com" => Self::Ranges,
            _ => return None,
        })
    }

    /// The hosts of all services.
    pub const HOSTS: [&str; 7] = [
        "www.cloudflarestatus.com",
        "api.globalping.io",
        "cloudflare-dns.com",
        "dns.google",
        "archive.org",
        "www.cloudflare.com",
        "api.cloudflare.com",
    ];
}

/// How a service behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behaviour {
    /// As documented.
    #[default]
    Well,
    /// As documented, after this delay.
    Slow(Duration),
    /// Responds with 500.
    Fails,
    /// Responds with 429 and `Retry-After: 30`.
    Limits,
    /// Responds with 200 and a page instead of data, as a captive portal does.
    Html,
    /// Responds with 200 and 10 MB that begin like data.
    Huge,
}

/// A complete request to a service.
pub struct Call {
    /// Its method.
    pub method: String,
    /// The service's host.
    pub host: String,
    /// Its path.
    pub path: String,
    /// Its query, without the question mark.
    pub query: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let query = self.query.as_bytes();
        form_urlencoded::parse(query).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

type FullResponse = Response<Vec<u8>>;

/// The services' data and behaviour.
#[derive(Default)]
struct State {
    behaviours: HashMap<Service, Behaviour>,
    status_page: StatusPage,
    globalping: globalping::Globalping,
    dns: dns::Records,
    archived: wayback::Archive,
}

/// The outside services.
#[derive(Default)]
pub struct Outside(Mutex<State>);

impl Outside {
    /// Sets a service's behaviour from its next request on.
    pub fn behave(&self, service: Service, behaviour: Behaviour) {
        self.state().behaviours.insert(service, behaviour);
    }

    /// Changes the status page.
    pub fn status_page(&self, change: impl FnOnce(&mut StatusPage)) {
        change(&mut self.state().status_page);
    }

    /// Sets the results of measurements from other regions.
    pub fn seen_from(&self, vantages: Vec<Vantage>) {
        self.state().globalping.vantages = vantages;
    }

    /// Sets the A and AAAA records of a host; none makes it NXDOMAIN.
    pub fn resolves(&self, host: &str, addresses: &[std::net::IpAddr]) {
        self.state().dns.set(host, addresses);
    }

    /// Sets the time of the latest archived copy of any page, as `YYYYMMDDhhmmss`; `None` for no copy.
    pub fn archived(&self, timestamp: Option<&str>) {
        self.state().archived = wayback::Archive(timestamp.map(str::to_owned));
    }

    pub(crate) async fn respond(&self, service: Service, call: &Call) -> FullResponse {
        let behaviour = self.state().behaviours.get(&service).copied().unwrap_or_default();
        match behaviour {
            Behaviour::Well => {}
            Behaviour::Slow(delay) => tokio::time::sleep(delay).await,
            Behaviour::Fails => return text(500, "text/plain", "internal server error".into()),
            Behaviour::Limits => {
                let response = Response::builder().status(429).header("retry-after", 30);
                return json(response, &serde_json::json!({"error": {"type": "too_many_requests"}}));
            }
            Behaviour::Html => {
                return text(200, "text/html", "<!doctype html><title>Sign in to the network</title>".into());
            }
            Behaviour::Huge => {
                const TEN_MEGABYTES: usize = 10 << 20;
                let body = format!("{{\"page\":\"{}", "x".repeat(TEN_MEGABYTES));
                return text(200, "application/json", body);
            }
        }
        let mut state = self.state();
        match service {
            Service::StatusPage => state.status_page.respond(call),
            Service::Globalping => state.globalping.respond(call),
            Service::CloudflareDns if call.header("accept") != "application/dns-json" => {
                text(400, "text/plain", "accept must be application/dns-json".into())
            }
            Service::CloudflareDns | Service::GoogleDns => state.dns.respond(call),
            Service::Wayback => state.archived.respond(call),
            Service::Ranges => ranges::respond(call),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn json(response: Builder, value: &Value) -> FullResponse {
    let response = response.header("content-type", "application/json; charset=utf-8");
    response.body(value.to_string().into_bytes()).unwrap_or_default()
}

fn text(status: u16, content_type: &str, body: String) -> FullResponse {
    let response = Response::builder().status(status).header("content-type", content_type);
    response.body(body.into_bytes()).unwrap_or_default()
}

fn not_found() -> FullResponse {
    text(404, "text/plain", "not found".into())
}
