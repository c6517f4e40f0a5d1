//! Structured answers, RFC 9457: JSON with Cloudflare's extensions.
//!
//! Source: Cloudflare's documentation, "Error responses" (2026-05-05).

use core::time::Duration;

use memchr::memmem;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::branded::host;
use super::frame::labelled_code;
use super::marker::{Findings, Marker, kind};
use super::waiting_room;
use crate::code::Code;
use crate::diagnosis::{Form, Kind, Place};
use crate::ray::RayId;
use crate::time::Timestamp;

// "cloudflare_error" is true in every structured answer from Cloudflare.
// Seen in: problem+json and markdown, 2026 to today.
const FLAG: Marker = Marker { name: "structured-flag", weights: &[(kind(Kind::Error), 40)] };
// The problem's type is a URL in Cloudflare's documentation.
// Seen in: problem+json, 2026 to today.
const TYPE: Marker = Marker { name: "structured-type", weights: &[(kind(Kind::Error), 20)] };
// The member "error_code" is the code.
// Seen in: problem+json and markdown, 2026 to today.
const CODE: Marker = Marker { name: "structured-code", weights: &[(kind(Kind::Error), 12)] };

// The answer was cut off before its flag, but has the type and title of an error.
// Seen in: problem+json, cut off.
const CUT: Marker = Marker { name: "structured-cut", weights: &[(kind(Kind::Error), 8)] };

pub(super) const MARKERS: &[&Marker] = &[&FLAG, &TYPE, &CODE, &CUT];

/// The prefix of every type.
const DOCUMENTATION: &str = "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/";

/// The members that are read; any of them may be missing or of another type.
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
    /// Any other value, which isn't read.
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

/// Parses the value at the start of a text; also returns its length.
fn first<T: DeserializeOwned>(text: &str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

impl Scalar {
    /// Parses the value at the start of a text and returns its length; a list or an object isn't built.
    fn read(text: &str) -> Option<(Self, usize)> {
        let is_scalar = !text.trim_ascii_start().starts_with(['[', '{']);
        match is_scalar.then(|| first(text)).flatten() {
            Some((Value::Bool(flag), length)) => Some((Self::Bool(flag), length)),
            Some((Value::String(text), length)) => Some((Self::Text(text), length)),
            Some((Value::Number(number), length)) => Some((number.as_u64().map_or(Self::Other, Self::Number), length)),
            _ => first::<IgnoredAny>(text).map(|(_, length)| (Self::Other, length)),
        }
    }
}

impl Structured {
    /// Reads the members of the outermost object; if it's truncated, those present.
    fn from_json(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        let text = String::from_utf8_lossy(bytes);
        let mut rest = &*text;
        // Not a full parse: the search ends as soon as the text can't be an object any more.
        let Some(mut from) = rest.find('{').map(|at| at + 1) else { return read };
        loop {
            rest = rest.get(from..).unwrap_or_default();
            let Some((Value::String(member), mut at)) = first(rest) else { return read };
            let Some(colon) = rest.get(at..).and_then(|rest| rest.find(':')) else { return read };
            at += colon + 1;
            let Some((scalar, length)) = Scalar::read(rest.get(at..).unwrap_or_default()) else { return read };
            read.member(&member, scalar);
            at += length;
            let left = rest.get(at..).unwrap_or_default();
            let Some(next) = left.trim_ascii_start().strip_prefix(',') else { return read };
            from = rest.len() - next.len();
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
            // An unquoted Ray ID made of decimal digits alone is parsed as a number.
            ("ray_id", Scalar::Number(number)) => self.ray_id = Some(format!("{number:016}")),
            ("timestamp", Scalar::Text(text)) => self.timestamp = Some(text),
            ("zone", Scalar::Text(text)) => self.zone = Some(text),
            ("retryable", Scalar::Bool(flag)) => self.retryable = Some(flag),
            ("retry_after", Scalar::Number(seconds)) => self.retry_after = Some(seconds),
            _ => {}
        }
    }

    /// Records the members, if they are Cloudflare's.
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
    fn a_truncated_answer_gives_the_members_present() {
        let text = br#"{ "a": {"error_code": 1}, "error_code": 522 , "cloudflare_error":true, "zone": "shop.exa"#;
        let read = Structured::from_json(text);
        assert!(read.cloudflare_error);
        assert_eq!(read.error_code, "522".parse().ok());
        assert_eq!(read.zone, None);
    }

    #[test]
    fn deep_nesting_ends_the_search() {
        let text = format!("{{\"a\":{}", "[".repeat(100_000));
        assert_eq!(Structured::from_json(text.as_bytes()).error_code, None);
    }
}
