//! Pages about an error, which quote one without being one: articles, documentation, issues, source code.

use std::collections::BTreeSet;

use super::marker::{Findings, Marker, Toward};
use super::needle::Needle;
use super::page::{Page, starts_document, starts_with_markup};
use crate::diagnosis::Place;
use crate::observation::Observation;

// A page starts with a tag, or after one line from a program. This is other text: source code, a log or a document.
// Seen in: source code, logs and documents that quote a page.
const NOT_MARKUP: Marker = Marker { name: "not-markup", weights: &[(Toward::Unrelated, 300)] };
// Pages with an author have descriptions for search engines and social networks; errors don't.
// Seen in: articles and documentation.
const ARTICLE: Marker = Marker { name: "article", weights: &[(Toward::Unrelated, 12)] };

pub(super) const MARKERS: &[&Marker] = &[&NOT_MARKUP, &ARTICLE];

/// How much of a text is searched for a Ray ID, in bytes: pasted texts are short.
const TEXT_BYTES: usize = 64 * 1024;

/// The longest message before a page, in bytes: one line written by a program, not a document.
const MESSAGE_BYTES: usize = 200;

/// Records signs that the page is about an error.
pub(super) fn read(page: &Page<'_>, observation: &Observation<'_>, findings: &mut Findings) {
    let start = page.bytes().trim_ascii_start();
    // An answer with headers is exactly what was sent: text before a page in it is from a program that quotes the page.
    let message = observation.headers.is_none() && follows_a_message(start);
    if start.first() != Some(&b'<') && !message {
        let text = String::from_utf8_lossy(start.get(..start.len().min(40)).unwrap_or_default()).into_owned();
        findings.add(&NOT_MARKUP, &text, Place::Body);
    }
    // Cloudflare's box and challenge also appear in sites' own pages, which have such signs.
    let mut signs = BTreeSet::new();
    for hit in page.all(Needle::Article) {
        signs.insert(page.bytes_of(hit)); // collecting would bring another sort
    }
    for sign in signs {
        findings.add(&ARTICLE, sign, Place::Body);
    }
}

/// Whether a text that isn't markup contains the label of a Ray ID or the type of a structured error. It may then be
/// copied from a page, a transcript or a log.
pub(super) fn mentions_a_request(bytes: &[u8]) -> bool {
    if starts_with_markup(bytes) {
        return false;
    }
    let start = bytes.trim_ascii_start();
    let start = start.get(..TEXT_BYTES).unwrap_or(start);
    ["Ray ID", "Ray-ID", "ray_id", "cf-ray", "CF-RAY", "CF-Ray", "cloudflare-5xx-errors/", "cloudflare-1xxx-errors/"]
        .iter()
        .any(|label| memchr::memmem::find(start, label.as_bytes()).is_some())
}

/// Whether a page starts after one short line, as programs report an answer: `API Error: 502 <html>`.
///
/// Source code has a quotation mark before it, a document a line break, and a line-by-line quotation a sign.
fn follows_a_message(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'<', bytes.get(..bytes.len().min(MESSAGE_BYTES)).unwrap_or_default()) else {
        return false;
    };
    let (message, page) = bytes.split_at(at);
    starts_document(page)
        && memchr::memchr2(b'\n', b'\r', message).is_none()
        && message.trim_ascii_end().last().is_some_and(|last| last.is_ascii_alphanumeric() || b":.,)]".contains(last))
        && !message.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'))
}
