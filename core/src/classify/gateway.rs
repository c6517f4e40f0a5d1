//! The block page of Cloudflare Gateway: the visitor's organisation refuses the request, which never reaches the site.
//!
//! Source: Cloudflare's documentation, "Block page" (cloudflare-one, 2026-09-02): the default page is hosted at
//! blocked.teams.cloudflare.com, and Gateway redirects there.

use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// Gateway's default block page is hosted at blocked.teams.cloudflare.com.
// Seen in: Gateway block pages.
const HOST: Marker = Marker { name: "gateway-host", weights: &[(kind(Kind::Gateway), 50)] };
// Gateway redirects a blocked request to its block page.
// Seen in: Gateway, redirect.
const REDIRECT: Marker = Marker { name: "gateway-redirect", weights: &[(kind(Kind::Gateway), 50)] };
// The unstyled redirect, and copies of the block page, contain the host of the block page.
// Seen in: Gateway, redirect and block page.
const LINK: Marker = Marker { name: "gateway-link", weights: &[(kind(Kind::Gateway), 16)] };

pub(super) const MARKERS: &[&Marker] = &[&HOST, &REDIRECT, &LINK];

const HOSTS: [&str; 2] = ["blocked.teams.cloudflare.com", "blocked.teams.fed.cloudflare.com"];

/// Looks for Gateway's markers in the page.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    if let Some(hit) = page.first(Needle::GatewayHost) {
        findings.add(&LINK, page.bytes_of(hit), Place::Body);
    }
}

/// Looks for Gateway's markers in the URL and headers.
pub(super) fn read_head(observation: &Observation<'_>, findings: &mut Findings) {
    if let Some(url) = &observation.url
        && HOSTS.contains(&url.host())
    {
        findings.add(&HOST, url.host(), Place::Url);
        findings.form(Form::HeadersOnly);
    }
    let location = observation.header("location").and_then(|location| location.strip_prefix("https://"));
    if let Some(target) = location.and_then(|location| location.split(['/', '?']).next())
        && HOSTS.contains(&target)
    {
        findings.add(&REDIRECT, target, Place::Header);
        findings.form(Form::HeadersOnly);
    }
}
