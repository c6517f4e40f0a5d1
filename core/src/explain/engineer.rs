//! The part for engineers.

use serde::Serialize;

use super::duration;
use crate::catalog::{Cause, Delivery, Meaning, Remedy};
use crate::retry::decision::{self, Elsewhere, MarkDown, Proxy};
use crate::retry::{policy, rule};
use crate::settings::Settings;
use crate::words::Words;

/// A decision in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The decision itself.
    pub decision: decision::Decision,
    /// Whether to try again.
    pub retry: String,
    /// After how long.
    pub wait: String,
    /// Whether to send a form or POST again.
    pub resend: String,
    /// Whether another region may help.
    pub elsewhere: String,
    /// What to do with the proxy.
    pub proxy: String,
    /// When to take the site for down.
    pub mark_down: String,
    /// What to log.
    pub log: String,
}

impl Decision {
    pub(super) fn new(meaning: &Meaning, words: &Words) -> Self {
        let decision = &decision::of_meaning(meaning);
        let pays = meaning.causes.contains(&Cause::CrawlPrice);
        let say = |key: &'static str| words.say(key).to_owned();
        let rule = rule(decision.retry);
        let attempts = rule.attempts.unwrap_or_default().to_string();
        let wait = duration(rule.first_step().unwrap_or_default(), words);
        let filled = |key| words.fill(key, &[("attempts", &attempts), ("wait", &wait)]);
        let timed = |key, time| words.fill(key, &[("time", &duration(time, words))]);
        Self {
            decision: *decision,
            retry: filled(match decision.retry {
                Remedy::Schedule => "remedy.schedule",
                Remedy::Sparingly => "remedy.sparingly",
                Remedy::Doubling => "remedy.doubling",
                Remedy::OnceAfterHalfHour => "remedy.once-after-half-hour",
                Remedy::OnceAfterMinute => "remedy.once-after-minute",
                Remedy::NewConnection => "remedy.new-connection",
                Remedy::SmallerRequest => "remedy.smaller-request",
                Remedy::AfterReset => "remedy.after-reset",
                Remedy::Never if pays => "remedy.pay",
                Remedy::Never => "remedy.never",
            }),
            wait: match (decision.retry, decision.first_wait_s) {
                (Remedy::Never | Remedy::AfterReset, _) => say("engineer.no-wait"),
                (Remedy::NewConnection, _) => say("engineer.wait-now"),
                (Remedy::OnceAfterHalfHour | Remedy::OnceAfterMinute, _) => say("engineer.wait-ours"),
                (_, Some(seconds)) => words.fill("engineer.wait", &[("n", &seconds.to_string())]),
                (_, None) => words.fill("engineer.wait-unknown", &[("n", &Settings::default().floor_s.to_string())]),
            },
            resend: say(match decision.delivery {
                Delivery::No => "engineer.resend-no",
                Delivery::HardlyEver => "engineer.resend-hardly-ever",
                Delivery::Perhaps => "engineer.resend-perhaps",
                Delivery::Stranger => "engineer.resend-stranger",
            }),
            elsewhere: say(match decision.elsewhere {
                Elsewhere::Helps => "engineer.elsewhere-helps",
                Elsewhere::MayHelp => "engineer.elsewhere-may-help",
                Elsewhere::Futile => "engineer.elsewhere-futile",
                Elsewhere::Policy => "engineer.elsewhere-policy",
            }),
            proxy: say(match decision.proxy {
                Proxy::Keep => "engineer.proxy-keep",
                Proxy::Suspect => "engineer.proxy-suspect",
                Proxy::Policy => "engineer.proxy-policy",
            }),
            mark_down: match decision.mark_down {
                MarkDown::AfterHour => timed("engineer.mark-down-after-hour", policy::MARK_DOWN_AFTER),
                MarkDown::AtOnce => timed("engineer.mark-down-at-once", policy::CHECK_DOWN_EVERY),
                MarkDown::UntilReset => say("engineer.mark-down-until-reset"),
                MarkDown::Url => say("engineer.mark-down-url"),
                MarkDown::Never => say("engineer.mark-down-never"),
            },
            log: words.fill("engineer.log", &[("fields", &decision.log.join(", "))]),
        }
    }
}
