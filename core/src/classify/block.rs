//! "Sorry, you have been blocked": a rule refused the request, and no code is shown. Era E, and notices in the same
//! frame.

use super::branded::host;
use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Form, Kind, Place};

// The heading with the key "block_headline": "Sorry, you have been blocked".
// Seen in: block pages, era E.
const HEADLINE: Marker = Marker { name: "block-headline", weights: &[(kind(Kind::Block), 40)] };
// The heading with the key "blocked_why_headline".
// Seen in: block pages, era E.
const WHY: Marker = Marker { name: "block-explanation", weights: &[(kind(Kind::Block), 8)] };

// Only a phishing warning links to /cdn-cgi/phish-bypass, which opens the site anyway.
// Seen in: warnings of a suspected phishing site.
const PHISHING: Marker = Marker { name: "phishing-warning", weights: &[(kind(Kind::Warning), 40)] };
// Warnings are titled "Suspected phishing site | Cloudflare", or the same with malware.
// Seen in: warnings of a suspected phishing or malware site.
const WARNING_TITLE: Marker = Marker { name: "warning-title", weights: &[(kind(Kind::Warning), 40)] };
// The page has Cloudflare's title and its complete frame, but no code and no challenge: it's some other refusal.
// Seen in: notices, such as that of a suspected phishing site.
const NOTICE: Marker = Marker { name: "framed-notice", weights: &[(kind(Kind::Block), 10)] };

pub(super) const MARKERS: &[&Marker] = &[&HEADLINE, &WHY, &PHISHING, &WARNING_TITLE, &NOTICE];

/// How much frame evidence a page without a code or challenge needs to count as a notice, in decibans.
const WHOLE_FRAME: i16 = 40;

/// Reads the block page's headings by their translation keys.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    for hit in page.all(Needle::Translate) {
        match page.value(hit.end + 1) {
            "block_headline" => findings.add_once(&HEADLINE, &page.text_after_tag(hit.end, 24), Place::Body),
            "blocked_why_headline" => findings.add_once(&WHY, "blocked_why_headline", Place::Body),
            "unable_to_access" | "complete_sec_check" | "managed_checking_msg" | "checking_browser" => {
                let text = page.text_after_tag(hit.end, 96);
                findings.host = findings.host.take().or_else(|| text.split(' ').find_map(host));
            }
            _ => {}
        }
    }
    if let Some(hit) = page.first(Needle::PhishBypass) {
        findings.add(&PHISHING, page.bytes_of(hit), Place::Body);
    }
    if let Some(title) = page.title()
        && let Some((subject, "Cloudflare" | "CloudFlare")) = title.rsplit_once(" | ")
        && let Some(threat) = subject.strip_prefix("Suspected ").or(subject.strip_prefix("suspected "))
        && (threat.starts_with("phishing")
            || threat.starts_with("Phishing")
            || threat.starts_with("malware")
            || threat.starts_with("Malware"))
    {
        findings.add(&WARNING_TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
}

/// Whether the page has the headline of a block.
pub(super) fn is_block(page: &Page<'_>) -> bool {
    page.all(Needle::Translate).any(|hit| page.value(hit.end + 1) == "block_headline")
}

/// Records a notice, after every other form has been looked for.
pub(super) fn read_notice(page: &Page<'_>, findings: &mut Findings) {
    let title = page.title().unwrap_or_default();
    let named = title.ends_with("| Cloudflare") || title.ends_with("| CloudFlare");
    // Without its footer the page is truncated, and there's no way to tell what the rest said.
    let whole = findings.scores.frame >= WHOLE_FRAME && page.has(Needle::Footer);
    if named && whole && findings.scores.strongest().1 == 0 {
        findings.add(&NOTICE, title, Place::Title);
    }
}

#[cfg(test)]
mod tests {
    use crate::classify::classify;
    use crate::diagnosis::Kind;
    use crate::observation::Observation;

    #[test]
    fn a_block_with_the_class_or_status_of_an_error_is_still_a_block() {
        let page = "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title><link rel=\"stylesheet\" \
            id=\"cf_styles-css\" href=\"/cdn-cgi/styles/cf.errors.css\" /></head><body><div id=\"cf-wrapper\"><div \
            id=\"cf-error-details\" class=\"cf-error-details cf-error-522\"><h1 data-translate=\"block_headline\">Sorry, \
            you have been blocked</h1><h2 data-translate=\"blocked_why_headline\">Why?</h2></div><div \
            class=\"cf-error-footer\">Cloudflare Ray ID: <strong>9a1b2c3d4e5f6071</strong></div></div></body></html>";
        let edge = [("server", "cloudflare"), ("cf-ray", "9a1b2c3d4e5f6071-FRA")];
        for status in [Some(403), Some(503), Some(522), None] {
            for headers in [None, Some(edge.into_iter().collect())] {
                let observation =
                    Observation { status, headers, body: page.as_bytes().into(), ..Observation::default() };
                let read = classify(&observation).unwrap();
                assert_eq!((read.kind, read.code), (Kind::Block, None), "{status:?}");
            }
        }
    }
}
