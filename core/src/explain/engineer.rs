//! The part for engineers.

use serde::Serialize;

use crate::catalog::{Received, Remedy};
use crate::retry::decision::{self, Elsewhere, MarkDown, Proxy};
use crate::words::Words;

/// A decision in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedDecision {
    /// The decision itself.
    pub decision: decision::Decision,
    /// Whether to try again.
    pub retry: String,
    /// The wait before the first retry.
    pub wait: String,
    /// Whether to send a form or POST again.
    pub resend: String,
    /// Whether another region may help.
    pub elsewhere: String,
    /// What to do with the proxy.
    pub proxy: String,
    /// When to mark the site down.
    pub mark_down: String,
    /// The fields to log.
    pub log: String,
}

impl DescribedDecision {
    pub(super) fn new(decision: &decision::Decision, words: &Words) -> Self {
        let say = |key: &'static str| words.say(key).to_owned();
        Self {
            decision: *decision,
            retry: say(match decision.retry {
                Remedy::Schedule => "remedy.schedule",
                Remedy::Sparingly => "remedy.sparingly",
                Remedy::Doubling => "remedy.doubling",
                Remedy::OnceAfterHalfHour => "remedy.once-after-half-hour",
                Remedy::OnceAfterMinute => "remedy.once-after-minute",
                Remedy::Never => "remedy.never",
            }),
            wait: match (decision.retry, decision.first_wait_s) {
                (Remedy::Never, _) => say("engineer.no-wait"),
                (Remedy::OnceAfterHalfHour | Remedy::OnceAfterMinute, _) => say("engineer.wait-ours"),
                (_, Some(seconds)) => words.fill("engineer.wait", &[("n", &seconds.to_string())]),
                (_, None) => say("engineer.wait-unknown"),
            },
            resend: say(match decision.received {
                Received::No => "engineer.resend-no",
                Received::HardlyEver => "engineer.resend-hardly-ever",
                Received::Perhaps => "engineer.resend-perhaps",
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
            mark_down: say(match decision.mark_down {
                MarkDown::AfterHour => "engineer.mark-down-after-hour",
                MarkDown::AtOnce => "engineer.mark-down-at-once",
                MarkDown::Never => "engineer.mark-down-never",
            }),
            log: words.fill("engineer.log", &[("fields", &decision.log.join(", "))]),
        }
    }
}
