//! Cloudflare Access: a sign-in or a refusal in front of the site. Form G.

use super::marker::{Findings, Marker, kind};
use super::needle::{Hit, Needle};
use super::page::{Page, starts_with_ignoring_case};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// Access titles end in "・ Cloudflare Access", with that dot.
// Seen in: Access, sign-in and refusal.
const TITLE: Marker = Marker { name: "access-title", weights: &[(kind(Kind::Access), 60)] };
// Access URLs are on cloudflareaccess.com, below /cdn-cgi/access/.
// Seen in: Access, sign-in and refusal.
const LINK: Marker = Marker { name: "access-link", weights: &[(kind(Kind::Access), 16)] };
// Only Access answers on cloudflareaccess.com.
// Seen in: Access, sign-in.
const HOST: Marker = Marker { name: "access-host", weights: &[(kind(Kind::Access), 36)] };
// Access sends its audience or domain in its own headers, and redirects to cloudflareaccess.com.
// Seen in: Access, 401 and redirect.
const HEADER: Marker = Marker { name: "access-header", weights: &[(kind(Kind::Access), 40)] };

// A refusal reads "You don't have permission to view this. Please contact your system administrator."
// Seen in: Access, refusal.
const REFUSAL: Marker = Marker { name: "access-refusal", weights: &[(kind(Kind::Access), 24)] };

// Some refusals are titled "Cloudflare Access Error". They have the class of a 5xx page but aren't one.
// Seen in: Access, refusal.
const ERROR_TITLE: Marker = Marker { name: "access-error-title", weights: &[(kind(Kind::Access), 50)] };
// The sign-in page submits its form below /cdn-cgi/access/.
// Seen in: Access, sign-in.
const FORM: Marker = Marker { name: "access-form", weights: &[(kind(Kind::Access), 36)] };

pub(super) const MARKERS: &[&Marker] = &[&TITLE, &LINK, &HOST, &HEADER, &REFUSAL, &ERROR_TITLE, &FORM];

/// The dot before the name, and its garbled forms when UTF-8 is read as Latin-1, Windows-1252 or ASCII.
const DOTS: &[&str] = &["・ ", "ã\u{83}» ", "ãƒ» ", "\u{fffd} ", "\u{fffd}\u{fffd}\u{fffd} "];

/// Looks for Access's markers in the page.
pub(super) fn read(page: &Page<'_>, status: Option<u16>, findings: &mut Findings) {
    if let Some(title) = page.title()
        && let Some(subject) = title.strip_suffix("Cloudflare Access")
        && DOTS.iter().any(|dot| subject.ends_with(dot))
    {
        findings.add(&TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
    if let Some(title @ "Cloudflare Access Error") = page.title() {
        findings.add(&ERROR_TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
    if page.all(Needle::AccessPath).any(|hit| is_form_action(page, hit) && !page.near(hit.end).starts_with(b"logout")) {
        findings.add(&FORM, "/cdn-cgi/access/", Place::Body);
        findings.form(Form::Branded);
    }
    // A refusal never has status 200.
    if status != Some(200)
        && page.all(Needle::NoPermission).any(|hit| {
            page.text_after(hit.end, 40)
                .trim_start_matches('.')
                .trim_start()
                .starts_with("Please contact your system administrator")
        })
    {
        findings.add(&REFUSAL, "Please contact your system administrator", Place::Body);
        findings.form(Form::Branded);
    }
    if page.all(Needle::AccessHost).any(|hit| page.near(hit.end).starts_with(b"/cdn-cgi/access/")) {
        findings.add(&LINK, "cloudflareaccess.com/cdn-cgi/access/", Place::Body);
    }
}

/// Whether a hit is in a form's action rather than in a script or link.
fn is_form_action(page: &Page<'_>, hit: Hit) -> bool {
    let before = page.before(hit.start);
    let tag = memchr::memrchr(b'<', before).and_then(|start| before.get(start..)).unwrap_or_default();
    let value = tag.iter().rposition(|byte| matches!(byte, b'"' | b'\'')).and_then(|quote| tag.get(..quote));
    starts_with_ignoring_case(tag, b"<form") && value.is_some_and(|before| before.ends_with(b"action="))
}

/// Looks for Access's markers in the URL and headers.
pub(super) fn read_head(observation: &Observation<'_>, findings: &mut Findings) {
    if let Some(url) = &observation.url
        && url.host().ends_with(".cloudflareaccess.com")
    {
        findings.add(&HOST, url.host(), Place::Url);
        findings.form(Form::HeadersOnly);
    }
    if let Some(audience) = observation.header("cf-access-aud").or(observation.header("cf-access-domain")) {
        findings.add(&HEADER, audience, Place::Header);
        findings.form(Form::HeadersOnly);
    } else if let Some(location) = observation.header("location")
        && location.contains(".cloudflareaccess.com/cdn-cgi/access/")
    {
        findings.add(&HEADER, ".cloudflareaccess.com/cdn-cgi/access/", Place::Header);
        findings.form(Form::HeadersOnly);
    }
}
