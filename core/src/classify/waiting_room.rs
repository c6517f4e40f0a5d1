//! Cloudflare's Waiting Room: a queue in front of the site, which refreshes itself. Form H.

use super::marker::{Findings, Marker, kind};
use super::page::Page;
use super::reload::refreshes_itself;
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

const TITLE: Marker = Marker {
    name: "waiting-room-title",
    weights: &[(kind(Kind::WaitingRoom), 40)],
    reason: "the default page is titled \"Waiting Room powered by Cloudflare\"",
    seen: "waiting room",
};
const COOKIE: Marker = Marker {
    name: "waiting-room-cookie",
    weights: &[(kind(Kind::WaitingRoom), 14)],
    reason: "a waiting room keeps one's place in the cookie __cfwaitingroom; visitors let through have it too",
    seen: "waiting room",
};
const REFRESH: Marker = Marker {
    name: "waiting-room-refresh",
    weights: &[(kind(Kind::WaitingRoom), 14)],
    reason: "whoever waits is told to ask again by a refresh header",
    seen: "waiting room",
};
const STATUS: Marker = Marker {
    name: "waiting-room-status",
    weights: &[(kind(Kind::WaitingRoom), 10)],
    reason: "queued visitors get the status that the owner chose, 200, 202 or 429; nobody let through gets the latter two",
    seen: "waiting room",
};
const DATA: Marker = Marker {
    name: "waiting-room-data",
    weights: &[(kind(Kind::WaitingRoom), 36)],
    reason: "clients that ask for JSON are told their place under \"cfWaitingRoom\"",
    seen: "waiting room, JSON",
};

pub(super) const MARKERS: &[&Marker] = &[&TITLE, &COOKIE, &REFRESH, &STATUS, &DATA];

/// Reads the marks of a waiting room in the page.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    if let Some(title) = page.title()
        && title == "Waiting Room powered by Cloudflare"
    {
        findings.add(&TITLE, title, Place::Title);
        findings.form(Form::Branded);
    }
}

/// Reads the marks of a waiting room in a JSON answer.
pub(super) fn read_json(bytes: &[u8], findings: &mut Findings) {
    if memchr::memmem::find(bytes, b"\"cfWaitingRoom\"").is_some()
        && memchr::memmem::find(bytes, b"\"inWaitingRoom\"").is_some()
    {
        findings.add(&DATA, "cfWaitingRoom", Place::Body);
        findings.form(Form::ProblemJson);
    }
}

/// Reads the marks of a waiting room in the headers.
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
