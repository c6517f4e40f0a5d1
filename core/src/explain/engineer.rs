//! The part for engineers.

use serde::Serialize;

use super::duration;
use crate::catalog::{Cause, Delivery, Meaning, Remedy};
use crate::diagnosis::Kind;
use crate::retry::decision::{self, Elsewhere, MarkDown, Proxy};
use crate::retry::{policy, rule};
use crate::settings::Settings;
use crate::words::{Key, Words, key};

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
    /// Whether another region may help; `None` where regions don't matter.
    pub elsewhere: Option<String>,
    /// What to do with the proxy; `None` where it doesn't matter.
    pub proxy: Option<String>,
    /// When to mark the site down.
    pub mark_down: String,
}

impl DescribedDecision {
    pub(super) fn new(meaning: &Meaning, words: &Words) -> Self {
        let decision = &decision::of_meaning(meaning);
        let pays = meaning.causes.contains(&Cause::CrawlPrice);
        let say = |key: Key| words.get(key).to_owned();
        let rule = rule(decision.retry);
        let attempts = &rule.attempts.unwrap_or_default().to_string();
        let wait = &duration(rule.first_step().unwrap_or_default(), words);
        Self {
            decision: *decision,
            retry: match decision.retry {
                Remedy::Schedule => say(key::remedy::SCHEDULE),
                Remedy::Sparingly => words.format(key::remedy::Sparingly { attempts, wait }),
                Remedy::Doubling => words.format(key::remedy::Doubling { attempts }),
                Remedy::OnceAfterHalfHour => words.format(key::remedy::OnceAfterHalfHour { wait }),
                Remedy::OnceAfterMinute => words.format(key::remedy::OnceAfterMinute { wait }),
                Remedy::NewConnection => say(key::remedy::NEW_CONNECTION),
                Remedy::SmallerRequest => say(key::remedy::SMALLER_REQUEST),
                Remedy::AfterReset => say(key::remedy::AFTER_RESET),
                Remedy::Never if pays => say(key::remedy::PAY),
                Remedy::Never if meaning.kind == Kind::WaitingRoom => say(key::remedy::QUEUE),
                Remedy::Never => say(key::remedy::NEVER),
            },
            wait: match (decision.retry, decision.first_wait_s) {
                (Remedy::Never | Remedy::AfterReset, _) => say(key::engineer::NO_WAIT),
                (Remedy::NewConnection, _) => say(key::engineer::WAIT_NOW),
                (Remedy::OnceAfterHalfHour | Remedy::OnceAfterMinute, _) => say(key::engineer::WAIT_OURS),
                (_, Some(seconds)) => words.format(key::engineer::Wait { n: &seconds.to_string() }),
                (_, None) => words.format(key::engineer::WaitUnknown { n: &Settings::default().floor_s.to_string() }),
            },
            resend: say(match decision.delivery {
                Delivery::No => key::engineer::RESEND_NO,
                Delivery::HardlyEver => key::engineer::RESEND_HARDLY_EVER,
                Delivery::Perhaps => key::engineer::RESEND_PERHAPS,
                Delivery::Stranger => key::engineer::RESEND_STRANGER,
            }),
            elsewhere: match decision.elsewhere {
                Elsewhere::Helps => Some(key::engineer::ELSEWHERE_HELPS),
                Elsewhere::MayHelp => Some(key::engineer::ELSEWHERE_MAY_HELP),
                Elsewhere::Futile => Some(key::engineer::ELSEWHERE_FUTILE),
                Elsewhere::Policy => Some(key::engineer::ELSEWHERE_POLICY),
                Elsewhere::Irrelevant => None,
            }
            .map(say),
            proxy: match decision.proxy {
                Proxy::Keep => Some(key::engineer::PROXY_KEEP),
                Proxy::Suspect => Some(key::engineer::PROXY_SUSPECT),
                Proxy::Policy => Some(key::engineer::PROXY_POLICY),
                Proxy::Irrelevant => None,
            }
            .map(say),
            mark_down: match decision.mark_down {
                MarkDown::AfterHour => words
                    .format(key::engineer::MarkDownAfterHour { duration: &duration(policy::MARK_DOWN_AFTER, words) }),
                MarkDown::AtOnce => {
                    words.format(key::engineer::MarkDownAtOnce { duration: &duration(policy::CHECK_DOWN_EVERY, words) })
                }
                MarkDown::UntilReset => say(key::engineer::MARK_DOWN_UNTIL_RESET),
                MarkDown::Url => say(key::engineer::MARK_DOWN_URL),
                MarkDown::Never => say(key::engineer::MARK_DOWN_NEVER),
            },
        }
    }
}
