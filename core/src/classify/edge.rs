//! What address, status and headers tell by themselves.

use core::time::Duration;

use super::cut;
use super::imitation::NO_STYLESHEET;
use super::marker::{Findings, Marker, Toward, kind};
use crate::code::{Code, Family};
use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;
use crate::ray::RayId;

const SERVED_BY: Marker = Marker {
    name: "served-by-cloudflare",
    weights: &[(Toward::Frame, 4)],
    reason: "the answer came through Cloudflare, as an origin's own errors also do",
    seen: "all forms",
};
const EDGE_STATUS: Marker = Marker {
    name: "edge-status",
    weights: &[(kind(Kind::Error), 36)],
    reason: "statuses 520 to 527 and 530 are Cloudflare's own, and the answer came through Cloudflare",
    seen: "all 5xx forms",
};
const EDGE_STATUS_UNSEEN: Marker = Marker {
    name: "edge-status-unseen-headers",
    weights: &[(kind(Kind::Error), 24)],
    reason: "statuses 520 to 526 are Cloudflare's own; the headers that would prove it cannot be seen",
    seen: "a site's own page, in a browser",
};
const MITIGATED: Marker = Marker {
    name: "mitigated-challenge",
    weights: &[(kind(Kind::Challenge), 60)],
    reason: "cf-mitigated: challenge stands on every challenge and on nothing else",
    seen: "challenge, 2023 to today",
};
const EDGE_CACHING: Marker = Marker {
    name: "edge-caching-headers",
    weights: &[(Toward::Frame, 8)],
    reason: "answers made by the edge carry this very list of cache directives",
    seen: "1xxx and 5xx of all forms",
};
const ORIGIN_UNASKED: Marker = Marker {
    name: "origin-not-asked",
    weights: &[(Toward::Frame, 8)],
    reason: "server-timing gives the origin no time at all",
    seen: "1xxx refusals",
};
const ERROR_TYPE: Marker = Marker {
    name: "error-type-header",
    // Documented, but no published answer carries it: it supports a reading and decides none.
    weights: &[(kind(Kind::Error), 6)],
    reason: "cf-error-type and cf-error-origin stand on errors that Cloudflare made",
    seen: "documented since 2026; not captured yet",
};
const HEADERS_INCOMPLETE: Marker = Marker {
    name: "headers-incomplete",
    weights: &[(Toward::Unrelated, 34)],
    reason: "neither server nor cf-ray nor a body: a filtered list of headers proves little either way",
    seen: "logs that keep some headers",
};
const ORIGIN_PATH: Marker = Marker {
    name: "through-the-cache",
    weights: &[(Toward::Unrelated, 4)],
    reason: "cf-cache-status stands on answers that took the way to the origin",
    seen: "answers of origins behind Cloudflare",
};
const NOT_FROM_EDGE: Marker = Marker {
    name: "not-from-the-edge",
    weights: &[(Toward::Imitation, 30)],
    reason: "the headers were seen, and neither server nor cf-ray is Cloudflare's",
    seen: "copies of Cloudflare's pages on other servers",
};
const RAY_MISMATCH: Marker = Marker {
    name: "ray-mismatch",
    weights: &[(Toward::Imitation, 40)],
    reason: "page and cf-ray name different requests: the page was not made for this one",
    seen: "imitations by Workers; stale copies",
};
const RAY_MATCH: Marker = Marker {
    name: "ray-match",
    weights: &[(Toward::Frame, 20)],
    reason: "page and cf-ray name the same request",
    seen: "all HTML forms",
};
const NO_STYLESHEET_AS_SENT: Marker = Marker {
    name: "without-stylesheet-as-sent",
    weights: &[(Toward::Imitation, 14)],
    reason: "saving a page may move its style sheet; an answer that still has its headers is as it was sent",
    seen: "generated look-alikes, even if cut off",
};
const STATUS_OK: Marker = Marker {
    name: "error-with-status-200",
    weights: &[(Toward::Imitation, 26)],
    reason: "Cloudflare never answers an error or a block with success",
    seen: "imitations by Workers; copies of Cloudflare's pages",
};
const STATUS_DIFFERS: Marker = Marker {
    name: "status-differs",
    weights: &[(Toward::Imitation, 14)],
    reason: "a 5xx code shown by the page is also its status",
    seen: "copies of Cloudflare's pages",
};

pub(super) const MARKERS: &[&Marker] = &[
    &SERVED_BY,
    &EDGE_STATUS,
    &EDGE_STATUS_UNSEEN,
    &MITIGATED,
    &EDGE_CACHING,
    &ORIGIN_UNASKED,
    &ERROR_TYPE,
    &HEADERS_INCOMPLETE,
    &ORIGIN_PATH,
    &NOT_FROM_EDGE,
    &RAY_MISMATCH,
    &RAY_MATCH,
    &NO_STYLESHEET_AS_SENT,
    &STATUS_OK,
    &STATUS_DIFFERS,
];

/// What status and headers say of an answer.
pub(super) struct Head {
    /// Whether it came through Cloudflare; `None` where headers cannot be seen.
    pub(super) through_edge: Option<bool>,
    ray: Option<RayId>,
    /// The data centre that answered.
    pub(super) served: Option<ServingDataCentre>,
}

impl Head {
    /// Reads the headers.
    pub(super) fn read(observation: &Observation<'_>) -> Self {
        let ray = observation.header("cf-ray");
        let (ray_id, data_centre) = match ray.and_then(RayId::parse_header) {
            Some((ray, data_centre)) => (Some(ray), data_centre),
            None => (None, None),
        };
        let server = observation.header("server").unwrap_or_default().to_ascii_lowercase();
        Self {
            through_edge: observation.headers.as_ref().map(|_| ray.is_some() || server.starts_with("cloudflare")),
            ray: ray_id,
            served: data_centre.map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge }),
        }
    }
}

/// Records what speaks for an answer of the edge's before its body is looked at.
pub(super) fn read(observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    if let Some(value) = observation.header("cf-mitigated")
        && value.eq_ignore_ascii_case("challenge")
    {
        findings.add(&MITIGATED, value, Place::Header);
    }
    if let Some(status @ (520..=527 | 530)) = observation.status {
        match head.through_edge {
            Some(true) => findings.add(&EDGE_STATUS, &status.to_string(), Place::Status),
            None if status <= 526 => findings.add(&EDGE_STATUS_UNSEEN, &status.to_string(), Place::Status),
            _ => {}
        }
    }
}

/// Records what the head adds to a page that claims to be Cloudflare's, and what of it contradicts the page.
pub(super) fn compare(observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    match head.through_edge {
        Some(true) => findings.add(&SERVED_BY, observation.header("cf-ray").unwrap_or("server"), Place::Header),
        // A Gateway stands before the edge.
        Some(false) if findings.scores.loudest().0 == Kind::Gateway => {}
        // An empty body can't imitate anything.
        Some(false)
            if findings.has(&MITIGATED) && observation.body.is_empty() && observation.header("server").is_none() =>
        {
            findings.add(&HEADERS_INCOMPLETE, "no server, no cf-ray", Place::Header);
        }
        Some(false) => {
            findings.add(&NOT_FROM_EDGE, observation.header("server").unwrap_or("no server"), Place::Header);
        }
        None => {}
    }
    if observation.headers.is_some() && findings.has(&NO_STYLESHEET) {
        findings.add(&NO_STYLESHEET_AS_SENT, "", Place::Body);
    }
    if let (Some(shown), Some(ray)) = (findings.ray, head.ray) {
        if shown == ray {
            findings.add(&RAY_MATCH, &ray.to_string(), Place::Header);
        } else {
            findings.add(&RAY_MISMATCH, &ray.to_string(), Place::Header);
        }
    }
    findings.ray = findings.ray.or(head.ray);
    if let Some(value) = observation.header("cache-control")
        && value.contains("post-check=0, pre-check=0")
    {
        findings.add(&EDGE_CACHING, value, Place::Header);
    }
    if let Some(value) = observation.header("server-timing")
        && value.contains("cfOrigin;dur=0")
        && !value.contains("cfOrigin;dur=0.")
    {
        findings.add(&ORIGIN_UNASKED, value, Place::Header);
    }
    if head.through_edge == Some(true)
        && let Some(value) = observation.header("cf-error-type").or(observation.header("cf-error-origin"))
    {
        findings.add(&ERROR_TYPE, value, Place::Header);
    }
    if let Some(value) = observation.header("cf-cache-status") {
        findings.add(&ORIGIN_PATH, value, Place::Header);
    }
    if findings.retry_after.is_none() {
        // Seconds only: the edge writes no dates here, and core has no clock to compare one with.
        findings.retry_after =
            observation.header("retry-after").and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
    }
    let (kind, _) = findings.scores.loudest();
    match observation.status {
        Some(status @ 200..=299) if matches!(kind, Kind::Error | Kind::Block) => {
            findings.add(&STATUS_OK, &status.to_string(), Place::Status);
        }
        // Only codes that are statuses of their own; a 1016 comes as 530. A rule may give a custom page another status.
        Some(status)
            if kind == Kind::Error
                && findings.form == Some(Form::Branded)
                && findings.code.is_some_and(|code| code.family() == Family::Http && code.number() != status) =>
        {
            findings.add(&STATUS_DIFFERS, &status.to_string(), Place::Status);
        }
        _ => {}
    }
    if findings.form.is_none()
        && (findings.has(&EDGE_STATUS) || findings.has(&EDGE_STATUS_UNSEEN) || findings.has(&MITIGATED))
    {
        findings.form(Form::HeadersOnly);
    }
    // An envelope stands for a 1xxx, which the missing part of the page would show.
    let status = observation.status.and_then(Code::of_status);
    let is_unknown = status.and_then(crate::catalog::entry).is_some_and(|entry| entry.is_envelope)
        && cut::ends_before_its_title(&observation.body);
    if findings.form == Some(Form::HeadersOnly) && kind == Kind::Error && !is_unknown {
        findings.code(status);
    }
}
