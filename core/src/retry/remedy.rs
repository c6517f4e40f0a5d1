//! How to retry a failure without the user: by its catalogue entry, or by its family if the code isn't listed.

use core::time::Duration;

use crate::catalog::{self, Remedy};
use crate::diagnosis::{Diagnosis, Kind};

/// How to retry it without the user.
///
/// Refusals, challenges, sign-ins, queues and imitations are left alone whatever their code. For an unlisted code, the
/// answer's statement on whether a retry can help decides; without one, an HTTP 5xx is retried on the schedule and
/// all other codes are left alone.
#[must_use]
pub fn remedy(diagnosis: &Diagnosis) -> Remedy {
    let meaning = diagnosis.meaning();
    match (meaning.kind, meaning.entry, diagnosis.retryable) {
        (Kind::Error, None, Some(true)) => Remedy::Schedule,
        (Kind::Error, None, Some(false)) => Remedy::Never,
        _ => meaning.remedy,
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
