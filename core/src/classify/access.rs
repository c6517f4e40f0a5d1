//! Cloudflare Access: a sign-in or a refusal in front of the site. Form G.

use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

const TITLE: Marker = Marker {
    name: "access-title",
    weights: &[(kind(Kind::Access), 60)],
    reason: "titles of Access end in \"・ Cloudflare Access\", with that dot",
    seen: "Access, sign-in and refusal",
};
const LINK: Marker = Marker {
    name: "access-link",
    weights: &[(kind(Kind::Access), 16)],
    reason: "Access keeps its addresses on cloudflareaccess.com below /cdn-cgi/access/",
    seen: "Access, sign-in and refusal",
};
const HOST: Marker = Marker {
    name: "access-host",
    weights: &[(kind(Kind::Access), 36)],
    reason: "only Access answers on cloudflareaccess.com",
    seen: "Access, sign-in",
};
const HEADER: Marker = Marker {
    name: "access-header",
    weights: &[(kind(Kind::Access), 40)],
    reason: "Access names its audience or domain in headers of its own and redirects to cloudflareaccess.com",
    seen: "Access, 401 and redirect",
};

const REFUSAL: Marker = Marker {
    name: "access-refusal",
    weights: &[(kind(Kind::Access), 24)],
    reason: "a refusal says that one may not view this and sends one to one's system administrator",
    seen: "Access, refusal",
};

pub(super) const MARKERS: &[&Marker] = &[&TITLE, &LINK, &HOST, &HEADER, &REFUSAL];

/// Reads the marks of Access in the page.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    if let Some(title) = page.title()
        && title.ends_with("・ Cloudflare Access")
    {
        findings.add(&TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
    if page
        .all(Needle::NoPermission)
        .any(|hit| page.text_behind(hit.end, 40).starts_with("Please contact your system administrator"))
    {
        findings.add(&REFUSAL, "Please contact your system administrator", Place::Body);
        findings.form(Form::Branded);
    }
    if page.all(Needle::AccessHost).any(|hit| page.near(hit.end).starts_with(b"/cdn-cgi/access/")) {
        findings.add(&LINK, "cloudflareaccess.com/cdn-cgi/access/", Place::Body);
    }
}

/// Reads the marks of Access in address and headers.
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
