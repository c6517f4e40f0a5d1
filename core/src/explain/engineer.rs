//! The part for engineers.

use serde::Serialize;

use crate::catalog::{Received, Remedy};
use crate::retry::decision::{self, Elsewhere, MarkDown, Proxy};
use crate::words::{Key, Words, key};

/// A decision, told.
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
    pub(super) fn new(decision: &decision::Decision, words: &Words) -> Self {
        let say = |key: Key| words.get(key).to_owned();
        Self {
            decision: *decision,
            retry: say(match decision.retry {
                Remedy::Schedule => key::remedy::SCHEDULE,
                Remedy::Sparingly => key::remedy::SPARINGLY,
                Remedy::Doubling => key::remedy::DOUBLING,
                Remedy::OnceAfterHalfHour => key::remedy::ONCE_AFTER_HALF_HOUR,
                Remedy::OnceAfterMinute => key::remedy::ONCE_AFTER_MINUTE,
                Remedy::Never => key::remedy::NEVER,
            }),
            wait: match (decision.retry, decision.first_wait_s) {
                (Remedy::Never, _) => say(key::engineer::NO_WAIT),
                (Remedy::OnceAfterHalfHour | Remedy::OnceAfterMinute, _) => say(key::engineer::WAIT_OURS),
                (_, Some(seconds)) => words.format(key::engineer::Wait { n: &seconds.to_string() }),
                (_, None) => say(key::engineer::WAIT_UNKNOWN),
            },
            resend: say(match decision.received {
                Received::No => key::engineer::RESEND_NO,
                Received::HardlyEver => key::engineer::RESEND_HARDLY_EVER,
                Received::Perhaps => key::engineer::RESEND_PERHAPS,
            }),
            elsewhere: say(match decision.elsewhere {
                Elsewhere::Helps => key::engineer::ELSEWHERE_HELPS,
                Elsewhere::MayHelp => key::engineer::ELSEWHERE_MAY_HELP,
                Elsewhere::Futile => key::engineer::ELSEWHERE_FUTILE,
                Elsewhere::Policy => key::engineer::ELSEWHERE_POLICY,
            }),
            proxy: say(match decision.proxy {
                Proxy::Keep => key::engineer::PROXY_KEEP,
                Proxy::Suspect => key::engineer::PROXY_SUSPECT,
                Proxy::Policy => key::engineer::PROXY_POLICY,
            }),
            mark_down: say(match decision.mark_down {
                MarkDown::AfterHour => key::engineer::MARK_DOWN_AFTER_HOUR,
                MarkDown::AtOnce => key::engineer::MARK_DOWN_AT_ONCE,
                MarkDown::Never => key::engineer::MARK_DOWN_NEVER,
            }),
            log: words.format(key::engineer::Log { fields: &decision.log.join(", ") }),
        }
    }
}
