//! What a program should do about a failure: the rules of [`watch`](crate::watch) for clients without tabs.

use core::time::Duration;

use serde::Serialize;

use crate::catalog::{Cause, Delivery, Entry, Meaning, Party, Persistence, Remedy, Scope, Stage};
use crate::diagnosis::{Diagnosis, Kind};
use crate::retry::remedy::{remedy, retry_after};
use crate::retry::rule;

/// What a program should do. Every wait is a minimum: add jitter above it, never below.
///
/// ```
/// use rayback_core::{Decision, Diagnosis, Remedy, decide};
///
/// let decision: Decision = decide(&Diagnosis::of_code("1020".parse().unwrap()));
/// assert_eq!((decision.retry, decision.first_wait_s), (Remedy::Never, None));
/// ```
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
    /// The page isn't about where the request came from: a warning, a queue or a price.
    Irrelevant,
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
    /// It plays no part: a warning, a queue or a price.
    Irrelevant,
}

/// When to consider the site down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkDown {
    /// After an hour, if another region agrees.
    AfterHour,
    /// Immediately, until someone fixes it.
    AtOnce,
    /// At once, until the site's quota resets.
    UntilReset,
    /// Never the site: the fault is about one URL, so mark that.
    Url,
    /// Never: the site is up.
    Never,
}

const LOG: &[&str] =
    &["time", "url", "code", "http_status", "ray_id", "data_centre", "retry_after_seconds", "attempt", "elapsed_ms"];

/// Decides what a program should do about this answer.
///
/// Attempts and waits are those of the table of retry rules; no wait is shorter than the answer's own or, without one,
/// the catalogue's.
///
/// ```
/// use rayback_core::{Observation, Remedy, classify, decide};
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
/// assert_eq!(decision.attempts, None, "as many as the schedule makes");
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
            (Party::Path | Party::OriginOrCloudflare, _) | (Party::Origin, Stage::Tcp) => Elsewhere::MayHelp,
            (Party::Rule | Party::Law, _) => Elsewhere::Policy,
            // A change that hasn't reached every data centre.
            _ if meaning.causes.contains(&Cause::Propagation) => Elsewhere::MayHelp,
            _ => Elsewhere::Futile,
        },
        proxy: match meaning.party {
            Party::Rule | Party::Law => Proxy::Policy,
            // The origin answered this request, so the proxy isn't at fault, unless it sent the request too slowly.
            Party::Visitor if meaning.stage == Stage::Answer && !meaning.causes.contains(&Cause::SlowRequest) => {
                Proxy::Keep
            }
            Party::Network | Party::Visitor | Party::Unclear => Proxy::Suspect,
            _ => Proxy::Keep,
        },
        mark_down: mark_down(meaning),
        log: LOG,
    };
    let irrelevant = Decision { elsewhere: Elsewhere::Irrelevant, proxy: Proxy::Irrelevant, ..by_party };
    let decision = match (meaning.kind, meaning.entry) {
        // An unlisted error may affect only one path: one attempt from another region will show.
        (Kind::Error, None) => Decision { elsewhere: Elsewhere::MayHelp, proxy: Proxy::Keep, ..by_party },
        // A page that isn't the site's own shows nothing about the site, and nobody should follow a reported URL.
        (Kind::Imitation | Kind::Warning, _) => Decision { mark_down: MarkDown::Never, ..irrelevant },
        (Kind::WaitingRoom, _) => irrelevant,
        _ if meaning.causes.contains(&Cause::CrawlPrice) => irrelevant,
        _ => by_party,
    };
    decision.after(meaning.entry.and_then(Entry::retry_after))
}

/// When to consider the site down: never for a refusal or for a fault of one request, and never the whole site for a
/// fault of one URL. At once only for a fault that doesn't come and go.
fn mark_down(meaning: &Meaning) -> MarkDown {
    let by_rule = rule(meaning.remedy).mark_down;
    match (meaning.party, meaning.stage, meaning.scope) {
        (Party::Rule | Party::Law | Party::Network, ..) => MarkDown::Never,
        (Party::Visitor, stage, _) if stage != Stage::Answer => MarkDown::Never,
        (_, _, Scope::Page) if meaning.remedy == Remedy::Never => MarkDown::Url,
        _ if by_rule == MarkDown::AtOnce && meaning.persistence != Persistence::UntilFixed => MarkDown::AfterHour,
        _ => by_rule,
    }
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
    fn another_region_may_help_where_cloudflare_may_be_at_fault() {
        assert_eq!(on(503, Form::Unbranded).elsewhere, Elsewhere::Helps);
        assert_eq!(on(500, Form::Branded).elsewhere, Elsewhere::Helps);
        assert_eq!(on(502, Form::Unbranded).elsewhere, Elsewhere::MayHelp);
        assert_eq!(on(502, Form::Branded).elsewhere, Elsewhere::Futile);
    }

    #[test]
    fn a_broken_certificate_marks_the_site_down_immediately() {
        assert_eq!(of(526).mark_down, MarkDown::AtOnce);
        assert_eq!(of(526).attempts, Some(1));
    }

    #[test]
    fn a_fault_of_one_url_never_marks_the_site_down() {
        for code in [
            404, 405, 410, 415, 416, 1019, 1021, 1024, 1035, 1036, 1037, 1040, 1041, 1042, 1045, 1201, 1202, 1203,
            1204, 1206, 406, 431, 1030,
        ] {
            assert_eq!(of(code).mark_down, MarkDown::Url, "{code}");
        }
        for code in [400, 401, 402, 403, 412, 413, 414, 421, 429, 451, 501, 1003, 1020, 1038] {
            assert_ne!(of(code).mark_down, MarkDown::AtOnce, "{code}");
            assert_ne!(of(code).mark_down, MarkDown::AfterHour, "{code}");
        }
    }

    #[test]
    fn an_error_that_comes_and_goes_takes_an_hour_to_mark_a_site_down() {
        for code in [525, 1016, 1018, 1022, 1023] {
            assert_eq!(of(code).mark_down, MarkDown::AfterHour, "{code}");
        }
    }

    #[test]
    fn special_remedies_have_decisions_of_their_own() {
        assert_eq!((of(421).retry, of(421).attempts), (Remedy::NewConnection, Some(1)));
        assert_eq!((of(1038).retry, of(1038).first_wait_s), (Remedy::SmallerRequest, Some(60)));
        for code in [1025, 1027] {
            assert_eq!((of(code).retry, of(code).mark_down), (Remedy::AfterReset, MarkDown::UntilReset), "{code}");
        }
        assert_eq!((of(1022).retry, of(1022).elsewhere), (Remedy::Schedule, Elsewhere::Helps));
    }

    #[test]
    fn no_region_or_proxy_helps_with_a_warning_a_queue_or_a_price() {
        for kind in [Kind::Warning, Kind::Imitation, Kind::WaitingRoom, Kind::PaidCrawl] {
            let decision = decide(&Diagnosis { kind, code: None, ..Diagnosis::of_code("403".parse().unwrap()) });
            let expected = (Elsewhere::Irrelevant, Proxy::Irrelevant, Remedy::Never);
            assert_eq!((decision.elsewhere, decision.proxy, decision.retry), expected, "{kind:?}");
        }
        assert_eq!((of(402).elsewhere, of(402).proxy), (Elsewhere::Irrelevant, Proxy::Irrelevant));
    }

    #[test]
    fn another_region_may_have_a_change_that_this_one_lacks() {
        for code in [1004, 1018, 1023] {
            assert_eq!(of(code).elsewhere, Elsewhere::MayHelp, "{code}");
        }
        assert_eq!(of(1016).elsewhere, Elsewhere::Futile);
    }

    #[test]
    fn a_form_on_an_imitation_is_never_safe_to_send_again() {
        let page = Diagnosis { kind: Kind::Imitation, ..Diagnosis::of_code("522".parse().unwrap()) };
        assert_eq!(decide(&page).delivery, Delivery::Stranger);
    }
}
