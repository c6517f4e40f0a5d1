//! Where it was read that a code has a cause.

use super::cause::Cause;
use super::source::{self, Source};

/// A cause that one code has for another reason, or by another page, than the [`Cause::source`] that it has in general.
struct Ground {
    code: u16,
    cause: Cause,
    source: Source,
}

const fn g(code: u16, cause: Cause, source: Source) -> Ground {
    Ground { code, cause, source }
}

/// Every such use, in order of code.
const GROUNDS: &[Ground] = &[
    g(403, Cause::WafRule, source::FORBIDDEN),
    g(403, Cause::BrowserCheck, source::FORBIDDEN),
    g(403, Cause::SniMismatch, source::FORBIDDEN),
    g(404, Cause::UnknownHost, source::INFERENCE),
    g(405, Cause::UnknownMethod, source::METHOD),
    g(408, Cause::Overloaded, source::REQUEST_TIMEOUT),
    g(409, Cause::TargetUnresolvable, source::E1001),
    g(409, Cause::Propagation, source::E1018),
    g(429, Cause::RateRule, source::TOO_MANY),
    g(451, Cause::LegalDemand, source::LEGAL),
    g(499, Cause::OriginOffline, source::CLOSED),
    g(499, Cause::Overloaded, source::CLOSED),
    g(500, Cause::EdgeFault, source::RESPONSES),
    g(500, Cause::AppCrash, source::E500),
    g(502, Cause::Overloaded, source::E502),
    g(503, Cause::Overloaded, source::E503),
    g(504, Cause::Overloaded, source::E502),
    // The page tells of moved traffic for 502 alone.
    g(504, Cause::TrafficMoved, source::INFERENCE),
    g(520, Cause::KeepAlive, source::LIMITS),
    g(520, Cause::FirewallRefuses, source::E520),
    g(522, Cause::OriginOffline, source::E522),
    g(523, Cause::WrongAddress, source::E523),
    g(523, Cause::Routing, source::E523),
    g(524, Cause::Overloaded, source::E524),
    g(525, Cause::NotListening, source::E525),
    // In a note: a provider that changes the server's address.
    g(525, Cause::WrongAddress, source::E525),
    g(527, Cause::BackendDown, source::INFERENCE),
    g(1000, Cause::CustomHostname, source::E1000),
    g(1001, Cause::TargetUnresolvable, source::E1001),
    g(1001, Cause::Propagation, source::INFERENCE),
    g(1002, Cause::RecordAtCloudflare, source::E1002),
    g(1002, Cause::AddressNotOwn, source::E1002),
    g(1002, Cause::NotOnCloudflare, source::E1002),
    g(1004, Cause::RecordAtCloudflare, source::E1004),
    g(1014, Cause::PagesDomain, source::CAPTURE),
    g(1018, Cause::Propagation, source::E1018),
    g(1023, Cause::Propagation, source::E1023),
    g(1023, Cause::PartnerDns, source::E1023),
    g(1025, Cause::WorkerQuota, source::E1025),
    g(1034, Cause::CustomHostname, source::E1034),
    g(1036, Cause::RewriteRule, source::E1036),
    g(1037, Cause::RewriteRule, source::E1037),
    g(1038, Cause::LargeRequestHeaders, source::RESPONSES),
    g(1039, Cause::LegalDemand, source::RESPONSES),
    g(1040, Cause::RewriteRule, source::E1040),
    g(1041, Cause::RewriteRule, source::E1041),
    g(1100, Cause::WorkerException, source::RESPONSES),
    g(1104, Cause::WorkerException, source::RESPONSES),
    g(1107, Cause::WafRule, source::RESPONSES),
    g(1108, Cause::WafRule, source::RESPONSES),
    g(1109, Cause::WafRule, source::RESPONSES),
    g(1200, Cause::Overloaded, source::E1200),
];

/// Where it was read that this code has this cause.
#[must_use]
pub fn ground(code: u16, cause: Cause) -> Source {
    GROUNDS.iter().find(|it| it.code == code && it.cause == cause).map_or_else(|| cause.source(), |it| it.source)
}

#[cfg(test)]
mod tests {
    use super::super::source::SourceKind;
    use super::super::{Entry, all};
    use super::*;

    fn uses(entry: &Entry) -> impl Iterator<Item = Cause> {
        entry.causes.iter().chain(entry.unbranded.iter().flat_map(|it| it.causes)).copied()
    }

    #[test]
    fn every_cause_of_a_code_was_read_on_a_page_of_that_code_or_is_said_to_be_our_conclusion() {
        for entry in all() {
            for cause in uses(entry) {
                let source = ground(entry.code, cause);
                assert!(
                    entry.sources.contains(&source) || source.kind == SourceKind::Inference,
                    "{} has {}, by {}",
                    entry.code,
                    cause.id(),
                    source.title
                );
            }
        }
    }

    #[test]
    fn no_ground_is_listed_for_a_use_that_does_not_exist_or_needs_none() {
        for it in GROUNDS {
            let entry = all().find(|entry| entry.code == it.code).unwrap();
            assert!(uses(entry).any(|cause| cause == it.cause), "{} {}", it.code, it.cause.id());
            assert_ne!(it.source, it.cause.source(), "{} {}", it.code, it.cause.id());
        }
    }
}
