//! Cloudflare's Waiting Room: a queue in front of the site with a page that refreshes itself. Form H.

use super::marker::{Findings, Marker, kind};
use super::page::Page;
use super::reload::refreshes_itself;
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// The default page is titled "Waiting Room powered by Cloudflare".
// Seen in: waiting rooms.
const TITLE: Marker = Marker { name: "waiting-room-title", weights: &[(kind(Kind::WaitingRoom), 40)] };
// A waiting room keeps the visitor's place in the cookie __cfwaitingroom; admitted visitors have it too.
// Seen in: waiting rooms.
const COOKIE: Marker = Marker { name: "waiting-room-cookie", weights: &[(kind(Kind::WaitingRoom), 14)] };
// A refresh header makes queued visitors ask again.
// Seen in: waiting rooms.
const REFRESH: Marker = Marker { name: "waiting-room-refresh", weights: &[(kind(Kind::WaitingRoom), 14)] };
// The owner chooses 200, 202 or 429 for queued visitors. Admitted visitors never get 202 or 429.
// Seen in: waiting rooms.
const STATUS: Marker = Marker { name: "waiting-room-status", weights: &[(kind(Kind::WaitingRoom), 10)] };
// Clients that ask for JSON get their place under "cfWaitingRoom".
// Seen in: waiting rooms, JSON.
const DATA: Marker = Marker { name: "waiting-room-data", weights: &[(kind(Kind::WaitingRoom), 36)] };

pub(super) const MARKERS: &[&Marker] = &[&TITLE, &COOKIE, &REFRESH, &STATUS, &DATA];

/// Looks for the waiting room's markers in the page.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    if let Some(title) = page.title()
        && title == "Waiting Room powered by Cloudflare"
    {
        findings.add(&TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
}

/// Looks for the waiting room's markers in a JSON answer.
pub(super) fn read_json(bytes: &[u8], findings: &mut Findings) {
    if memchr::memmem::find(bytes, b"\"cfWaitingRoom\"").is_some()
        && memchr::memmem::find(bytes, b"\"inWaitingRoom\"").is_some()
    {
        findings.add(&DATA, "cfWaitingRoom", Place::Body);
        findings.form(Form::ProblemJson);
    }
}

/// Looks for the waiting room's markers in the headers.
pub(super) fn read_head(observation: &Observation<'_>, findings: &mut Findings) {
    let Some(headers) = &observation.headers else { return };
    let cookie = headers
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("set-cookie") && value.starts_with("__cfwaitingroom="));
    if cookie {
        findings.add(&COOKIE, "__cfwaitingroom", Place::Header);
        let is_queue = matches!(observation.status, Some(202 | 429));
        if is_queue {
            findings.add(&STATUS, &observation.status.unwrap_or_default().to_string(), Place::Status);
        }
        if let Some(refresh) = headers.get("refresh") {
            findings.add(&REFRESH, refresh, Place::Header);
            findings.form(Form::HeadersOnly);
        } else if is_queue && refreshes_itself(&observation.body) {
            findings.add(&REFRESH, "meta refresh", Place::Body);
            findings.form(Form::HeadersOnly);
        }
    }
}
