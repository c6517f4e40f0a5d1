//! What a program should do about a failure: the rules of [`watch`](crate::watch) for clients without tabs.

use core::time::Duration;

use serde::Serialize;

use crate::catalog::{Delivery, Entry, Meaning, Party, Remedy, Stage};
use crate::diagnosis::{Diagnosis, Kind};
use crate::retry::remedy::{remedy, retry_after};
use crate::retry::rule;

/// What a program should do. Every wait is a minimum: add jitter above it, never below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether and how to try again.
    pub retry: Remedy,
    /// The minimum wait before the first retry, in seconds; `None` if there's no retry, or no published wait.
    pub first_wait_s: Option<u64>,
    /// The most attempts; `None` if no source limits them.
    pub attempts: Option<u32>,
    /// Whether the origin can have acted on the request.
    pub delivery: Delivery,
    /// Whether another region may help.
    pub elsewhere: Elsewhere,
    /// What to do with the proxy in use.
    pub proxy: Proxy,
    /// When to consider the site down.
    pub mark_down: MarkDown,
    /// What to log, using the names of `rayback classify --json`.
    pub log: &'static [&'static str],
}

/// Whether another region may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elsewhere {
    /// The fault is in one of Cloudflare's locations.
    Helps,
    /// The path may differ.
    MayHelp,
    /// The result is the same everywhere.
    Futile,
    /// It would circumvent a refusal.
    Policy,
}

/// What to do with the proxy in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proxy {
    /// It works: the page came through it, and it has no part in anything beyond Cloudflare.
    Keep,
    /// It may be altering the request.
    Suspect,
    /// The refusal may be aimed at it.
    Policy,
}

/// When to consider the site down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkDown {
    /// After an hour, if another region agrees.
    AfterHour,
    /// Immediately, until someone fixes it.
    AtOnce,
    /// Never: the site is up.
    Never,
}

const LOG: &[&str] =
    &["time", "url", "code", "http_status", "ray_id", "data_centre", "retry_after_seconds", "attempt", "elapsed_ms"];

/// Decides what a program should do about this answer.
///
/// Attempts and waits are those of [`rule`]; no wait is shorter than the answer's own or, without one, the catalogue's.
///
/// ```
/// use rayback_core::catalog::{Delivery, Remedy};
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
/// let decision = decide(&classify(&answer).expect("a Cloudflare error"));
/// assert_eq!((decision.retry, decision.first_wait_s), (Remedy::Schedule, Some(120)));
/// assert_eq!(decision.delivery, Delivery::HardlyEver);
/// assert_eq!((decision.proxy, decision.mark_down), (Proxy::Keep, MarkDown::AfterHour));
/// ```
#[must_use]
pub fn decide(diagnosis: &Diagnosis) -> Decision {
    let retry = remedy(diagnosis);
    Decision { retry, ..of_meaning(&diagnosis.meaning()) }.after(retry_after(diagnosis))
}

impl Decision {
    /// Applies the attempts and waits of the remedy's rule, but never a wait shorter than the published one.
    fn after(self, published: Option<Duration>) -> Self {
        let rule = rule(self.retry);
        let wait = match published {
            _ if rule.is_used_up(0) => None,
            Some(floor) => rule.wait(floor, 0).or(Some(floor)),
            None => rule.first_step(),
        };
        Self { attempts: rule.attempts, first_wait_s: wait.map(|wait| wait.as_secs()), ..self }
    }
}

/// Decides from the catalogue alone.
pub(crate) fn of_meaning(meaning: &Meaning) -> Decision {
    let by_party = Decision {
        retry: meaning.remedy,
        first_wait_s: None,
        attempts: None,
        delivery: meaning.delivery,
        elsewhere: match (meaning.party, meaning.stage) {
            (Party::Cloudflare, _) => Elsewhere::Helps,
            (Party::Path, _) | (Party::Origin, Stage::Tcp) => Elsewhere::MayHelp,
            (Party::Rule | Party::Law, _) => Elsewhere::Policy,
            _ => Elsewhere::Futile,
        },
        proxy: match meaning.party {
            Party::Rule | Party::Law => Proxy::Policy,
            Party::Network | Party::Visitor | Party::Unclear => Proxy::Suspect,
            _ => Proxy::Keep,
        },
        mark_down: match meaning.party {
            Party::Rule | Party::Law | Party::Visitor | Party::Network => MarkDown::Never,
            _ => rule(meaning.remedy).mark_down,
        },
        log: LOG,
    };
    let decision = match (meaning.kind, meaning.entry) {
        // An unlisted error may affect only one path: one attempt from another region will show.
        (Kind::Error, None) => {
            Decision { elsewhere: Elsewhere::MayHelp, proxy: Proxy::Keep, mark_down: MarkDown::AfterHour, ..by_party }
        }
        // A page that isn't the site's own shows nothing about the site.
        (Kind::Imitation, _) => {
            Decision { elsewhere: Elsewhere::Policy, proxy: Proxy::Policy, mark_down: MarkDown::Never, ..by_party }
        }
        _ => by_party,
    };
    decision.after(meaning.entry.and_then(Entry::retry_after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Form;

    fn of(number: u16) -> Decision {
        on(number, Form::Branded)
    }

    fn on(number: u16, form: Form) -> Decision {
        decide(&Diagnosis { form, ..Diagnosis::of_code(number.to_string().parse().unwrap()) })
    }

    #[test]
    fn a_522_is_retried_after_two_minutes_and_the_proxy_kept() {
        let decision = of(522);
        assert_eq!((decision.retry, decision.first_wait_s), (Remedy::Schedule, Some(120)));
        assert_eq!((decision.elsewhere, decision.proxy), (Elsewhere::MayHelp, Proxy::Keep));
        assert_eq!(decision.mark_down, MarkDown::AfterHour);
    }

    #[test]
    fn a_refusal_isnt_an_outage_or_a_reason_to_change_the_proxy() {
        let decision = of(1020);
        assert_eq!((decision.retry, decision.mark_down), (Remedy::Never, MarkDown::Never));
        assert_eq!((decision.elsewhere, decision.proxy), (Elsewhere::Policy, Proxy::Policy));
    }

    #[test]
    fn the_unbranded_502_is_cloudflares_and_another_region_helps() {
        assert_eq!(on(502, Form::Unbranded).elsewhere, Elsewhere::Helps);
        assert_eq!(on(502, Form::Branded).elsewhere, Elsewhere::Futile);
    }

    #[test]
    fn a_broken_certificate_marks_the_site_down_immediately() {
        assert_eq!(of(526).mark_down, MarkDown::AtOnce);
        assert_eq!(of(526).attempts, Some(1));
    }
}
