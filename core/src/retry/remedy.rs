//! How to retry a failure without the user: by its catalogue entry, or by its family if the code isn't listed.

use core::time::Duration;

use super::rule::rule;
use crate::catalog::{self, Remedy};
use crate::code::{Code, Family};
use crate::diagnosis::{Diagnosis, Kind};

/// Returns how to retry a failure without the user.
///
/// Refusals, challenges, sign-ins, queues and imitations are left alone, regardless of their code. For an unlisted code,
/// the answer's statement on whether a retry can help decides, except for a 4xx, which is never retried; without a
/// statement, an HTTP 5xx is retried on the schedule and all other codes are left alone.
#[must_use]
pub fn remedy(diagnosis: &Diagnosis) -> Remedy {
    if is_refusal(diagnosis) {
        return Remedy::Never;
    }
    let meaning = diagnosis.meaning();
    let is_client_error =
        diagnosis.code_or_status().is_some_and(|code| code.family() == Family::Http && !code.is_server_error());
    match (meaning.kind, meaning.entry, diagnosis.retryable) {
        (Kind::Error, None, Some(true)) if !is_client_error => Remedy::Schedule,
        (Kind::Error, None, Some(false)) => Remedy::Never,
        _ => meaning.remedy,
    }
}

/// Whether this response never gets an automatic retry.
#[must_use]
pub fn is_left_alone(diagnosis: &Diagnosis) -> bool {
    rule(remedy(diagnosis)).is_none()
}

/// Whether the status shows that a rule refused the request, even if the page's classes contain another code.
///
/// An Access refusal, answered with 403, has been seen with the class `cf-error-522`.
fn is_refusal(diagnosis: &Diagnosis) -> bool {
    diagnosis.code.is_none_or(Code::is_server_error) && matches!(diagnosis.http_status, Some(401..=403 | 407 | 451))
}

/// Returns the minimum wait before a retry that Cloudflare asks for: the answer's, otherwise the catalogue's; `None` if
/// neither has one.
#[must_use]
pub fn retry_after(diagnosis: &Diagnosis) -> Option<Duration> {
    diagnosis.retry_after.or_else(|| diagnosis.code.and_then(catalog::entry)?.retry_after())
}

/// Whether Cloudflare says that a retry can help: by the answer itself, otherwise by its documentation of the code.
///
/// `None` if it doesn't say, as for 503, and for pages other than errors.
#[must_use]
pub fn retryable(diagnosis: &Diagnosis) -> Option<bool> {
    if diagnosis.kind != Kind::Error {
        return None;
    }
    diagnosis.retryable.or_else(|| diagnosis.code.and_then(catalog::entry)?.retryable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_never_scheduled_whatever_its_code() {
        let page = Diagnosis::of_code("522".parse().unwrap());
        assert_eq!(remedy(&page), Remedy::Schedule);
        for status in [401, 402, 403, 407, 451] {
            assert_eq!(remedy(&Diagnosis { http_status: Some(status), ..page.clone() }), Remedy::Never, "{status}");
        }
        for status in [406, 418, 431] {
            let unlisted = Diagnosis { retryable: Some(true), ..Diagnosis::of_code(Code::of_status(status).unwrap()) };
            assert_eq!(remedy(&unlisted), Remedy::Never, "{status}");
        }
        for kind in [Kind::Warning, Kind::Gateway, Kind::PaidCrawl] {
            assert_eq!(remedy(&Diagnosis { kind, ..page.clone() }), Remedy::Never, "{kind:?}");
        }
    }
}
