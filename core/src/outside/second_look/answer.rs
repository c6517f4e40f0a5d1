//! Globalping's answers.

use core::time::Duration;
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{SecondLook, Seen, View};
use crate::classify::classify;
use crate::data_centre::Iata;
use crate::diagnosis::Kind;
use crate::json;
use crate::observation::{Headers, Observation};
use crate::ray::RayId;

/// The result of requesting a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It's in progress; poll for this id.
    UnderWay {
        /// The measurement's id.
        id: String,
    },
    /// The hourly limit is used up (250 tests per IP address without an account).
    Limited {
        /// How long to wait, if given.
        retry_after: Option<Duration>,
    },
    /// Refused, with Globalping's reason, truncated to 200 characters.
    Refused {
        /// The reason; plain text.
        reason: String,
    },
    /// Not the documented answer.
    Malformed,
}

/// The result of polling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Ask again after [`POLL_EVERY`](super::POLL_EVERY).
    UnderWay,
    /// Done.
    Finished(SecondLook),
    /// Polled too often.
    Limited {
        /// How long to wait, if given.
        retry_after: Option<Duration>,
    },
    /// Not the documented answer.
    Malformed,
}

/// Parses the answer to [`create`](super::create): status, the value of `Retry-After`, body.
#[must_use]
pub fn created(status: u16, retry_after: Option<&str>, body: &[u8]) -> Created {
    if status == 429 {
        return Created::Limited { retry_after: seconds(retry_after) };
    }
    let body = json::parse_slice(body).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    match (status, text("/id"), text("/error/message")) {
        (200..=299, Some(id), _) if super::poll(id).is_some() => Created::UnderWay { id: id.to_owned() },
        (400.., _, Some(reason)) => Created::Refused { reason: reason.chars().take(200).collect() },
        _ => Created::Malformed,
    }
}

/// Parses the answer to [`poll`](super::poll).
#[must_use]
pub fn polled(status: u16, retry_after: Option<&str>, body: &[u8]) -> Polled {
    if status == 429 {
        return Polled::Limited { retry_after: seconds(retry_after) };
    }
    let measurement = json::parse_slice(body).unwrap_or_default();
    match measurement.get("status").and_then(Value::as_str) {
        Some("in-progress") => Polled::UnderWay,
        Some("finished") => {
            let results = measurement.get("results").and_then(Value::as_array).into_iter().flatten().take(100);
            Polled::Finished(SecondLook {
                views: results.filter_map(|it| json::from_value(it).ok()).map(view).collect(),
            })
        }
        _ => Polled::Malformed,
    }
}

#[derive(Deserialize)]
struct Measured {
    probe: Probe,
    result: Answer,
}

#[derive(Deserialize)]
struct Probe {
    #[serde(default)]
    continent: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    city: String,
    #[serde(default)]
    network: String,
    #[serde(default)]
    latitude: Option<f64>,
    #[serde(default)]
    longitude: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: String,
    #[serde(default)]
    status_code: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    raw_body: Option<String>,
    #[serde(default)]
    timings: Timings,
}

#[derive(Default, Deserialize)]
struct Timings {
    #[serde(default)]
    total: Option<f64>,
}

fn view(measured: Measured) -> View {
    let Measured { probe, result } = measured;
    let headers: Headers = result
        .headers
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::String(value) => Some((name, value)),
            // Repeated headers are sent as a list.
            Value::Array(values) => Some((name, values.first()?.as_str()?.to_owned())),
            _ => None,
        })
        .collect();
    let data_centre = headers.get("cf-ray").and_then(RayId::parse_header).and_then(|(_, at)| at);
    View {
        continent: cut(probe.continent),
        country: cut(probe.country),
        city: cut(probe.city),
        network: cut(probe.network),
        position: position(probe.latitude, probe.longitude),
        data_centre,
        took_ms: result.timings.total.map(milliseconds),
        seen: match (result.status.as_str(), result.status_code) {
            ("finished", Some(status)) => {
                seen(status, headers, result.raw_body.as_deref().unwrap_or_default(), data_centre)
            }
            ("offline", _) => Seen::ProbeGone,
            _ => Seen::NoAnswer,
        },
    }
}

/// The probe's answer is classified like a page in a tab.
fn seen(status: u16, headers: Headers, body: &str, _at: Option<Iata>) -> Seen {
    let observation =
        Observation { url: None, status: Some(status), headers: Some(headers), body: Cow::Borrowed(body.as_bytes()) };
    match classify(&observation) {
        Some(found) if found.kind == Kind::Error && status >= 500 => Seen::Fails { code: found.code, status },
        Some(_) => Seen::EdgeOnly { status },
        None if matches!(status, 403 | 429) => Seen::EdgeOnly { status },
        // Only Cloudflare generates these statuses, so they count even without the body.
        None if matches!(status, 520..=526 | 530) => Seen::Fails { code: None, status },
        None => Seen::Works { status },
    }
}

fn position(latitude: Option<f64>, longitude: Option<f64>) -> Option<(i16, i16)> {
    let hundredths = |degrees: f64, most: f64| {
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "checked to be within ±18000")]
        (degrees.abs() <= most).then(|| (degrees * 100.0).round() as i16)
    };
    Some((hundredths(latitude?, 90.0)?, hundredths(longitude?, 180.0)?))
}

fn milliseconds(value: f64) -> u32 {
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let value = value.max(0.0) as u32;
    value
}

fn seconds(retry_after: Option<&str>) -> Option<Duration> {
    retry_after?.trim().parse().ok().map(Duration::from_secs)
}

fn cut(text: String) -> String {
    if text.chars().count() <= 80 { text } else { text.chars().take(80).collect() }
}
