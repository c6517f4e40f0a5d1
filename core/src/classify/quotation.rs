//! Pages about an error, which quote one and are none: articles, documentation, issues, source code.

use super::marker::{Findings, Marker, Toward};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::Place;
use crate::observation::Observation;

const NOT_MARKUP: Marker = Marker {
    name: "not-markup",
    weights: &[(Toward::Unrelated, 90)],
    reason: "a page begins with a tag, or behind one line of a program's; other text is a source, a log or a document",
    seen: "source code, logs and documents that quote a page",
};
const ARTICLE: Marker = Marker {
    name: "article",
    weights: &[(Toward::Unrelated, 12)],
    reason: "pages with an author have descriptions for search engines and networks; errors have none",
    seen: "articles and documentation",
};

pub(super) const MARKERS: &[&Marker] = &[&NOT_MARKUP, &ARTICLE];

/// How much of a text is searched for a Ray ID, in bytes: what people paste is short.
const TEXT_BYTES: usize = 64 * 1024;

/// How long a message before a page may be, in bytes: a line that a program wrote, not a document.
const MESSAGE_BYTES: usize = 200;

/// Records signs that the page is about an error.
pub(super) fn read(page: &Page<'_>, observation: &Observation<'_>, findings: &mut Findings) {
    let start = page.bytes().trim_ascii_start();
    // An answer with its headers is what was sent: text that passes on a page which somebody else was sent.
    let message = observation.headers.is_none() && is_behind_a_message(start);
    if start.first() != Some(&b'<') && !message {
        let text = String::from_utf8_lossy(start.get(..start.len().min(40)).unwrap_or_default()).into_owned();
        findings.add(&NOT_MARKUP, &text, Place::Body);
    }
    // Cloudflare's box and challenge also stand in pages of the site's own making, which have such things.
    let mut signs: Vec<&str> = page.all(Needle::Article).map(|hit| page.bytes_of(hit)).collect();
    signs.sort_unstable();
    signs.dedup();
    for sign in signs {
        findings.add(&ARTICLE, sign, Place::Body);
    }
}

/// Whether a text that is no markup shows a Ray ID with its label, as what people copy from a page does.
pub(super) fn mentions_a_request(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    if start.first().is_none_or(|first| *first == b'<') {
        return false;
    }
    let start = start.get(..TEXT_BYTES).unwrap_or(start);
    memchr::memmem::find(start, b"Ray ID").is_some() || memchr::memmem::find(start, b"ray_id").is_some()
}

/// Whether a page begins behind one short line, as programs report an answer: `API Error: 502 <html>`.
///
/// Source code puts a quotation mark before it, a document a line break, and whoever quotes line by line a sign.
fn is_behind_a_message(bytes: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'<', bytes.get(..bytes.len().min(MESSAGE_BYTES)).unwrap_or_default()) else {
        return false;
    };
    let (message, page) = bytes.split_at(at);
    let begins = |tag: &[u8]| page.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    (begins(b"<!doctype html") || begins(b"<html"))
        && memchr::memchr2(b'\n', b'\r', message).is_none()
        && message.trim_ascii_end().last().is_some_and(|last| last.is_ascii_alphanumeric() || b":.,)]".contains(last))
        && !message.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'))
}
