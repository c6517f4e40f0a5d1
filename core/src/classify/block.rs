//! "Sorry, you have been blocked": a rule of the site's refused, and no code is shown. Era E.

use super::branded::host;
use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Kind, Place};

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

pub(super) const MARKERS: &[&Marker] = &[&HEADLINE, &WHY];

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
}
