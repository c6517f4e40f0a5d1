//! "Sorry, you have been blocked": a rule refused, and no code is shown. Era E, and notices in the same frame.

use super::branded::host;
use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Form, Kind, Place};

const HEADLINE: Marker = Marker {
    name: "block-headline",
    weights: &[(kind(Kind::Block), 18)],
    reason: "the heading under the key \"block_headline\" says that the visitor was blocked",
    seen: "block page, era E",
};
const WHY: Marker = Marker {
    name: "block-explanation",
    weights: &[(kind(Kind::Block), 8)],
    reason: "the page explains under this key why it blocks",
    seen: "block page, era E",
};

const PHISHING: Marker = Marker {
    name: "phishing-warning",
    weights: &[(kind(Kind::Warning), 40)],
    reason: "a site reported for phishing is reached only through /cdn-cgi/phish-bypass",
    seen: "warning of a suspected phishing site",
};
const WARNING_TITLE: Marker = Marker {
    name: "warning-title",
    weights: &[(kind(Kind::Warning), 40)],
    reason: "Cloudflare's warnings are titled \"Suspected phishing site | Cloudflare\" or name malware instead",
    seen: "warning of a suspected phishing or malware site",
};
const NOTICE: Marker = Marker {
    name: "framed-notice",
    weights: &[(kind(Kind::Block), 10)],
    reason: "a whole frame with Cloudflare's title that shows neither code nor challenge is a refusal of another kind",
    seen: "notices of Cloudflare's, as of a suspected phishing site",
};

pub(super) const MARKERS: &[&Marker] = &[&HEADLINE, &WHY, &PHISHING, &WARNING_TITLE, &NOTICE];

/// How much of the frame must be there before a page without code or challenge counts as a notice.
const WHOLE_FRAME: i16 = 40;

/// Reads the block page's headings by their translation keys.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    for hit in page.all(Needle::Translate) {
        match page.value(hit.end + 1) {
            "block_headline" => findings.add_once(&HEADLINE, &page.text_behind_tag(hit.end, 24), Place::Body),
            "blocked_why_headline" => findings.add_once(&WHY, "blocked_why_headline", Place::Body),
            "unable_to_access" | "complete_sec_check" | "managed_checking_msg" | "checking_browser" => {
                let text = page.text_behind_tag(hit.end, 96);
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

/// Records a notice, once every other form has been looked for.
pub(super) fn read_notice(page: &Page<'_>, findings: &mut Findings) {
    let title = page.title().unwrap_or_default();
    let named = title.ends_with("| Cloudflare") || title.ends_with("| CloudFlare");
    // Without its footer the page is cut off, and what it would have said is unknown.
    let whole = findings.scores.frame >= WHOLE_FRAME && page.has(Needle::Footer);
    if named && whole && findings.scores.loudest().1 == 0 {
        findings.add(&NOTICE, title, Place::Title);
    }
}
