//! The services behind a Cloudflare Tunnel, from cloudflared's configuration.

use serde::Serialize;
use serde_json::Value;

use crate::outside::zone::text;

/// One service that the configuration leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LocalService {
    /// Its address, as `https://localhost:443`.
    pub url: String,
    /// `originServerName`, if set: the name that its certificate must be for.
    pub server_name: Option<String>,
    /// `noTLSVerify`: any certificate will do.
    pub no_verify: bool,
    /// Whether cloudflared runs in a container with a network of its own, and the service was tried from there. In it,
    /// localhost is the container and not the machine, and names are the container's.
    pub in_container: bool,
    /// What was found there.
    pub state: LocalServiceState,
    /// The command that looks its host up where cloudflared runs.
    pub lookup: String,
    /// The names on its certificate.
    pub names: Vec<String>,
    /// How long the check took, in milliseconds.
    pub took_ms: u64,
}

/// What was found at a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocalServiceState {
    /// It answers in the protocol that its address names.
    #[default]
    Answers,
    /// It refuses connections.
    Refused,
    /// Nothing comes back.
    Silent,
    /// Its host has no address.
    Unresolved,
    /// No resolver answered, so its host may have an address.
    NoResolver,
    /// It speaks plain HTTP where its address says https.
    SpeaksPlain,
    /// It speaks TLS where its address says http.
    SpeaksTls,
    /// Its certificate isn't trusted, or is for another name.
    BadCertificate,
}

/// One route of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The hostname, possibly with a wildcard; `None` for the last, which matches everything.
    pub hostname: Option<String>,
    /// The service.
    pub service: String,
    /// `originServerName`.
    pub server_name: Option<String>,
    /// `noTLSVerify`.
    pub no_verify: bool,
}

impl LocalService {
    /// Its scheme, host and port; `None` if it isn't `http` or `https`.
    #[must_use]
    pub fn target(&self) -> Option<(bool, &str, u16)> {
        let (scheme, rest) = self.url.split_once("://")?;
        let tls = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let default = if tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (authority, default),
        };
        Some((tls, host.trim_start_matches('[').trim_end_matches(']'), port))
    }

    /// Whether it names the machine or the container that cloudflared runs on.
    pub(super) fn is_local(&self) -> bool {
        self.target().is_some_and(|(_, host, _)| {
            host == "localhost" || host.parse::<core::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        })
    }

    /// The name that cloudflared looks for on its certificate: `originServerName`, or the host of its address.
    #[must_use]
    pub fn expected_name(&self) -> &str {
        match &self.server_name {
            Some(name) => name,
            None => self.target().map_or("", |(_, host, _)| host),
        }
    }
}

/// Reads the `ingress` list of a `config.yml`, in order.
///
/// Reads the block style in which Cloudflare's documentation writes it, not all of YAML: `- hostname:`, `service:` and,
/// below `originRequest:`, `originServerName` and `noTLSVerify`. A list in another style gives no routes.
#[must_use]
pub fn parse_routes(yaml: &str) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    let mut inside = false;
    let mut defaults = Route::default();
    for line in yaml.lines() {
        let line = line.split(" #").next().unwrap_or_default();
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let indented = line.starts_with([' ', '\t', '-']);
        if !indented {
            inside = body == "ingress:";
        }
        let item = body.strip_prefix("- ");
        let Some((key, value)) = item.unwrap_or(body).trim().split_once(':') else { continue };
        let value = value.trim().trim_matches(['"', '\'']);
        if inside && item.is_some() {
            routes.push(Route {
                server_name: defaults.server_name.clone(),
                no_verify: defaults.no_verify,
                ..Route::default()
            });
        }
        let route = if inside { routes.last_mut() } else { Some(&mut defaults) };
        let Some(route) = route else { continue };
        match key.trim().trim_matches('"') {
            "hostname" => route.hostname = Some(value.to_owned()),
            "service" => value.clone_into(&mut route.service),
            "originServerName" => route.server_name = Some(value.to_owned()),
            "noTLSVerify" => route.no_verify = value == "true",
            _ => {}
        }
    }
    routes.retain(|route| !route.service.is_empty());
    routes
}

/// Reads the routes from `configuration.json` of cloudflared's own diagnosis, including those configured in the
/// dashboard.
///
/// Source: cloudflared's `/config`, which that file is a copy of.
#[must_use]
pub fn parse_configuration(json: &[u8]) -> Vec<Route> {
    let config: Value = serde_json::from_slice(json).unwrap_or_default();
    let rules = config.pointer("/config/ingress").and_then(Value::as_array);
    let routes = rules.into_iter().flatten().filter_map(|rule| {
        Some(Route {
            hostname: text(rule, "/hostname"),
            service: text(rule, "/service")?,
            server_name: text(rule, "/originRequest/originServerName"),
            no_verify: rule.pointer("/originRequest/noTLSVerify").and_then(Value::as_bool).unwrap_or_default(),
        })
    });
    routes.collect()
}

/// Reads `tunnelstate.json` of cloudflared's own diagnosis: how many connections to Cloudflare it has.
#[must_use]
pub fn parse_state(json: &[u8]) -> Option<u64> {
    let state: Value = serde_json::from_slice(json).ok()?;
    state.get("tunnelID")?;
    // Left out if there are none.
    let connections = state.get("connections").and_then(Value::as_array);
    connections.map_or(Some(0), |all| u64::try_from(all.len()).ok())
}

/// The route that a host takes: the first whose hostname fits.
#[must_use]
pub fn route_for<'a>(routes: &'a [Route], host: &str) -> Option<&'a Route> {
    let route = routes.iter().find(|route| match route.hostname.as_deref() {
        None | Some("" | "*") => true,
        Some(name) => match name.strip_prefix("*.") {
            Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
            None => name.eq_ignore_ascii_case(host),
        },
    })?;
    // The last one usually answers everything else with a status.
    (!route.service.starts_with("http_status:")).then_some(route)
}
