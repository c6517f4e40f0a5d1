//! The bare line `error code: 522`, for clients that don't ask for HTML.

use super::frame::shown_code;
use super::marker::{Findings, Marker, kind};
use crate::diagnosis::{Form, Kind, Place};

// The whole body is "error code: " and a number. No other server sends that.
// Seen in: plain text.
const LINE: Marker = Marker { name: "plain-text-line", weights: &[(kind(Kind::Error), 44)] };

pub(super) const MARKERS: &[&Marker] = &[&LINE];

/// Reads the line; returns whether it is one.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) -> bool {
    let line = bytes.trim_ascii();
    let Some(digits) = line.strip_prefix(b"error code: ") else { return false };
    let digits = core::str::from_utf8(digits).unwrap_or_default();
    // Five-digit numbers are from Cloudflare's API, which has no such page.
    let Some(code) = shown_code(digits).filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())) else {
        return false;
    };
    findings.add(&LINE, &format!("error code: {digits}"), Place::Body);
    findings.form(Form::PlainText);
    findings.code(Some(code));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_must_be_the_whole_body() {
        let read = |body: &[u8]| {
            let mut findings = Findings::default();
            read(body, &mut findings).then_some(findings.code).flatten()
        };
        assert_eq!(read(b"error code: 1015\r\n"), "1015".parse().ok());
        for body in
            ["error code: 10028", "error code: 522 again", "Error code: 522", "error code: +522", "x error code: 522"]
        {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
    }
}
