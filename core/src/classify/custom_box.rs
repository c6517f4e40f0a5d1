//! Cloudflare's box inside the site's own page: era A, 2014 to today.
//!
//! Sites often hide it, so it's read from the markup rather than from visible text.

use memchr::memmem;

use super::block;
use super::branded::host;
use super::frame::shown_code;
use super::marker::{Findings, Marker, Toward, kind};
use super::needle::Needle;
use super::page::{Page, words};
use super::status_picture::is_city;
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// A custom error page must contain Cloudflare's box, and the box's class names the code. Sites reuse the class too.
// Seen in: boxes in sites' own pages, era A.
const BOX_CLASS: Marker = Marker { name: "box-class", weights: &[(kind(Kind::Error), 18)] };
// The box ends in a list of this class.
// Seen in: boxes in sites' own pages, era A.
const BOX_LIST: Marker = Marker { name: "box-list", weights: &[(kind(Kind::Error), 12)] };
// The box's list names the "Error reference number".
// Seen in: boxes in sites' own pages, era A.
const REFERENCE_NUMBER: Marker = Marker { name: "reference-number", weights: &[(kind(Kind::Error), 12)] };

// The page is a refusal, by its status or headline, and has the class of a 5xx but nothing else of the box. The class
// is reused there and gives no code.
// Seen in: Access refusals; sites that reuse the class.
const REFUSAL_CLASS: Marker = Marker { name: "refusal-with-box-class", weights: &[(Toward::Unrelated, 4)] };

pub(super) const MARKERS: &[&Marker] = &[&BOX_CLASS, &BOX_LIST, &REFERENCE_NUMBER, &REFUSAL_CLASS];

/// Reads the box's code and the city in its list.
pub(super) fn read(page: &Page<'_>, observation: &Observation<'_>, findings: &mut Findings) {
    let is_refusal = matches!(observation.status, Some(401..=403 | 407 | 451)) || block::is_block(page);
    for hit in page.all(Needle::Details) {
        let near = page.near(hit.end);
        let classes = near.get(..memchr::memchr3(b'"', b'\'', b'>', near).unwrap_or(0)).unwrap_or_default();
        let Some(at) = memmem::find(classes, b" cf-error-") else { continue };
        let number = page.value(hit.end + at + " cf-error-".len());
        if let Some(code) = shown_code(number) {
            let is_server_error = code.is_server_error();
            let has_list =
                [Needle::BoxList, Needle::ReferenceNumber, Needle::Location].iter().any(|mark| page.has(*mark));
            if is_refusal && is_server_error && !has_list {
                findings.add(&REFUSAL_CLASS, &format!("cf-error-{number}"), Place::Body);
                break;
            }
            findings.add(&BOX_CLASS, &format!("cf-error-{number}"), Place::Body);
            findings.code(Some(code));
            // The site's own page around it isn't Cloudflare's frame.
            if !page.has(Needle::Wrapper) {
                findings.form = Some(Form::CustomBox);
            }
            break;
        }
    }
    if page.has(Needle::BoxList) {
        findings.add(&BOX_LIST, "cferror_details", Place::Body);
    }
    if let Some(hit) = page.first(Needle::ReferenceNumber) {
        let text = words(page.near(hit.end), 6);
        if let Some(code) = shown_code(text.trim_start_matches([':', ' ']).split(' ').next().unwrap_or_default()) {
            findings.add(&REFERENCE_NUMBER, &text, Place::Body);
            findings.code(Some(code));
        }
    }
    if let Some(hit) = page.first(Needle::Location) {
        let text = page.near(hit.end);
        let item = text.get(..memmem::find(text, b"</li").unwrap_or(0)).map(|item| words(item, 40)).unwrap_or_default();
        let city = item.trim_start_matches([':', ' ']);
        if is_city(city) && findings.city.is_none() {
            findings.city = Some(city.to_owned());
        }
    }
    if findings.host.is_none() {
        findings.host = page.all(Needle::Website).find_map(|hit| {
            let near = page.near(hit.end);
            host(core::str::from_utf8(near.get(..memchr::memchr(b')', near)?)?).ok()?)
        });
    }
    if findings.host.is_none() {
        findings.host = page.all(Needle::RequestedUrl).find_map(|hit| {
            let text = page.text_after(hit.end, 4);
            let address = text.trim_start_matches([':', ' ']).split(' ').next()?;
            let address = address.split_once("://").map_or(address, |(_, address)| address);
            host(address.split(['/', '?', ':']).next()?)
        });
    }
}
