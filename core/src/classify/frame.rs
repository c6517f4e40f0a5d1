//! The frame shared by all of Cloudflare's own pages: wrapper, style sheet, footer, Ray ID.

use super::marker::{Findings, Marker, Toward, kind};
use super::needle::Needle;
use super::page::Page;
use crate::code::{Code, Family};
use crate::diagnosis::{Form, Kind, Place};
use crate::ray::RayId;
use crate::time::Timestamp;

// Every Cloudflare page since 2016 is inside the element cf-wrapper.
// Seen in: branded, eras B to E.
const WRAPPER: Marker = Marker { name: "branded-wrapper", weights: &[(Toward::Frame, 12)] };
// The element cf-error-details contains the error in every era.
// Seen in: branded, eras B to E.
const DETAILS: Marker = Marker { name: "branded-details", weights: &[(Toward::Frame, 14)] };
// The edge serves its own style sheets below /cdn-cgi/styles/.
// Seen in: branded, eras B to E.
const STYLESHEET: Marker = Marker { name: "branded-stylesheet", weights: &[(Toward::Frame, 8)] };
// The footer with Ray ID and the visitor's address.
// Seen in: branded, eras B to E.
const FOOTER: Marker = Marker { name: "branded-footer", weights: &[(Toward::Frame, 6)] };
// The script at the end of Cloudflare's pages. Imitations leave it out.
// Seen in: branded, eras D1, D2 and E.
const TRANSLATION: Marker = Marker { name: "translation-hook", weights: &[(Toward::Frame, 4)] };
// Titles of 1xxx pages end in "| Cloudflare".
// Seen in: branded, eras D1 and D2.
const TITLE: Marker = Marker { name: "title-cloudflare", weights: &[(Toward::Frame, 6)] };
// The title that blocks and old challenges share.
// Seen in: block pages, era E; challenges to 2022.
const TITLE_ATTENTION: Marker =
    Marker { name: "title-attention-required", weights: &[(kind(Kind::Block), 6), (kind(Kind::Challenge), 6)] };
// A Ray ID: sixteen hexadecimal digits.
// Seen in: all HTML forms.
const RAY: Marker = Marker { name: "ray-in-page", weights: &[(Toward::Frame, 8), (Toward::Pose, 8)] };
// The Ray ID isn't sixteen hexadecimal digits, so the page was edited.
// Seen in: edited copies of branded pages.
pub(super) const RAY_MALFORMED: Marker = Marker { name: "ray-malformed", weights: &[(Toward::Imitation, 25)] };
// The page shows two different Ray IDs, so it was edited.
// Seen in: edited copies of branded pages.
const RAYS_DIFFER: Marker = Marker { name: "rays-differ-in-page", weights: &[(Toward::Imitation, 20)] };
// Titles of 5xx pages read "host | 522: Connection timed out".
// Seen in: branded, eras B and C.
const TITLE_CODE: Marker = Marker { name: "title-code", weights: &[(kind(Kind::Error), 8)] };
// The title has a code, but not the host that 5xx pages put before it.
// Seen in: generated look-alikes of era C.
const TITLE_HOSTLESS: Marker = Marker { name: "title-without-host", weights: &[(Toward::Imitation, 14)] };
// Cloudflare's page about hidden e-mail addresses has the frame of an error page but isn't one.
// Seen in: the e-mail protection page.
const EMAIL_PROTECTION: Marker = Marker { name: "email-protection", weights: &[(Toward::Unrelated, 90)] };

pub(super) const MARKERS: &[&Marker] = &[
    &WRAPPER,
    &DETAILS,
    &STYLESHEET,
    &FOOTER,
    &TRANSLATION,
    &TITLE,
    &TITLE_ATTENTION,
    &TITLE_CODE,
    &TITLE_HOSTLESS,
    &RAY,
    &RAY_MALFORMED,
    &RAYS_DIFFER,
    &EMAIL_PROTECTION,
];

/// Reads the page's frame: title, Ray ID, time and the frame's markers.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    for (needle, marker) in [(Needle::Wrapper, &WRAPPER), (Needle::Footer, &FOOTER), (Needle::Stylesheet, &STYLESHEET)]
    {
        if let Some(hit) = page.first(needle) {
            findings.add(marker, page.bytes_of(hit), Place::Body);
        }
    }
    // As a class it's the box in a site's own page, or nothing.
    let details = page.all(Needle::Details).find(|hit| page.is_id(*hit));
    if let Some(hit) = details {
        findings.add(&DETAILS, page.bytes_of(hit), Place::Body);
    }
    if page.has(Needle::Translation) {
        findings.add(&TRANSLATION, "_cf_translation", Place::Body);
    }
    if page.has(Needle::Wrapper) || details.is_some() {
        findings.form = findings.form.or(Some(Form::Branded));
    }
    title(page, findings);
    rays(page, findings);
    findings.at = page.all(Needle::Utc).find_map(|hit| {
        let before = page.before(hit.start);
        let shown = before.get(before.len().checked_sub("2025-11-12 00:52:56".len())?..)?;
        Timestamp::parse(&format!("{} UTC", core::str::from_utf8(shown).ok()?))
    });
}

fn title(page: &Page<'_>, findings: &mut Findings) {
    let Some(title) = page.title() else { return };
    if title.starts_with("Email Protection") {
        findings.add(&EMAIL_PROTECTION, title, Place::Title);
    } else if title == "Attention Required! | Cloudflare" || title == "Attention Required! | CloudFlare" {
        findings.add(&TITLE_ATTENTION, title, Place::Title);
    } else if title.ends_with("| Cloudflare")
        || title.ends_with("| CloudFlare")
        || title.ends_with("used Cloudflare to restrict access")
        || title.ends_with("used CloudFlare to restrict access")
    {
        findings.add(&TITLE, title, Place::Title);
    }
    // The host may be empty: "| 500: Internal server error".
    let last = title.rsplit(" | ").next().unwrap_or(title);
    let last = last.strip_prefix("| ").unwrap_or(last);
    if let Some((number, name)) = last.split_once(": ")
        && let Some(code) = shown_code(number)
        && !name.is_empty()
    {
        findings.add(&TITLE_CODE, title, Place::Title);
        findings.code(Some(code));
        // The host may be empty, but its separator is never missing.
        if !title.contains('|') && page.has(Needle::Wrapper) {
            findings.add(&TITLE_HOSTLESS, title, Place::Title);
        }
    }
}

/// Reads every labelled Ray ID, and records malformed and conflicting ones.
fn rays(page: &Page<'_>, findings: &mut Findings) {
    for hit in page.all(Needle::Ray) {
        let text = page.text_after(hit.end, 40);
        // "the Cloudflare Ray ID found at the bottom" is a sentence, not a label.
        let Some(shown) = text.trim_start().strip_prefix([':', '：']) else { continue };
        let shown = shown.trim_start().split(['•', '|']).next().unwrap_or_default().trim();
        let word = shown.split(' ').next().unwrap_or_default();
        let (ray, data_centre) = RayId::parse_header(word).map_or((None, None), |(ray, at)| (Some(ray), at));
        let word = word.split('-').next().unwrap_or_default();
        findings.data_centre = findings.data_centre.or(data_centre);
        match (ray, findings.ray) {
            (Some(ray), None) => {
                findings.add(&RAY, word, Place::Body);
                findings.ray = Some(ray);
            }
            (Some(ray), Some(known)) if ray != known => findings.add_once(&RAYS_DIFFER, word, Place::Body),
            (Some(_), Some(_)) => {}
            (None, _) if page.is_cut_off_near(hit.end) => {}
            (None, _) => findings.add_once(&RAY_MALFORMED, shown, Place::Body),
        }
    }
}

/// Parses a code as pages show it: an HTTP error or one of Cloudflare's own four-digit codes; `None` for any other
/// number.
pub(super) fn shown_code(digits: &str) -> Option<Code> {
    digits.trim().parse().ok().filter(|code: &Code| code.family() != Family::Other)
}

/// Parses the code from a text such as `Error code 522` or `Error 1016`, ignoring the text after it.
pub(super) fn labelled_code(text: &str) -> Option<Code> {
    let rest = text.trim_start();
    let rest = rest.strip_prefix("Error").unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("code").unwrap_or(rest).trim_start_matches([' ', ':']);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    shown_code(rest.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::classify;
    use crate::data_centre::{Iata, KnownBy, ServingDataCentre};
    use crate::observation::Observation;

    #[test]
    fn the_data_centre_is_read_after_the_ray_id() {
        let page = "<div id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span data-translate=\"error\">Error</span> \
                    <span>1033</span></h1>Ray ID: 9f140b785e57c458-LAX &bull;<p>Cloudflare Ray ID: \
                    <strong>9f140b785e57c458-LAX</strong></p></div></div>";
        let observation = Observation { body: page.as_bytes().into(), ..Observation::default() };
        let served = classify(&observation).and_then(|diagnosis| diagnosis.served);
        assert_eq!(
            served,
            Iata::parse("LAX").map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge })
        );
    }

    #[test]
    fn codes_are_read_only_after_their_labels() {
        for text in ["Error code 522", "Error 522", "522", " Error  code: 522 Ray ID"] {
            assert_eq!(labelled_code(text), "522".parse().ok(), "{text}");
        }
        for text in ["Error code 10028", "Errors 522", "Error 200", "Error", "522x"] {
            let code = labelled_code(text);
            assert!(code.is_none() || text == "522x", "{text}");
        }
    }
}
