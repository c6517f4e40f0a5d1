//! The record: the classification of one captured answer, as data.
//!
//! `rayback classify --json` writes one record per line; every other program that reads captures writes the same ones.
//! The names and types of the fields are a contract: fields are never renamed or removed, new ones may be added.
//! Every field is always present; `null` means unknown.

use serde::{Deserialize, Serialize};

use crate::catalog::Party;
use crate::classify::{Examination, examine, examine_quoted};
use crate::code::Code;
use crate::data_centre::Iata;
use crate::diagnosis::{Diagnosis, Evidence, Kind, Place};
use crate::observation::Observation;
use crate::ray::RayId;
use crate::retry::remedy;

/// The classification of one captured answer.
///
/// ```
/// use rayback_core::{Observation, Record};
///
/// let answer = Observation { body: b"error code: 522".into(), ..Observation::default() };
/// let record = Record::new("page.html", &answer);
/// assert_eq!(record.code.unwrap().number(), 522);
/// let json = serde_json::to_string(&record).unwrap();
/// assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The capture's name: its path, its address or its place in the input.
    pub input: String,
    /// The kind of page; `null` if the capture couldn't be read. A string: `error`, `block`, `challenge`, `access`,
    /// `waiting-room`, `warning`, `gateway`, `paid-crawl`, `imitation` or `not-cloudflare`.
    pub kind: Option<RecordKind>,
    /// The code the page shows, a number: 522, or 1016 on a page with status 530.
    pub code: Option<Code>,
    /// The HTTP status, where known.
    pub http_status: Option<u16>,
    /// The Ray ID: sixteen hexadecimal digits.
    pub ray_id: Option<RayId>,
    /// Cloudflare's data centre, as an IATA code: three capital letters.
    pub data_centre: Option<Iata>,
    /// The host the page names as failing; for an answer that isn't Cloudflare's, the host of its address.
    pub host: Option<String>,
    /// The probability that `kind` is right, from 0 to 1; `null` if the capture couldn't be read.
    pub confidence: Option<f64>,
    /// The evidence for `kind`; empty if nothing was found.
    pub evidence: Vec<RecordEvidence>,
    /// The party at fault as far as the page alone shows, as in `rayback codes --json`; `null` for an imitation and
    /// for an answer that isn't Cloudflare's.
    pub fault: Option<Party>,
    /// Whether Cloudflare says that a retry can help, in the answer or in its documentation of the code; `null` if it
    /// says nothing.
    pub retryable: Option<bool>,
    /// The least wait before a retry in seconds, from the answer or from Cloudflare's documentation of the code.
    pub retry_after_seconds: Option<u64>,
    /// Why the capture couldn't be read and how to fix that; otherwise `null`.
    pub error: Option<String>,
}

/// The kind of page in a [`Record`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    /// Cloudflare didn't make the answer, nor does it claim to.
    #[serde(rename = "not-cloudflare")]
    NotCloudflare,
    /// A page that is Cloudflare's or claims to be.
    #[serde(untagged)]
    Cloudflare(Kind),
}

/// One piece of evidence in a [`Record`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEvidence {
    /// The marker's name, such as `branded-wrapper`.
    pub marker: String,
    /// The short text that was found, without addresses.
    pub found: String,
    /// The place where it was found: `url`, `status`, `header`, `title` or `body`.
    #[serde(rename = "where")]
    pub place: Place,
}

impl Record {
    /// Classifies an answer.
    #[must_use]
    pub fn new(input: &str, answer: &Observation<'_>) -> Self {
        Self::examined(input, answer, examine(answer))
    }

    /// Classifies an answer that may quote a page: text copied from a browser, a log or JSON.
    #[must_use]
    pub fn quoted(input: &str, answer: &Observation<'_>) -> Self {
        Self::examined(input, answer, examine_quoted(answer))
    }

    fn examined(input: &str, answer: &Observation<'_>, examination: Examination) -> Self {
        match examination {
            Examination::Cloudflare(diagnosis) => Self::of_diagnosis(input, *diagnosis),
            Examination::Other { confidence, evidence } => Self {
                kind: Some(RecordKind::NotCloudflare),
                http_status: answer.status,
                host: answer.url.as_ref().map(|url| url.host().to_owned()),
                confidence: Some(confidence.as_fraction()),
                evidence: evidence.into_iter().map(RecordEvidence::from).collect(),
                ..Self::empty(input)
            },
        }
    }

    /// The record of a capture that couldn't be read.
    #[must_use]
    pub fn unreadable(input: &str, error: String) -> Self {
        Self { error: Some(error), ..Self::empty(input) }
    }

    /// The record of a request that got no answer: every field is unknown, and `error` is `None`.
    #[must_use]
    pub fn unanswered(input: &str) -> Self {
        Self::empty(input)
    }

    fn empty(input: &str) -> Self {
        Self {
            input: input.to_owned(),
            kind: None,
            code: None,
            http_status: None,
            ray_id: None,
            data_centre: None,
            host: None,
            confidence: None,
            evidence: Vec::new(),
            fault: None,
            retryable: None,
            retry_after_seconds: None,
            error: None,
        }
    }

    /// The record of a diagnosis that was made already.
    #[must_use]
    pub fn of_diagnosis(input: &str, diagnosis: Diagnosis) -> Self {
        Self {
            kind: Some(RecordKind::Cloudflare(diagnosis.kind)),
            code: diagnosis.code,
            http_status: diagnosis.http_status,
            ray_id: diagnosis.ray,
            data_centre: diagnosis.served.map(|served| served.data_centre),
            confidence: Some(diagnosis.confidence.as_fraction()),
            fault: diagnosis.meaning().proven_party(),
            retryable: remedy::retryable(&diagnosis),
            retry_after_seconds: remedy::retry_after(&diagnosis)
                .filter(|_| matches!(diagnosis.kind, Kind::Error | Kind::WaitingRoom))
                .map(|wait| wait.as_secs()),
            host: diagnosis.host,
            evidence: diagnosis.evidence.into_iter().map(RecordEvidence::from).collect(),
            ..Self::empty(input)
        }
    }
}

impl From<Evidence> for RecordEvidence {
    fn from(evidence: Evidence) -> Self {
        Self { marker: evidence.marker.into_owned(), found: evidence.found, place: evidence.place }
    }
}

impl core::fmt::Display for RecordKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotCloudflare => f.write_str("not-cloudflare"),
            Self::Cloudflare(kind) => kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract. A change of this list breaks other people's programs.
    const FIELDS: [&str; 13] = [
        "input",
        "kind",
        "code",
        "http_status",
        "ray_id",
        "data_centre",
        "host",
        "confidence",
        "evidence",
        "fault",
        "retryable",
        "retry_after_seconds",
        "error",
    ];

    fn records() -> Vec<Record> {
        let answer = |status, body: &'static [u8]| Observation { status, body: body.into(), ..Observation::default() };
        vec![
            Record::new("a", &answer(Some(522), b"error code: 522")),
            Record::new("b", &answer(None, b"{\"cfWaitingRoom\":{\"inWaitingRoom\":true}}")),
            Record::new("c", &answer(Some(200), b"hello")),
            Record::new("d", &answer(None, b"")),
            Record::unreadable("e", "line 5 isn't JSON; correct it".to_owned()),
        ]
    }

    #[test]
    fn every_record_has_every_field_in_order_and_no_other() {
        for record in records() {
            let json = serde_json::to_string(&record).unwrap();
            let places: Vec<_> = FIELDS.iter().map(|field| json.find(&format!("\"{field}\":")).unwrap()).collect();
            assert!(places.is_sorted(), "{json}");
            assert_eq!(serde_json::to_value(&record).unwrap().as_object().unwrap().len(), FIELDS.len());
        }
    }

    #[test]
    fn records_survive_json() {
        for record in records() {
            let json = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record, "{json}");
        }
    }

    #[test]
    fn a_kind_is_the_same_string_in_json_and_in_print() {
        let kinds = Kind::ALL.iter().map(|kind| RecordKind::Cloudflare(*kind));
        for kind in kinds.chain([RecordKind::NotCloudflare]) {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.to_string());
        }
    }
}
