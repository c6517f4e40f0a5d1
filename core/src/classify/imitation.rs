//! Evidence that a page is an imitation, and that an imitation is an attack.

use memchr::memmem;

use super::THRESHOLD;
use super::challenge;
use super::lure::{self, VisibleText};
use super::marker::{Findings, Marker, Toward};
use super::needle::Needle;
use super::page::{Page, starts_document};
use crate::diagnosis::{Form, Place};

// The edge replaces tokens such as ::RAY_ID:: before it answers. A page that still has one is a template.
// Seen in: templates of custom error pages.
const TOKEN: Marker = Marker { name: "unexpanded-token", weights: &[(Toward::Imitation, 40)] };
// The page names the project that generated it.
// Seen in: generated look-alikes.
const GENERATOR: Marker = Marker { name: "generator", weights: &[(Toward::Imitation, 30)] };
// The footer says "Ray ID" instead of "Cloudflare Ray ID".
// Seen in: generated look-alikes of era C.
const NAMELESS_RAY: Marker = Marker { name: "footer-without-name", weights: &[(Toward::Imitation, 15)] };
// Branded pages link a style sheet below /cdn-cgi/styles/. This one doesn't.
// Seen in: generated look-alikes; pages saved whole.
pub(super) const NO_STYLESHEET: Marker = Marker { name: "without-stylesheet", weights: &[(Toward::Imitation, 12)] };
// The footer shows no Ray ID.
// Seen in: look-alikes.
const NO_RAY: Marker = Marker { name: "footer-without-ray", weights: &[(Toward::Imitation, 14)] };
// The page is complete, but has neither the footer nor a Ray ID, so it was rewritten.
// Seen in: gates that sites built from a Cloudflare page.
const NO_FOOTER: Marker = Marker { name: "whole-without-footer", weights: &[(Toward::Imitation, 26)] };
// The footer's link doesn't lead to Cloudflare's landing page.
// Seen in: look-alikes.
const FOREIGN_BRAND: Marker = Marker { name: "foreign-brand-link", weights: &[(Toward::Imitation, 12)] };
// The page loads its style sheet from the site. Cloudflare serves its own below /cdn-cgi/.
// Seen in: sites whose own server poses as Cloudflare.
const FOREIGN_STYLESHEET: Marker = Marker { name: "foreign-stylesheet", weights: &[(Toward::Imitation, 14)] };
// The page loads a script that isn't Cloudflare's. Error pages never do.
// Seen in: look-alikes.
const FOREIGN_SCRIPT: Marker = Marker { name: "foreign-script", weights: &[(Toward::Imitation, 10)] };
// Cloudflare's pages end with "Performance & security by Cloudflare" or the older "DDoS protection by Cloudflare".
// Seen in: all HTML forms, and imitations of them.
const SLOGAN: Marker = Marker { name: "slogan", weights: &[(Toward::Pose, 10)] };
// The page contains sentences from Cloudflare's checks or blocks.
// Seen in: challenges and blocks, and imitations of them.
const CLAIM_WORDS: Marker = Marker { name: "claim-words", weights: &[(Toward::Pose, 10)] };
// The page asks visitors to run, paste or download something. Cloudflare never does.
// Seen in: attacks disguised as a Cloudflare check.
pub(super) const ATTACK: Marker = Marker { name: "asks-to-run-or-download", weights: &[(Toward::Imitation, 80)] };

pub(super) const MARKERS: &[&Marker] = &[
    &TOKEN,
    &GENERATOR,
    &NAMELESS_RAY,
    &NO_STYLESHEET,
    &NO_RAY,
    &NO_FOOTER,
    &FOREIGN_BRAND,
    &FOREIGN_STYLESHEET,
    &FOREIGN_SCRIPT,
    &SLOGAN,
    &CLAIM_WORDS,
    &ATTACK,
];

/// Whether the findings include an attack.
pub(super) fn is_attack(findings: &Findings) -> bool {
    findings.has(&ATTACK)
}

/// The tokens that the edge replaces by a value, on every page. The others are replaced by a box.
const VALUES: &[&str] = &["::RAY_ID::", "::CLIENT_IP::"];

/// Looks for things that Cloudflare's pages never show.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    // One page may serve several kinds of error: the edge fills in the box it needs and leaves the other tokens.
    let filled = findings.form == Some(Form::CustomBox);
    if let Some(hit) = page.all(Needle::Token).find(|hit| !filled || VALUES.contains(&page.bytes_of(*hit))) {
        findings.add(&TOKEN, page.bytes_of(hit), Place::Body);
    }
    if let Some(hit) = page.first(Needle::Generator) {
        findings.add(&GENERATOR, page.bytes_of(hit), Place::Body);
    }
    if page.has(Needle::Details) && page.has(Needle::Wrapper) {
        // A page whose beginning is missing may have lost its link to the style sheet.
        let has_head = page.has(Needle::Title) || starts_document(page.bytes().trim_ascii_start());
        if has_head && !page.has(Needle::Stylesheet) {
            findings.add(&NO_STYLESHEET, "", Place::Body);
        }
        if let Some(sheet) = page.all(Needle::StylesheetId).find_map(|hit| address(page.tag_around(hit), "href=")) {
            // Old pages and fully saved captures refer to the file next to them.
            if sheet.starts_with('/') && !sheet.contains("/cdn-cgi/") {
                findings.add(&FOREIGN_STYLESHEET, sheet, Place::Body);
            }
        }
        let mut scripts = page.all(Needle::Script).filter_map(|hit| address(page.tag_around(hit), "src="));
        if let Some(script) = scripts.find(|script| !is_from_edge(script)) {
            findings.add(&FOREIGN_SCRIPT, script, Place::Body);
        }
        if let Some(hit) = page.first(Needle::FooterItem)
            && page.text_after_tag(hit.end, 24).starts_with("Ray ID")
        {
            findings.add(&NAMELESS_RAY, "Ray ID", Place::Body);
        }
        if findings.ray.is_none() {
            if page.has(Needle::Footer) {
                findings.add(&NO_RAY, "cf-error-footer", Place::Body);
            } else if is_whole(page) {
                findings.add(&NO_FOOTER, "</html>", Place::Body);
            }
        }
        if let Some(hit) = page.first(Needle::BrandLink) {
            // The link's address may come before or after its id.
            let before = page.before(hit.start);
            let start = hit.start - before.len() + memchr::memrchr(b'<', before).unwrap_or(0);
            let end = hit.end + memchr::memchr(b'>', page.near(hit.end)).unwrap_or(0);
            if !page.within(&(start..end)).any(|hit| matches!(hit.needle, Needle::Landing | Needle::WorkersHost)) {
                findings.add(&FOREIGN_BRAND, "brand_link", Place::Body);
            }
        }
    }
    if let Some(hit) = page.all(Needle::Slogan).chain(page.all(Needle::DdosSlogan)).find(|hit| {
        let text = page.text_after(hit.end, 12);
        text.trim_start().get(..10).is_some_and(|name| name.eq_ignore_ascii_case("cloudflare"))
    }) {
        findings.add(&SLOGAN, page.bytes_of(hit), Place::Body);
    }
    let mut words: Vec<&str> = page.all(Needle::ClaimWords).map(|hit| page.bytes_of(hit)).collect();
    words.dedup();
    for words in words.into_iter().take(2) {
        findings.add(&CLAIM_WORDS, words, Place::Body);
    }
}

/// Returns the address in a tag's attribute.
fn address<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(attribute)?;
    value.trim_start_matches(['"', '\'']).split(['"', '\'', ' ']).next()
}

/// Whether the script is Cloudflare's, or was added by one of the visitor's browser extensions.
fn is_from_edge(address: &str) -> bool {
    let host = address.split_once("//").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    address.contains("/cdn-cgi/")
        || address.contains("-extension:")
        || ["cloudflare.com", "cloudflareinsights.com"]
            .iter()
            .any(|zone| host.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether the page was read to its end.
fn is_whole(page: &Page<'_>) -> bool {
    let bytes = page.bytes().trim_ascii_end();
    let end = bytes.get(bytes.len().saturating_sub(64)..).unwrap_or_default();
    memmem::find(end, b"</html>").is_some()
}

/// Checks whether a page that poses as Cloudflare's asks for something that only an attack asks for.
pub(super) fn read_attack(page: &Page<'_>, findings: &mut Findings) {
    let scores = findings.scores;
    let claim = scores.frame + scores.strongest().1 - scores.unrelated;
    // A download page may contain traces of a check that the visitor passed, but doesn't claim to be one.
    let claims = findings.has(&challenge::TITLE) || (findings.form == Some(Form::Branded) && claim >= THRESHOLD);
    let text = VisibleText::read(page.bytes());
    if !claims && text.explains() {
        return;
    }
    if let Some(asked) = lure::asked(page, &text, claims) {
        findings.add(&ATTACK, &asked, Place::Body);
    }
}

#[cfg(test)]
mod tests {
    use crate::classify::classify;
    use crate::diagnosis::Kind;
    use crate::observation::Observation;

    #[test]
    fn a_page_without_its_head_may_lack_the_style_sheet() {
        let middle = "<script>var a;</script></head><body><div id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span \
            data-translate=\"error\">Error</span> <span>1014</span></h1></div><div class=\"cf-error-footer\">Cloudflare \
            Ray ID: <strong>9a1b2c3d4e5f6071</strong></div></div></body></html>";
        let headers = [("server", "cloudflare")];
        let kind = |body: &str| {
            let headers = Some(headers.into_iter().collect());
            let observation =
                Observation { status: Some(403), headers, body: body.as_bytes().into(), ..Observation::default() };
            classify(&observation).map(|read| read.kind)
        };
        assert_eq!(kind(middle), Some(Kind::Error));
        assert_eq!(kind(&format!("<!DOCTYPE html><html><head><title>x</title>{middle}")), Some(Kind::Imitation));
    }
}
