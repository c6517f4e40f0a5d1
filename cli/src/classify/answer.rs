//! One answer, as JSON and as a line for people.

use std::fmt;

use rayback_core::catalog;
use rayback_core::catalog::Party;
use rayback_core::classify::Examination;
use rayback_core::code::Family;
use rayback_core::diagnosis::{Diagnosis, Evidence, Kind, Place};
use rayback_core::fault::{blamed, decided};
use rayback_core::observation::Observation;
use rayback_core::retry::remedy;
use serde::Serialize;

/// What one capture was found to be, or why it could not be read.
///
/// The members, their names and types are a contract; new ones may be added.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    /// It was read.
    Read(Box<Reading>),
    /// It could not be read.
    Unreadable {
        /// Its name.
        input: String,
        /// Always null.
        kind: Option<&'static str>,
        /// Why, and what to do.
        error: String,
    },
}

/// What one capture was found to be.
#[derive(Serialize)]
pub(super) struct Reading {
    input: String,
    kind: &'static str,
    code: Option<u16>,
    http_status: Option<u16>,
    ray_id: Option<String>,
    data_centre: Option<String>,
    host: Option<String>,
    confidence: f64,
    evidence: Vec<Found>,
    fault: Option<&'static str>,
    retryable: Option<bool>,
    retry_after_seconds: Option<u64>,
}

#[derive(Serialize)]
struct Found {
    marker: String,
    #[serde(rename = "found")]
    text: String,
    #[serde(rename = "where")]
    place: &'static str,
}

impl Answer {
    /// The answer to a capture that was read.
    pub(super) fn of(name: &str, observation: &Observation<'_>, examination: Examination) -> Self {
        let reading = match examination {
            Examination::Cloudflare(diagnosis) => Reading::cloudflare(name, *diagnosis),
            Examination::Other { confidence, evidence } => Reading {
                input: name.to_owned(),
                kind: "not-cloudflare",
                code: None,
                http_status: observation.status,
                ray_id: None,
                data_centre: None,
                host: observation.url.as_ref().map(|url| url.host().to_owned()),
                confidence: confidence.as_fraction(),
                evidence: evidence.into_iter().map(found).collect(),
                fault: None,
                retryable: None,
                retry_after_seconds: None,
            },
        };
        Self::Read(Box::new(reading))
    }

    /// The answer to a capture that could not be read.
    pub(super) fn unreadable(name: &str, error: String) -> Self {
        Self::Unreadable { input: name.to_owned(), kind: None, error }
    }
}

impl Reading {
    fn cloudflare(name: &str, diagnosis: Diagnosis) -> Self {
        let retryable = (diagnosis.kind == Kind::Error).then(|| retryable(&diagnosis));
        Self {
            input: name.to_owned(),
            kind: kind(diagnosis.kind),
            code: diagnosis.code.map(rayback_core::code::Code::number),
            http_status: diagnosis.http_status,
            ray_id: diagnosis.ray.map(|ray| ray.to_string()),
            data_centre: diagnosis.served.map(|served| served.data_centre.to_string()),
            confidence: diagnosis.confidence.as_fraction(),
            fault: fault(&diagnosis),
            retryable: retryable.flatten(),
            retry_after_seconds: remedy::retry_after(&diagnosis)
                .filter(|_| matches!(diagnosis.kind, Kind::Error | Kind::WaitingRoom))
                .map(|wait| wait.as_secs()),
            host: diagnosis.host,
            evidence: diagnosis.evidence.into_iter().map(found).collect(),
        }
    }
}

/// Cloudflare's own word on whether a retry can help: the answer's, else what its documentation says of the code; `None`
/// where it says nothing, as of 503.
fn retryable(diagnosis: &Diagnosis) -> Option<bool> {
    diagnosis.retryable.or_else(|| {
        let code = diagnosis.code?;
        if catalog::entry(code)?.retry_after().is_some() {
            return Some(true);
        }
        (code.family() == Family::Cloudflare || matches!(code.number(), 525 | 526)).then_some(false)
    })
}

/// Where the fault lies, as far as the page alone can tell.
fn fault(diagnosis: &Diagnosis) -> Option<&'static str> {
    if diagnosis.kind == Kind::Imitation {
        return None;
    }
    let entry = diagnosis.code.and_then(catalog::entry);
    entry.map(|entry| blamed(entry, diagnosis.form)).or_else(|| decided(diagnosis.kind)).map(Party::id)
}

/// The names of kinds are part of the contract.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Error => "error",
        Kind::Block => "block",
        Kind::Challenge => "challenge",
        Kind::Access => "access",
        Kind::WaitingRoom => "waiting-room",
        Kind::Warning => "warning",
        Kind::Gateway => "gateway",
        Kind::PaidCrawl => "paid-crawl",
        Kind::Imitation => "imitation",
    }
}

fn found(evidence: Evidence) -> Found {
    let place = match evidence.place {
        Place::Url => "url",
        Place::Status => "status",
        Place::Header => "header",
        Place::Title => "title",
        Place::Body => "body",
    };
    Found { marker: evidence.marker.into_owned(), text: evidence.found, place }
}

/// `page.html: error 522, shop.example, Ray ID 9f140b785e57c458, FRA (0.99)`.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reading = match self {
            Self::Read(reading) => reading,
            Self::Unreadable { input, error, .. } => return write!(f, "{input}: unreadable: {error}"),
        };
        write!(f, "{}: {}", reading.input, reading.kind)?;
        if let Some(code) = reading.code {
            write!(f, " {code}")?;
        }
        if let Some(host) = &reading.host {
            write!(f, ", {host}")?;
        }
        if let Some(ray) = &reading.ray_id {
            write!(f, ", Ray ID {ray}")?;
        }
        if let Some(data_centre) = &reading.data_centre {
            write!(f, ", {data_centre}")?;
        }
        write!(f, " ({:.2})", reading.confidence)?;
        if reading.kind == "imitation" {
            f.write_str("\n  This is not a Cloudflare page. Do not run or download anything.")?;
        }
        Ok(())
    }
}
