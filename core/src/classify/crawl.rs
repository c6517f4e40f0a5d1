//! AI Crawl Control: a crawler is refused or asked to pay.
//!
//! Source: Cloudflare's documentation, "AI Crawl Control" (2026-07-28): 402 with `crawler-price`, `crawler-error` if a
//! payment failed, and custom answers with 402 or 403, which have no marker of their own.

use super::edge::Head;
use super::marker::{Findings, Marker, Toward, kind};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// Pay per crawl names its price, or why a payment failed, in its own headers. Seen: AI Crawl Control, 402.
const PRICE: Marker = Marker { name: "crawler-price", weights: &[(kind(Kind::PaidCrawl), 50)] };
// A 402 that came through the edge. Seen: AI Crawl Control, custom 402.
const PAYMENT: Marker = Marker {
    name: "payment-required-at-edge",
    // On its own it's only a guess: a Worker's own 402 looks the same.
    weights: &[(kind(Kind::PaidCrawl), 22)],
};
// The edge sets cf-cache-status on the origin's answers. Seen: an origin's own 402.
const PAGE_FOR_PEOPLE: Marker = Marker { name: "payment-through-the-cache", weights: &[(Toward::Unrelated, 10)] };

pub(super) const MARKERS: &[&Marker] = &[&PRICE, &PAYMENT, &PAGE_FOR_PEOPLE];

/// Looks for AI Crawl Control's markers in the status and headers.
pub(super) fn read_head(observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    if head.through_edge != Some(true) {
        return;
    }
    if let Some(value) = observation.header("crawler-price").or(observation.header("crawler-error")) {
        findings.add(&PRICE, value, Place::Header);
        findings.form(Form::HeadersOnly);
    } else if observation.status == Some(402) {
        findings.add(&PAYMENT, "402", Place::Status);
        findings.form(Form::HeadersOnly);
        if let Some(value) = observation.header("cf-cache-status") {
            findings.add(&PAGE_FOR_PEOPLE, value, Place::Header);
        }
    }
}
