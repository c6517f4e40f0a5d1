//! What a program should do about a failure: the rules of [`watch`](crate::watch) for those who have no tab.

use core::time::Duration;

use serde::Serialize;

use crate::catalog::{self, Entry, Party, Received, Remedy, Stage};
use crate::code::Family;
use crate::diagnosis::{Diagnosis, Form, Kind};
use crate::retry::remedy::{remedy, retry_after};
use crate::retry::rule;

/// What a program should do. Every wait is a least wait: add jitter above it, never below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether and how to try again.
    pub retry: Remedy,
    /// The least wait before the first retry, in seconds; `None` if there is no retry, or nobody published one.
    pub first_wait_s: Option<u64>,
    /// How many attempts at most; `None` where no source limits them.
    pub attempts: Option<u32>,
    /// Whether the origin can have acted on the request.
    pub received: Received,
    /// Whether another region may help.
    pub elsewhere: Elsewhere,
    /// What to do with the proxy in use.
    pub proxy: Proxy,
    /// When to take the site as down.
    pub mark_down: MarkDown,
    /// What to write into a log, in the names of `rayback classify --json`.
    pub log: &'static [&'static str],
}

/// Whether another region may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elsewhere {
    /// The fault is in one place of Cloudflare's.
    Helps,
    /// The path may differ.
    MayHelp,
    /// The same everywhere.
    Futile,
    /// It would go round a refusal.
    Policy,
}

/// What to do with the proxy in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proxy {
    /// It works: the page came through it, and it has no part in what is behind Cloudflare.
    Keep,
    /// It may be what changes the request.
    Suspect,
    /// The refusal may aim at it.
    Policy,
}

/// When to take the site as down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkDown {
    /// After an hour, if another region agrees.
    AfterHour,
    /// At once, until somebody repairs it.
    AtOnce,
    /// Never: the site is up.
    Never,
}

const LOG: &[&str] =
    &["time", "url", "code", "http_status", "ray_id", "data_centre", "retry_after_seconds", "attempt", "elapsed_ms"];

/// What a program should do about this answer.
///
/// Attempts and waits are those of [`rule`]; no wait is shorter than the one in the answer or, without it, in the catalogue.
///
/// ```
/// use rayback_core::catalog::{Received, Remedy};
/// use rayback_core::classify::classify;
/// use rayback_core::retry::decision::{MarkDown, Proxy, decide};
/// use rayback_core::observation::Observation;
///
/// let headers = [("server", "cloudflare"), ("cf-ray", "9f140b785e57c458-FRA"), ("content-type", "text/plain")];
/// let answer = Observation {
///     status: Some(522),
///     headers: Some(headers.into_iter().collect()),
///     body: b"error code: 522"[..].into(),
///     ..Observation::default()
/// };
/// let decision = decide(&classify(&answer).expect("an error of Cloudflare's"));
/// assert_eq!((decision.retry, decision.first_wait_s), (Remedy::Schedule, Some(120)));
/// assert_eq!(decision.received, Received::HardlyEver);
/// assert_eq!((decision.proxy, decision.mark_down), (Proxy::Keep, MarkDown::AfterHour));
/// ```
#[must_use]
pub fn decide(diagnosis: &Diagnosis) -> Decision {
    let entry = diagnosis.code.and_then(catalog::entry);
    let retry = remedy(diagnosis);
    let decision = decide_case(diagnosis.kind, entry, diagnosis.form);
    let elsewhere = match (entry, diagnosis.code.map(crate::code::Code::family)) {
        // An unlisted 5xx is Cloudflare's about an origin: trying once from elsewhere tells.
        (None, Some(Family::Http)) if retry == Remedy::Schedule => Elsewhere::MayHelp,
        _ => decision.elsewhere,
    };
    let first_wait_s = first_wait(retry, retry_after(diagnosis));
    Decision { retry, first_wait_s, attempts: rule(retry).attempts, elsewhere, ..decision }
}

/// The least wait before the first retry, in seconds: the remedy's own, but never below a published one.
fn first_wait(remedy: Remedy, published: Option<Duration>) -> Option<u64> {
    let rule = rule(remedy);
    if rule.is_used_up(0) {
        return None;
    }
    let wait = match published {
        Some(floor) => rule.wait(floor, 0).or(Some(floor)),
        None => rule.first_step(),
    };
    wait.map(|wait| wait.as_secs())
}

/// The same from the catalogue alone.
pub(crate) fn decide_case(kind: Kind, entry: Option<&Entry>, form: Form) -> Decision {
    let refusal = Decision {
        retry: Remedy::Never,
        first_wait_s: None,
        attempts: Some(0),
        received: Received::No,
        elsewhere: Elsewhere::Policy,
        proxy: Proxy::Policy,
        mark_down: MarkDown::Never,
        log: LOG,
    };
    if !matches!(kind, Kind::Error | Kind::Block) {
        return refusal;
    }
    let Some(entry) = entry else {
        if kind == Kind::Block {
            return refusal;
        }
        return Decision {
            retry: Remedy::Schedule,
            received: Received::Perhaps,
            attempts: None,
            elsewhere: Elsewhere::MayHelp,
            proxy: Proxy::Keep,
            mark_down: MarkDown::AfterHour,
            ..refusal
        };
    };
    let party = crate::fault::blamed(entry, form);
    Decision {
        retry: entry.remedy,
        first_wait_s: first_wait(entry.remedy, entry.retry_after()),
        attempts: rule(entry.remedy).attempts,
        received: entry.received,
        elsewhere: match (party, entry.stage) {
            (Party::Cloudflare, _) => Elsewhere::Helps,
            (Party::Path, _) | (Party::Origin, Stage::Tcp) => Elsewhere::MayHelp,
            (Party::Rule | Party::Law, _) => Elsewhere::Policy,
            _ => Elsewhere::Futile,
        },
        proxy: match party {
            Party::Rule | Party::Law => Proxy::Policy,
            Party::Network | Party::Visitor | Party::Unclear => Proxy::Suspect,
            _ => Proxy::Keep,
        },
        mark_down: match party {
            Party::Rule | Party::Law | Party::Visitor | Party::Network => MarkDown::Never,
            _ => rule(entry.remedy).mark_down,
        },
        log: LOG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    fn of(number: u16) -> Decision {
        decide_case(Kind::Error, catalog::entry(Code::new(number).unwrap()), Form::Branded)
    }

    #[test]
    fn a_522_is_retried_after_two_minutes_and_the_proxy_kept() {
        let decision = of(522);
        assert_eq!((decision.retry, decision.first_wait_s), (Remedy::Schedule, Some(120)));
        assert_eq!((decision.elsewhere, decision.proxy), (Elsewhere::MayHelp, Proxy::Keep));
        assert_eq!(decision.mark_down, MarkDown::AfterHour);
    }

    #[test]
    fn a_refusal_is_no_outage_and_no_reason_to_change_the_proxy() {
        let decision = of(1020);
        assert_eq!((decision.retry, decision.mark_down), (Remedy::Never, MarkDown::Never));
        assert_eq!((decision.elsewhere, decision.proxy), (Elsewhere::Policy, Proxy::Policy));
    }

    #[test]
    fn the_unbranded_502_is_cloudflares_and_another_region_helps() {
        let entry = catalog::entry(Code::new(502).unwrap());
        assert_eq!(decide_case(Kind::Error, entry, Form::Unbranded).elsewhere, Elsewhere::Helps);
        assert_eq!(decide_case(Kind::Error, entry, Form::Branded).elsewhere, Elsewhere::Futile);
    }

    #[test]
    fn a_broken_certificate_marks_the_site_down_at_once() {
        assert_eq!(of(526).mark_down, MarkDown::AtOnce);
        assert_eq!(of(526).attempts, Some(1));
    }
}
