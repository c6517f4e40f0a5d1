//! Structured answers, RFC 9457: JSON with Cloudflare's extensions.
//!
//! Source: Cloudflare's documentation, "Error responses" (2026-05-05).

use core::time::Duration;

use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::branded::host;
use super::frame::labelled_code;
use super::marker::{Findings, Marker, kind};
use super::waiting_room;
use crate::code::Code;
use crate::diagnosis::{Form, Kind, Place};
use crate::ray::RayId;
use crate::time::Timestamp;

const FLAG: Marker = Marker {
    name: "structured-flag",
    weights: &[(kind(Kind::Error), 40)],
    reason: "\"cloudflare_error\" is true in every structured answer of Cloudflare's",
    seen: "problem+json and markdown, 2026 to today",
};
const TYPE: Marker = Marker {
    name: "structured-type",
    weights: &[(kind(Kind::Error), 20)],
    reason: "the problem's type is a page of Cloudflare's documentation",
    seen: "problem+json, 2026 to today",
};
const CODE: Marker = Marker {
    name: "structured-code",
    weights: &[(kind(Kind::Error), 12)],
    reason: "the member \"error_code\" is the code",
    seen: "problem+json and markdown, 2026 to today",
};

const CUT: Marker = Marker {
    name: "structured-cut",
    weights: &[(kind(Kind::Error), 8)],
    reason: "an answer that is cut off before its flag has the type and the title of an error",
    seen: "problem+json, cut off",
};

pub(super) const MARKERS: &[&Marker] = &[&FLAG, &TYPE, &CODE, &CUT];

/// What every type begins with.
const DOCUMENTATION: &str = "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/";

/// The members that are read; each may be missing or of another type, as any answer may.
#[derive(Debug, Default)]
pub(super) struct Structured {
    pub(super) cloudflare_error: bool,
    pub(super) kind: Option<String>,
    pub(super) error_code: Option<Code>,
    pub(super) title: Option<String>,
    /// Whether the answer ends before its last member.
    pub(super) is_cut: bool,
    pub(super) ray_id: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) retryable: Option<bool>,
    pub(super) retry_after: Option<u64>,
}

/// The value of a member.
enum Scalar {
    Bool(bool),
    Number(u64),
    Text(String),
    /// Whatever else; none of it is read.
    Other,
}

/// Reads a JSON answer.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) {
    let flagged = memmem::find(bytes, b"cloudflare_error").is_some();
    let is_cut = bytes.trim_ascii_end().last() != Some(&b'}');
    if flagged || is_cut {
        Structured { is_cut, ..Structured::from_json(bytes) }.record(Form::ProblemJson, findings);
    }
    waiting_room::read_json(bytes, findings);
}

/// The value that text begins with, and its length.
fn first<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

impl Scalar {
    /// Reads the value that text begins with, and its length, trying only what its first byte lets it be.
    fn read(text: &[u8]) -> Option<(Self, usize)> {
        let scalar = match text.trim_ascii_start().first()? {
            b't' | b'f' => first(text).map(|(flag, length)| (Self::Bool(flag), length)),
            b'"' => first(text).map(|(text, length)| (Self::Text(text), length)),
            b'0'..=b'9' => first(text).map(|(number, length)| (Self::Number(number), length)),
            _ => None,
        };
        scalar.or_else(|| first::<IgnoredAny>(text).map(|(_, length)| (Self::Other, length)))
    }
}

impl Structured {
    /// Reads the members of the outermost object; of an answer cut off, those that came.
    fn from_json(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        let mut rest = bytes;
        // Not a full parse: the value ends the search as soon as the text does not go on as an object must.
        let Some(mut from) = memchr::memchr(b'{', rest).map(|at| at + 1) else { return read };
        loop {
            rest = rest.get(from..).unwrap_or_default();
            let Some((member, mut at)) = first::<String>(rest) else { return read };
            let Some(colon) = rest.get(at..).and_then(|rest| memchr::memchr(b':', rest)) else { return read };
            at += colon + 1;
            let Some((scalar, length)) = Scalar::read(rest.get(at..).unwrap_or_default()) else { return read };
            read.member(&member, scalar);
            at += length;
            let Some(comma) =
                rest.get(at..).map(|rest| rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count())
            else {
                return read;
            };
            if rest.get(at + comma) != Some(&b',') {
                return read;
            }
            from = at + comma + 1;
        }
    }

    /// Records one member.
    pub(super) fn member_text(&mut self, name: &str, value: &str) {
        let scalar = match value {
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => value.parse().map_or_else(|_| Scalar::Text(value.to_owned()), Scalar::Number),
        };
        self.member(name, scalar);
    }

    fn member(&mut self, name: &str, value: Scalar) {
        match (name, value) {
            ("cloudflare_error", Scalar::Bool(flag)) => self.cloudflare_error = flag,
            ("type", Scalar::Text(text)) => self.kind = Some(text),
            ("error_code", Scalar::Number(number)) => self.error_code = number.to_string().parse().ok(),
            ("title", Scalar::Text(text)) => self.title = Some(text),
            ("ray_id", Scalar::Text(text)) => self.ray_id = Some(text),
            // A Ray ID of decimal digits alone reads as a number where nothing quotes it.
            ("ray_id", Scalar::Number(number)) => self.ray_id = Some(format!("{number:016}")),
            ("timestamp", Scalar::Text(text)) => self.timestamp = Some(text),
            ("zone", Scalar::Text(text)) => self.zone = Some(text),
            ("retryable", Scalar::Bool(flag)) => self.retryable = Some(flag),
            ("retry_after", Scalar::Number(seconds)) => self.retry_after = Some(seconds),
            _ => {}
        }
    }

    /// Records what the members say, if they are Cloudflare's.
    pub(super) fn record(self, form: Form, findings: &mut Findings) {
        if self.cloudflare_error {
            findings.add(&FLAG, "cloudflare_error: true", Place::Body);
        } else if self.is_cut
            && self.kind.as_deref().is_some_and(|kind| kind.starts_with(DOCUMENTATION))
            && let Some(title) = &self.title
            && let Some(code) = labelled_code(title)
        {
            findings.add(&CUT, title, Place::Body);
            findings.code(Some(code));
        } else {
            return;
        }
        findings.form(form);
        if let Some(kind) = self.kind.filter(|kind| kind.starts_with("https://developers.cloudflare.com/")) {
            findings.add(&TYPE, &kind, Place::Body);
        }
        if let Some(code) = self.error_code {
            findings.add(&CODE, &code.to_string(), Place::Body);
            findings.code(Some(code));
        }
        findings.ray = self.ray_id.as_deref().and_then(RayId::parse);
        findings.at = self.timestamp.as_deref().and_then(Timestamp::parse);
        findings.host = self.zone.as_deref().and_then(host);
        findings.retryable = self.retryable;
        findings.retry_after = self.retry_after.map(Duration::from_secs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_cut_off_gives_the_members_that_came() {
        let text = br#"{ "a": {"error_code": 1}, "error_code": 522 , "cloudflare_error":true, "zone": "shop.exa"#;
        let read = Structured::from_json(text);
        assert!(read.cloudflare_error);
        assert_eq!(read.error_code, "522".parse().ok());
        assert_eq!(read.zone, None);
    }

    #[test]
    fn deep_nesting_ends_the_reading() {
        let text = format!("{{\"a\":{}", "[".repeat(100_000));
        assert_eq!(Structured::from_json(text.as_bytes()).error_code, None);
    }
}
