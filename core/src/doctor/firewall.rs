//! Whether a packet filter drops Cloudflare's connections.
//!
//! Reads `nft -j list ruleset`, `iptables-save`, `ip6tables-save` and `ipset save` into one model, then asks the model
//! what happens to a new TCP connection from each of Cloudflare's ranges and from every single address or subnet inside
//! them that a rule names. A ban list with one edge /24 is found that way, and a rule that drops every one but Cloudflare
//! is not mistaken for a fault.
//!
//! A condition that isn't understood (a rate limit, a fwmark, a country) never decides: it makes the verdict uncertain.

mod iptables;
mod nft;
mod span;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub use iptables::{parse_ipset, parse_iptables};
pub use nft::parse_nft;
pub use span::Span;

use crate::outside::ranges::Ranges;

/// The rules of one machine that a new TCP connection to it meets.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {
    chains: BTreeMap<String, Chain>,
    /// Named sets of addresses; iptables' come from `ipset save`.
    sets: BTreeMap<String, Vec<Span>>,
}

#[derive(Clone, Debug, Default)]
struct Chain {
    /// Hook order, then priority; `None` for a chain that only jumps reach.
    base: Option<(u8, i64)>,
    /// Whether packets that reach the end of a base chain are dropped.
    drops_by_default: bool,
    v4: bool,
    v6: bool,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    matches: Vec<Match>,
    verdict: RuleVerdict,
    /// The rule in words close to its tool's own.
    text: String,
}

#[derive(Clone, Debug)]
enum Match {
    Source {
        spans: Vec<Span>,
        negated: bool,
    },
    SourceSet {
        name: String,
        negated: bool,
    },
    Port {
        ranges: Vec<(u16, u16)>,
        negated: bool,
    },
    /// Whether the rule sees a new TCP connection from outside at all.
    Known(bool),
    /// A condition that isn't understood.
    Unknown,
    /// A rate limit or a count of connections.
    Limit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RuleVerdict {
    Accept,
    Drop,
    Reject {
        reset: bool,
    },
    Jump(String),
    Goto(String),
    Return,
    /// A counter, a log line, or a target that isn't understood.
    Continue,
}

/// What a filter does with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Lets it in.
    Accept,
    /// Drops it silently: Cloudflare's visitors see a 522.
    Drop,
    /// Rejects it with a message: they see a 521.
    Reject,
}

/// One of Cloudflare's addresses or subnets that's blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// The blocked addresses, as a range or subnet.
    pub source: Span,
    /// The port.
    pub port: u16,
    /// Dropped or rejected.
    pub action: Action,
    /// The rule that does it, or the chain whose policy does.
    pub rule: String,
}

/// The result of [`Ruleset::examine`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// All of Cloudflare's addresses that are blocked, each source, port and rule once.
    pub blocks: Vec<Block>,
    /// How many of Cloudflare's ranges are blocked as a whole on some port.
    pub whole_ranges: usize,
    /// How many of Cloudflare's ranges were asked about.
    pub ranges: usize,
    /// Whether an address that isn't Cloudflare's is blocked on the same ports.
    pub others_blocked: bool,
    /// Whether an address that isn't Cloudflare's is let in on all these ports.
    pub others_admitted: bool,
    /// Rules that might block Cloudflare, but depend on a condition that isn't understood.
    pub uncertain: Vec<String>,
    /// Rules that limit how much one address may do. Cloudflare's few addresses carry all visitors.
    pub limits: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    No,
    Perhaps,
    Yes,
}

struct Walk<'a> {
    rules: &'a Ruleset,
    source: Span,
    port: u16,
    uncertain: Vec<&'a Rule>,
    limits: Vec<&'a Rule>,
    /// Jumps left: a ruleset with a loop must not hang.
    fuel: u32,
}

enum End<'a> {
    Decided(Action, &'a str),
    Fell,
}

impl Ruleset {
    /// The most addresses that are asked about.
    const MOST_PROBES: usize = 4_000;

    /// Adds another tool's rules.
    pub fn merge(&mut self, other: Self) {
        self.chains.extend(other.chains);
        self.sets.extend(other.sets);
    }

    /// Whether there are no rules at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chains.values().all(|chain| chain.rules.is_empty() && !chain.drops_by_default)
    }

    /// Finds all of Cloudflare's addresses that can't open a connection to the ports.
    #[must_use]
    pub fn examine(&self, ranges: &Ranges, ports: &[u16]) -> Examined {
        let whole: Vec<Span> = ranges.networks.iter().filter_map(|range| Span::parse(&range.to_string())).collect();
        let mut found = Examined { ranges: whole.len(), ..Examined::default() };
        let named = self.named_inside(&whole);
        for port in ports {
            for span in &whole {
                // An address that no narrower rule names represents the range.
                let probe = span.free_of(&named);
                if self.ask(probe, *span, *port, &mut found) {
                    found.whole_ranges += 1;
                }
            }
            for span in named.iter().take(Self::MOST_PROBES) {
                self.ask(span.head(), *span, *port, &mut found);
            }
        }
        found.whole_ranges = found.whole_ranges.min(found.ranges);
        // Addresses for documentation, which no one has: RFC 5737 and RFC 3849.
        let outsiders: Vec<_> = ["203.0.113.77", "2001:db8:77::77"].iter().filter_map(|it| Span::parse(it)).collect();
        found.others_admitted = ports
            .iter()
            .all(|port| outsiders.iter().all(|outsider| self.decide(*outsider, *port).0.0 == Action::Accept));
        found.others_blocked = ports.iter().any(|port| {
            outsiders.iter().copied().any(|outsider| {
                found.blocks.iter().any(|block| block.source.is_v4() == outsider.is_v4())
                    && self.decide(outsider, *port).0.0 != Action::Accept
            })
        });
        found
    }

    /// Asks about one source; returns whether it's blocked.
    fn ask(&self, probe: Span, shown: Span, port: u16, found: &mut Examined) -> bool {
        let ((action, rule), uncertain, limits) = self.decide(probe, port);
        for (rules, list) in [(uncertain, &mut found.uncertain), (limits, &mut found.limits)] {
            for rule in rules {
                if !list.contains(&rule.text) && list.len() < 20 {
                    list.push(rule.text.clone());
                }
            }
        }
        if action == Action::Accept {
            return false;
        }
        // A narrow entry inside a range that the same rule blocks as a whole adds nothing.
        let is_known = found.blocks.iter().any(|it| it.port == port && it.rule == rule && it.source.covers(shown));
        if !is_known && found.blocks.len() < 200 {
            found.blocks.push(Block { source: shown, port, action, rule });
        }
        true
    }

    fn decide(&self, source: Span, port: u16) -> ((Action, String), Vec<&Rule>, Vec<&Rule>) {
        let mut walk = Walk { rules: self, source, port, uncertain: Vec::new(), limits: Vec::new(), fuel: 2_000 };
        let mut bases: Vec<_> = self
            .chains
            .iter()
            .filter(|(_, chain)| if source.is_v4() { chain.v4 } else { chain.v6 })
            .filter_map(|(name, chain)| Some((chain.base?, name, chain)))
            .collect();
        bases.sort_by_key(|(order, ..)| *order);
        for (_, name, chain) in bases {
            match walk.chain(chain) {
                End::Decided(Action::Accept, _) => {}
                End::Decided(action, rule) => return ((action, rule.to_owned()), walk.uncertain, walk.limits),
                End::Fell if chain.drops_by_default => {
                    return ((Action::Drop, format!("{name} policy drop")), walk.uncertain, walk.limits);
                }
                End::Fell => {}
            }
        }
        ((Action::Accept, String::new()), walk.uncertain, walk.limits)
    }

    /// Everything inside Cloudflare's ranges that a rule or set names and that is narrower than a range.
    fn named_inside(&self, whole: &[Span]) -> Vec<Span> {
        let in_rules = self.chains.values().flat_map(|chain| &chain.rules).flat_map(|rule| &rule.matches);
        let in_rules = in_rules.filter_map(|it| match it {
            Match::Source { spans, .. } => Some(spans),
            _ => None,
        });
        let mut inside: Vec<Span> = in_rules
            .chain(self.sets.values())
            .flatten()
            .flat_map(|span| whole.iter().filter_map(|range| span.inside(*range)))
            .filter(|span| !whole.contains(span))
            .collect();
        inside.sort();
        inside.dedup();
        inside
    }
}

impl<'a> Walk<'a> {
    fn chain(&mut self, chain: &'a Chain) -> End<'a> {
        for rule in &chain.rules {
            if self.fuel == 0 {
                return End::Fell;
            }
            self.fuel -= 1;
            match self.holds(rule) {
                Truth::No => continue,
                Truth::Perhaps => {
                    let limited = rule.matches.iter().any(|it| matches!(it, Match::Limit));
                    if rule.verdict != RuleVerdict::Continue && rule.verdict != RuleVerdict::Return {
                        if limited { self.limits.push(rule) } else { self.uncertain.push(rule) }
                    }
                    continue;
                }
                Truth::Yes => {}
            }
            let (name, tail) = match &rule.verdict {
                RuleVerdict::Accept => return End::Decided(Action::Accept, &rule.text),
                RuleVerdict::Drop => return End::Decided(Action::Drop, &rule.text),
                // Any message but "no such host or network" makes the caller's kernel say "refused".
                RuleVerdict::Reject { .. } => return End::Decided(Action::Reject, &rule.text),
                RuleVerdict::Return => return End::Fell,
                RuleVerdict::Continue => continue,
                RuleVerdict::Jump(name) => (name, false),
                RuleVerdict::Goto(name) => (name, true),
            };
            let Some(target) = self.rules.chains.get(name) else { continue };
            match self.chain(target) {
                End::Fell if tail => return End::Fell,
                End::Fell => {}
                decided @ End::Decided(..) => return decided,
            }
        }
        End::Fell
    }

    fn holds(&self, rule: &Rule) -> Truth {
        let mut all = Truth::Yes;
        for condition in &rule.matches {
            let one = match condition {
                Match::Source { spans, negated } => {
                    truth(spans.iter().any(|span| span.covers(self.source)) != *negated)
                }
                Match::SourceSet { name, negated } => match self.rules.sets.get(name) {
                    Some(spans) => truth(spans.iter().any(|span| span.covers(self.source)) != *negated),
                    None => Truth::Perhaps,
                },
                Match::Port { ranges, negated } => {
                    truth(ranges.iter().any(|(low, high)| (*low..=*high).contains(&self.port)) != *negated)
                }
                Match::Known(known) => truth(*known),
                Match::Unknown | Match::Limit => Truth::Perhaps,
            };
            match one {
                Truth::No => return Truth::No,
                Truth::Perhaps => all = Truth::Perhaps,
                Truth::Yes => {}
            }
        }
        all
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::Yes } else { Truth::No }
}

/// Reads what `fail2ban-client banned` prints: `[{'sshd': ['192.0.2.1']}, {'nginx': []}]`.
///
/// Returns each jail with its addresses.
#[must_use]
pub fn parse_fail2ban(text: &str) -> Vec<(String, Vec<Span>)> {
    let mut jails = Vec::new();
    for part in text.split('{').skip(1) {
        let mut quoted = part.split('\'').skip(1).step_by(2);
        if let Some(jail) = quoted.next() {
            jails.push((jail.chars().take(64).collect(), quoted.filter_map(Span::parse).collect()));
        }
    }
    jails
}

/// Reads what `cscli decisions list -o json` prints: its bans of addresses and ranges, by scenario. `None` if it isn't that.
///
/// Bans come within alerts; older versions list them on their own. Without any, it's `null`. Simulated ones block
/// nobody.
#[must_use]
pub fn parse_crowdsec(text: &str) -> Option<Vec<(String, Vec<Span>)>> {
    let list: Option<Vec<Value>> = serde_json::from_str(text.trim()).ok()?;
    let mut scenarios: Vec<(String, Vec<Span>)> = Vec::new();
    let list = list.unwrap_or_default();
    let decisions = list.iter().flat_map(|entry| match entry.get("decisions") {
        Some(decisions) => decisions.as_array().map(Vec::as_slice).unwrap_or_default(),
        None => core::slice::from_ref(entry),
    });
    for decision in decisions {
        let field = |name: &str| decision.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_simulated = decision.get("simulated").and_then(Value::as_bool).unwrap_or_default();
        let Some(span) = Span::parse(field("value")).filter(|_| field("type") == "ban" && !is_simulated) else {
            continue;
        };
        let scenario: String = field("scenario").chars().filter(|it| !it.is_control()).take(64).collect();
        match scenarios.iter_mut().find(|(known, _)| *known == scenario) {
            Some((_, spans)) => spans.push(span),
            None => scenarios.push((scenario, vec![span])),
        }
    }
    Some(scenarios)
}

/// All of Cloudflare's addresses that the jails hold.
#[must_use]
pub fn banned_edges(jails: &[(String, Vec<Span>)], ranges: &Ranges) -> Vec<(String, Span)> {
    let whole: Vec<Span> = ranges.networks.iter().filter_map(|range| Span::parse(&range.to_string())).collect();
    let all = jails.iter().flat_map(|(jail, spans)| spans.iter().map(move |span| (jail, *span)));
    all.filter(|(_, span)| whole.iter().any(|range| span.inside(*range).is_some()))
        .map(|(jail, span)| (jail.clone(), span))
        .collect()
}

#[cfg(test)]
mod tests;
