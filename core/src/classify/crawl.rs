//! AI Crawl Control: a crawler is refused or asked to pay.
//!
//! Source: Cloudflare's documentation, "AI Crawl Control" (2026-07-28): 402 with `crawler-price`, `crawler-error` if a
//! payment failed, and custom answers with 402 or 403, which have no marker of their own.

use super::edge::Head;
use super::marker::{Findings, Marker, Toward, kind};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// Pay per crawl sends its price, or why a payment failed, in its own headers.
// Seen in: AI Crawl Control, 402.
const PRICE: Marker = Marker { name: "crawler-price", weights: &[(kind(Kind::PaidCrawl), 50)] };
// A 402 that came through the edge.
// Seen in: AI Crawl Control, custom 402.
const PAYMENT: Marker = Marker {
    name: "payment-required-at-edge",
    // On its own it's only a guess: the 402 of an origin or a Worker looks the same.
    weights: &[(kind(Kind::PaidCrawl), 18)],
};
// The edge sets cf-cache-status on answers that came from the origin.
// Seen in: origins' own 402s.
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
    } else if observation.status == Some(402) && !is_from_api(observation) {
        findings.add(&PAYMENT, "402", Place::Status);
        findings.form(Form::HeadersOnly);
        if let Some(value) = observation.header("cf-cache-status") {
            findings.add(&PAGE_FOR_PEOPLE, value, Place::Header);
        }
    }
}

/// How much of a body is searched for an API's error, in bytes.
const BEGINNING: usize = 256;

/// Whether the body is an API's error object, as for a customer without credit, or an offer in the x402 protocol.
fn is_from_api(observation: &Observation<'_>) -> bool {
    let body = observation.body.get(..BEGINNING).unwrap_or(&observation.body);
    let body: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    body.first() == Some(&b'{')
        && ["\"error\":{", "\"errors\":[", "\"x402Version\":"]
            .iter()
            .any(|member| memchr::memmem::find(&body, member.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::classify;
    use crate::diagnosis::Confidence;

    fn read(body: &[u8], more: Option<(&'static str, &'static str)>) -> Option<(Kind, Confidence)> {
        let headers = [("server", "cloudflare"), ("cf-ray", "9a1b2c3d4e5f6071-FRA")].into_iter().chain(more);
        let headers = Some(headers.collect());
        let observation = Observation { status: Some(402), headers, body: body.into(), ..Observation::default() };
        classify(&observation).map(|read| (read.kind, read.confidence))
    }

    #[test]
    fn an_api_that_asks_for_money_isnt_a_crawl_rule() {
        let api = br#"{"error":{"message":"Insufficient Balance"}}"#;
        assert_eq!(read(api, None), None);
        assert_eq!(read(b"{\n  \"x402Version\": 1, \"accepts\": []}", None), None);
        assert_eq!(read(api, Some(("crawler-price", "USD 0.01"))).map(|read| read.0), Some(Kind::PaidCrawl));
    }

    #[test]
    fn a_status_alone_is_only_a_guess() {
        let (kind, confidence) = read(b"Pay us", None).unwrap();
        assert!(kind == Kind::PaidCrawl && confidence <= Confidence::from_hundredths(65), "{confidence:?}");
    }
}
