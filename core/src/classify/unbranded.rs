//! The unstyled page that ends in a centred `cloudflare`. Form I.

use super::frame::shown_code;
use super::marker::{Findings, Marker, Toward, kind};
use super::needle::Needle;
use super::page::Page;
use crate::diagnosis::{Form, Kind, Place};

// The edge signs its unstyled answers with its name, centred below a horizontal line.
// Seen in: unbranded, all years.
const SIGNATURE: Marker = Marker { name: "unbranded-signature", weights: &[(kind(Kind::Error), 30)] };
// The same page with a status below 400 isn't an error.
// Seen in: redirects made by the edge.
const REDIRECT: Marker = Marker { name: "unbranded-redirect", weights: &[(Toward::Unrelated, 60)] };
// The page is long. The real one has only a few hundred bytes.
// Seen in: texts that quote a page.
const QUOTED: Marker = Marker { name: "unbranded-in-long-page", weights: &[(Toward::Unrelated, 20)] };

pub(super) const MARKERS: &[&Marker] = &[&SIGNATURE, &REDIRECT, &QUOTED];

/// The longest unbranded page, in bytes.
const LONGEST: usize = 4_096;

/// Reads the unstyled page's signature and heading.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    let Some(hit) = page.first(Needle::CenteredName) else { return };
    let after = page.near(hit.end);
    if !(after.starts_with(b"</center>") || after.starts_with(b"-nginx</center>")) {
        return;
    }
    let heading = page.title().unwrap_or_default();
    let number = heading.split(' ').next().unwrap_or_default();
    match (number.parse::<u16>(), shown_code(number)) {
        (_, Some(code)) => {
            findings.add(&SIGNATURE, heading, Place::Body);
            findings.form(Form::Unbranded);
            findings.code(Some(code));
        }
        (Ok(100..400), None) => findings.add(&REDIRECT, heading, Place::Body),
        _ => return,
    }
    if page.bytes().len() > LONGEST {
        findings.add(&QUOTED, heading, Place::Body);
    }
}
