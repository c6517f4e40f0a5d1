//! A second look from elsewhere: Globalping asks for the site's `/` from several continents.
//!
//! Only on the person's click, and after saying what is sent: the host becomes a public measurement.
//! Source: Globalping's specification, `public/v1/spec.yaml` of jsdelivr/globalping (2026-08-07).

mod answer;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use answer::{Created, Polled, created, polled};

use crate::code::Code;
use crate::data_centre::Iata;
use crate::outside::services::{Request, Service};
use crate::url::Origin;

/// What was seen from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondLook {
    /// One row for each place.
    pub views: Vec<View>,
}

/// What was seen from one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Two letters, as `EU`.
    pub continent: String,
    /// Two letters, as `DE`.
    pub country: String,
    /// The city.
    pub city: String,
    /// The network that the probe is in.
    pub network: String,
    /// Where the probe is, in hundredths of a degree north and east, for a map.
    pub position: Option<(i16, i16)>,
    /// What it saw.
    pub seen: Seen,
    /// The data centre that answered it.
    pub data_centre: Option<Iata>,
    /// How long the whole answer took.
    pub took_ms: Option<u32>,
}

/// What a probe saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", rename_all_fields = "camelCase")]
pub enum Seen {
    /// The site answered, whatever it said.
    Works {
        /// The HTTP status.
        status: u16,
    },
    /// An error of Cloudflare's about the site.
    Fails {
        /// Its code, where it showed one.
        code: Option<Code>,
        /// The HTTP status.
        status: u16,
    },
    /// A refusal or challenge: the edge was reached, and nothing is learnt about the site.
    EdgeOnly {
        /// The HTTP status.
        status: u16,
    },
    /// The probe could not connect, or gave up.
    NoAnswer,
    /// The probe itself was not there.
    ProbeGone,
}

/// What all views together say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Summary {
    /// It fails from everywhere: only this turns "not reachable from here" into "down".
    FailsEverywhere,
    /// It works from everywhere else.
    WorksElsewhere,
    /// It works from some places.
    Mixed,
    /// Too few places could tell.
    Unclear,
}

/// How long to wait after each answer before asking again.
///
/// Source: Globalping's specification; more than 2 requests a second per measurement are refused.
pub const POLL_EVERY: Duration = Duration::from_millis(500);

/// When to give a measurement up: it times out at 30 s, and the specification asks for 10 s more.
pub const GIVE_UP_AFTER: Duration = Duration::from_secs(40);

/// The places that are asked to look: two-letter continents, one probe each.
pub const CONTINENTS: [&str; 6] = ["EU", "NA", "AS", "SA", "OC", "AF"];

/// Orders a look. Globalping learns the host, scheme and port; the path is always `/`.
#[must_use]
pub fn create(origin: &Origin) -> Request {
    let https = origin.as_str().starts_with("https://");
    let port = origin.as_str().rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let body = serde_json::json!({
        "type": "http",
        "target": origin.host(),
        "locations": CONTINENTS.map(|continent| serde_json::json!({"continent": continent, "limit": 1})),
        "measurementOptions": {
            "protocol": if https { "HTTPS" } else { "HTTP" },
            "port": port.unwrap_or(if https { 443 } else { 80 }),
            // Cloudflare answers its own errors with about 1 KB of structured data when asked so.
            "request": {"method": "GET", "path": "/",
                "headers": {"Accept": "text/html;q=0.9, application/problem+json"}},
        },
    });
    Service::Globalping.post("https://api.globalping.io/v1/measurements".to_owned(), body.to_string())
}

/// Asks for what was seen so far; `None` if the id is none.
#[must_use]
pub fn poll(id: &str) -> Option<Request> {
    let sound = !id.is_empty()
        && id.len() <= 100
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    sound.then(|| Service::Globalping.get(format!("https://api.globalping.io/v1/measurements/{id}")))
}

impl SecondLook {
    /// What all views together say; at least two places must have seen the site work or fail.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |wanted: fn(&Seen) -> bool| self.views.iter().filter(|view| wanted(&view.seen)).count();
        let works = count(|seen| matches!(seen, Seen::Works { .. }));
        let fails = count(|seen| matches!(seen, Seen::Fails { .. }));
        match (works, fails) {
            (0 | 1, 0) | (0, 1) => Summary::Unclear,
            (0, _) => Summary::FailsEverywhere,
            (_, 0) => Summary::WorksElsewhere,
            _ => Summary::Mixed,
        }
    }
}

#[cfg(test)]
mod tests;
