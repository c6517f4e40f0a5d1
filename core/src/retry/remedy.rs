//! What may be done about a failure without the person: the catalogue's word, or the family's for a code that is not listed.

use core::time::Duration;

use crate::catalog::{self, Remedy};
use crate::code::Family;
use crate::diagnosis::{Diagnosis, Kind};

/// What may be done about it without the person.
///
/// Refusals, challenges, sign-ins, queues and imitations are left alone whatever their code. For a code that is not
/// listed, Cloudflare's own word on whether a retry can help decides; without it, an HTTP 5xx is tried again on the
/// schedule and everything else is left alone.
#[must_use]
pub fn remedy(diagnosis: &Diagnosis) -> Remedy {
    match diagnosis.kind {
        Kind::Error => {}
        Kind::Block
        | Kind::Challenge
        | Kind::Access
        | Kind::WaitingRoom
        | Kind::Warning
        | Kind::Gateway
        | Kind::PaidCrawl
        | Kind::Imitation => return Remedy::Never,
    }
    if is_refusal(diagnosis) {
        return Remedy::Never;
    }
    if let Some(entry) = diagnosis.code.and_then(catalog::entry) {
        return entry.remedy;
    }
    let server_error = match diagnosis.code {
        Some(code) => code.family() == Family::Http && code.number() >= 500,
        None => diagnosis.http_status.is_some_and(|status| status >= 500),
    };
    match diagnosis.retryable {
        Some(true) => Remedy::Schedule,
        None if server_error => Remedy::Schedule,
        Some(false) | None => Remedy::Never,
    }
}

/// Whether the status says that a rule refused, whatever code the page's classes name.
///
/// An Access refusal, answered with 403, has carried the class `cf-error-522`.
fn is_refusal(diagnosis: &Diagnosis) -> bool {
    let is_server_error = diagnosis.code.is_none_or(|code| code.family() == Family::Http && code.number() >= 500);
    is_server_error && matches!(diagnosis.http_status, Some(401..=403 | 407 | 451))
}

/// The least wait before a retry that Cloudflare asks for: the answer's own word, else the catalogue's; `None` if neither.
#[must_use]
pub fn retry_after(diagnosis: &Diagnosis) -> Option<Duration> {
    diagnosis.retry_after.or_else(|| diagnosis.code.and_then(catalog::entry)?.retry_after())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    #[test]
    fn a_refusal_is_never_scheduled_whatever_its_code() {
        let page = Diagnosis::of_code(Code::new(522).unwrap());
        assert_eq!(remedy(&page), Remedy::Schedule);
        for status in [401, 402, 403, 407, 451] {
            assert_eq!(remedy(&Diagnosis { http_status: Some(status), ..page.clone() }), Remedy::Never, "{status}");
        }
        for kind in [Kind::Warning, Kind::Gateway, Kind::PaidCrawl] {
            assert_eq!(remedy(&Diagnosis { kind, ..page.clone() }), Remedy::Never, "{kind:?}");
        }
    }
}
