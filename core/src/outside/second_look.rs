//! A second look from other places: Globalping requests the site's `/` from several continents.
//!
//! Only when the user clicks, after being shown what is sent: the host becomes part of a public measurement.
//! Source: Globalping's specification, `public/v1/spec.yaml` of jsdelivr/globalping (2026-08-07).

mod answer;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use answer::{Created, Polled, created, polled};

use crate::code::Code;
use crate::data_centre::{Iata, ServingDataCentre};
use crate::json;
use crate::outside::services::{Request, Service};
use crate::url::Origin;
use crate::words::{Words, key};

/// The result of a second look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecondLook {
    /// One row for each place.
    pub views: Vec<View>,
}

/// The view from one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Two letters, such as `EU`.
    pub continent: String,
    /// Two letters, such as `DE`.
    pub country: String,
    /// The city.
    pub city: String,
    /// The network that the probe is in.
    pub network: String,
    /// The probe's position, in hundredths of a degree north and east, for a map.
    pub position: Option<(i16, i16)>,
    /// What the probe saw.
    pub seen: Seen,
    /// The data centre that served the probe.
    pub data_centre: Option<Iata>,
    /// How long the complete answer took.
    pub took_ms: Option<u32>,
}

/// What a probe saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Seen {
    /// The site answered, with any content.
    Works {
        /// The HTTP status.
        status: u16,
    },
    /// One of Cloudflare's errors about the site.
    Fails {
        /// Its code, if it showed one.
        code: Option<Code>,
        /// The HTTP status.
        status: u16,
    },
    /// A refusal or challenge: the edge was reached, but nothing is known about the site.
    EdgeOnly {
        /// The HTTP status.
        status: u16,
    },
    /// The probe couldn't connect, or timed out.
    NoAnswer,
    /// The probe itself was unavailable.
    ProbeGone,
}

/// The conclusion from all views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Summary {
    /// The site fails from everywhere: only this turns "not reachable from here" into "down".
    FailsEverywhere,
    /// The site works from everywhere else.
    WorksElsewhere,
    /// The site works from some places.
    Mixed,
    /// Too few views are conclusive.
    Unclear,
}

/// How long to wait after each answer before polling again.
///
/// Source: Globalping's specification; more than 2 requests a second per measurement are refused.
pub const POLL_EVERY: Duration = Duration::from_millis(500);

/// When to give up on a measurement: it times out at 30 s, and the specification recommends 10 s more.
pub const GIVE_UP_AFTER: Duration = Duration::from_secs(40);

/// The places to look from: two-letter continents, one probe each.
pub const CONTINENTS: [&str; 6] = ["EU", "NA", "AS", "SA", "OC", "AF"];

/// The body of a request for a measurement.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    r#type: &'a str,
    target: &'a str,
    locations: [Location<'a>; CONTINENTS.len()],
    measurement_options: Options<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    continent: &'a str,
    limit: u8,
}

#[derive(Serialize)]
struct Options<'a> {
    protocol: &'a str,
    port: u16,
    request: Get<'a>,
}

#[derive(Serialize)]
struct Get<'a> {
    method: &'a str,
    path: &'a str,
    headers: Headers<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Headers<'a> {
    accept: &'a str,
}

/// Requests a second look. Globalping learns the host, scheme and port; the path is always `/`.
#[must_use]
pub fn create(origin: &Origin) -> Request {
    let https = origin.as_str().starts_with("https://");
    let port = origin.as_str().rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let (protocol, default) = if https { ("HTTPS", 443) } else { ("HTTP", 80) };
    let body = json::to_string(&Order {
        r#type: "http",
        target: origin.host(),
        locations: CONTINENTS.map(|continent| Location { continent, limit: 1 }),
        measurement_options: Options {
            protocol,
            port: port.unwrap_or(default),
            request: Get {
                method: "GET",
                path: "/",
                // Cloudflare answers its own errors with about 1 KB of structured data if asked to.
                headers: Headers { accept: "text/html;q=0.9, application/problem+json" },
            },
        },
    });
    Service::Globalping.post("https://api.globalping.io/v1/measurements".to_owned(), body)
}

/// Requests the results so far; `None` if the id is invalid.
#[must_use]
pub fn poll(id: &str) -> Option<Request> {
    let sound = !id.is_empty()
        && id.len() <= 100
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    sound.then(|| Service::Globalping.get(format!("https://api.globalping.io/v1/measurements/{id}")))
}

impl SecondLook {
    /// One line for each place that looked.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<String> {
        self.views.iter().map(|view| view.line(words)).collect()
    }

    /// Summarises all views; at least two places must have seen the site work or fail.
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

impl View {
    fn line(&self, words: &Words) -> String {
        use key::more::place;
        let centre = ServingDataCentre::in_city(&self.city);
        let city = centre.and_then(|it| words.city(it.data_centre)).unwrap_or(&self.city);
        let country = &self.country;
        let line = match self.seen {
            Seen::Works { status } => words.format(place::Works { city, country, status: &status.to_string() }),
            Seen::Fails { code, status } => {
                let status = &code.map_or_else(|| status.to_string(), |code| code.to_string());
                words.format(place::Fails { city, country, status })
            }
            Seen::EdgeOnly { status } => words.format(place::EdgeOnly { city, country, status: &status.to_string() }),
            Seen::NoAnswer => words.format(place::NoAnswer { city, country }),
            Seen::ProbeGone => words.format(place::Gone { city, country }),
        };
        match self.data_centre {
            Some(code) => words.format(place::Centre { line: &line, code: &code.to_string() }),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests;
