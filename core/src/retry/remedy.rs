//! How to retry a failure without the user: by its catalogue entry, or by its family if the code isn't listed.

use core::time::Duration;

use crate::catalog::{self, Remedy};
use crate::code::Family;
use crate::diagnosis::{Diagnosis, Kind};

/// How to retry it without the user.
///
/// Refusals, challenges, sign-ins, queues and imitations are left alone whatever their code. For an unlisted code, the
/// answer's statement on whether a retry can help decides; without one, an HTTP 5xx is retried on the schedule and
/// all other codes are left alone.
#[must_use]
pub fn remedy(diagnosis: &Diagnosis) -> Remedy {
    match diagnosis.kind {
        Kind::Error => {}
        Kind::Block | Kind::Challenge | Kind::Access | Kind::WaitingRoom | Kind::Imitation => return Remedy::Never,
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

/// The least wait before a retry that Cloudflare asks for: the answer's, otherwise the catalogue's; `None` if neither has one.
#[must_use]
pub fn retry_after(diagnosis: &Diagnosis) -> Option<Duration> {
    diagnosis.retry_after.or_else(|| diagnosis.code.and_then(catalog::entry)?.retry_after())
}

/// Whether Cloudflare says that a retry can help: by the answer itself, otherwise by its documentation of the code.
///
/// `None` where it says nothing, as for 503, and for pages other than errors.
#[must_use]
pub fn retryable(diagnosis: &Diagnosis) -> Option<bool> {
    if diagnosis.kind != Kind::Error {
        return None;
    }
    diagnosis.retryable.or_else(|| diagnosis.code.and_then(catalog::entry)?.retryable)
}
