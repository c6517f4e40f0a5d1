//! Pages about an error, which quote one and are none: articles, documentation, issues, source code.

use super::marker::{Findings, Marker, Toward};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::Place;

const NOT_MARKUP: Marker = Marker {
    name: "not-markup",
    weights: &[(Toward::Unrelated, 90)],
    reason: "a page begins with a tag; what begins with text is a source, a log or a document that holds one",
    seen: "source code, logs and documents that quote a page",
};
const ARTICLE: Marker = Marker {
    name: "article",
    weights: &[(Toward::Unrelated, 12)],
    reason: "pages with an author have descriptions for search engines and networks; errors have none",
    seen: "articles and documentation",
};

pub(super) const MARKERS: &[&Marker] = &[&NOT_MARKUP, &ARTICLE];

/// Records signs that the page is about an error.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    let start = page.bytes().trim_ascii_start();
    if start.first() != Some(&b'<') {
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
