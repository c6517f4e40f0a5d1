//! From measurements to checks.

mod http;
mod machine;
mod name;
mod ready;
mod tcp;
mod tls;
mod zone;

pub use name::is_public;
pub use zone::stands_for_a_worker;

use super::Check;
use super::finding::Finding;
use super::measured::Measurements;
use crate::document::CheckState;

/// Every check, in the order in which a request meets what was checked.
pub(super) fn checks(measured: &Measurements) -> Vec<Check> {
    let mut checks = Vec::new();
    name::checks(measured, &mut checks);
    if let Some(zone) = &measured.zone {
        zone::checks(measured, zone, &mut checks);
    }
    tcp::checks(measured, &mut checks);
    tls::checks(measured, &mut checks);
    http::checks(measured, &mut checks);
    machine::checks(measured, &mut checks);
    if measured.context.asks_if_ready {
        ready::checks(measured, &mut checks);
    }
    for missing in &measured.unmeasured {
        checks.push(check(missing.finding, &missing.subject).with("command", &missing.command));
    }
    checks
}

#[allow(clippy::needless_pass_by_value, reason = "callers hand over numbers and references alike")]
fn check(finding: Finding, subject: impl ToString) -> Check {
    Check { finding, state: finding.state(), subject: subject.to_string(), values: Vec::new(), took_ms: None }
}

impl Check {
    #[allow(clippy::needless_pass_by_value, reason = "callers hand over numbers and references alike")]
    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn took(mut self, millis: u64) -> Self {
        self.took_ms = Some(millis);
        self
    }

    /// The same finding, but less serious than it usually is.
    fn only(mut self, state: CheckState) -> Self {
        self.state = state;
        self
    }
}

/// Seconds with one digit, for texts.
fn seconds(millis: u64) -> String {
    format!("{}.{}", millis / 1000, millis % 1000 / 100)
}

/// Whether Full (strict) refuses a certificate.
pub(super) fn refused_by_strict(certificate: &super::Certificate) -> bool {
    tls::judge(certificate).iter().any(|finding| finding.state() == CheckState::Fail)
}
