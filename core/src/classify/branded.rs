//! Cloudflare's own error pages: eras B and C (5xx) and D1 to D4 (1xxx).

use super::frame::{labelled_code, shown_code};
use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::{Page, words};
use crate::diagnosis::{Form, Kind, Place};

// The heading contains "Error code" and the number in an element of this class.
// Seen in: branded 5xx, era C; 1020, era D3.
const CODE_LABEL: Marker = Marker { name: "code-label", weights: &[(kind(Kind::Error), 20)] };
// The heading contains the bare number in the element cf-error-code.
// Seen in: branded 5xx, era B; 1xxx, era D1.
const ERROR_CODE: Marker = Marker { name: "error-code-element", weights: &[(kind(Kind::Error), 20)] };
// The word "Error" under the key "error" comes before the number.
// Seen in: 1xxx, eras D1 and D2.
const TRANSLATED_ERROR: Marker = Marker { name: "translated-error", weights: &[(kind(Kind::Error), 20)] };
// The number is in the second headline.
// Seen in: 1027, era D4.
const SUBHEADLINE: Marker = Marker { name: "subheadline-code", weights: &[(kind(Kind::Error), 18)] };
// Links to Cloudflare's landing page contain the code and the host.
// Seen in: branded 5xx, era C.
const LANDING_CODE: Marker = Marker { name: "landing-link-code", weights: &[(kind(Kind::Error), 12)] };
// The script of "Was this page helpful?" reports the code.
// Seen in: 1xxx, eras D2 and D3.
const FEEDBACK_CODE: Marker = Marker { name: "feedback-code", weights: &[(kind(Kind::Error), 8)] };

pub(super) const MARKERS: &[&Marker] =
    &[&CODE_LABEL, &ERROR_CODE, &TRANSLATED_ERROR, &SUBHEADLINE, &LANDING_CODE, &FEEDBACK_CODE];

/// Reads the code from the places that show it, and the host from links and title.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    // The heading counts most, so the title's code is set aside until the others have been read.
    let title = findings.code.take();
    let before = findings.scores.error;
    for (needle, marker) in [(Needle::CodeLabel, &CODE_LABEL), (Needle::ErrorCode, &ERROR_CODE)] {
        if let Some(hit) = page.first(needle) {
            let text = page.text_after_tag(hit.end, 24);
            if let Some(code) = labelled_code(&text) {
                findings.add(marker, &text, Place::Body);
                findings.code(Some(code));
            }
        }
    }
    for hit in page.all(Needle::Translate) {
        if page.value(hit.end + 1) == "error" || page.value(hit.end) == "error" {
            let text = page.text_after_tag(hit.end, 10);
            if let Some(code) = labelled_code(&text) {
                findings.add(&TRANSLATED_ERROR, &text, Place::Body);
                findings.code(Some(code));
                break;
            }
        }
    }
    if let Some(hit) = page.first(Needle::Subheadline) {
        let text = page.text_after_tag(hit.end, 10);
        if let Some(code) = text.strip_prefix("Error ").and_then(labelled_code) {
            findings.add(&SUBHEADLINE, &text, Place::Body);
            findings.code(Some(code));
        }
    }
    if let Some(hit) = page.first(Needle::LandingCode) {
        let number = page.value(hit.end);
        if let Some(code) = shown_code(number) {
            findings.add(&LANDING_CODE, number, Place::Body);
            findings.code(Some(code));
        }
        let near = page.near(hit.end);
        findings.host = memchr::memmem::find(near, b"utm_campaign=")
            .and_then(|at| host(page.value(hit.end + at + "utm_campaign=".len())));
    }
    if let Some(hit) = page.first(Needle::FeedbackCode)
        && page.in_script(hit.start)
    {
        let text = words(page.near(hit.end), 4);
        let digits = text.trim_start().split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        if let Some(code) = shown_code(digits) {
            findings.add(&FEEDBACK_CODE, digits, Place::Body);
            findings.code(Some(code));
        }
    }
    if findings.scores.error > before {
        findings.form(Form::Branded);
    }
    findings.code(title);
    if findings.host.is_none() {
        findings.host = page.title().and_then(host_in_title);
    }
}

/// Extracts the host from `shop.example | 522: Connection timed out`, `Origin DNS error | shop.example | Cloudflare` or
/// `Access denied | shop.example used Cloudflare to restrict access`.
fn host_in_title(title: &str) -> Option<String> {
    title
        .split(" | ")
        .map(|part| part.strip_suffix(" used Cloudflare to restrict access").unwrap_or(part))
        .find_map(host)
}

/// Returns the text as a host name if it is one: letters, digits, dots and hyphens in at least two labels, or an IPv4
/// address.
pub(super) fn host(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let labels = text.split('.');
    let well_formed = text.len() <= 253
        && text.contains('.')
        && labels.clone().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        });
    well_formed.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_read_from_titles_of_every_era() {
        for title in [
            "shop.example | 522: Connection timed out",
            "Origin DNS error | shop.example | Cloudflare",
            "Access denied | shop.example used Cloudflare to restrict access",
        ] {
            assert_eq!(host_in_title(title).as_deref(), Some("shop.example"), "{title}");
        }
        assert_eq!(host_in_title("Direct IP access not allowed | Cloudflare"), None);
    }
}
