//! Whether a packet filter or the routing drops Cloudflare's connections.
//!
//! Reads `nft -j list ruleset`, `iptables-save` and its relatives, `ipset save`, `ip -j route` and `ip -j rule` into
//! one model. Then follows a new TCP connection and its reply through it, for each Cloudflare range and for each
//! narrower subnet or address that a rule names. This finds a ban list with a single edge /24, and doesn't mistake a
//! rule that drops everyone but Cloudflare for a fault.
//!
//! A condition that isn't understood (a rate limit, a fwmark, a country) never decides: it makes the verdict uncertain.

mod iptables;
mod nft;
mod routes;
mod span;
mod walk;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub use iptables::{parse_ipset, parse_iptables, tables_of_nft};
pub use nft::parse_nft;
pub use routes::{Routes, parse_routes};
pub use span::Span;

use crate::outside::ranges::Ranges;
use walk::{Outcome, Packet, Walk};

/// One machine's rules for a new TCP connection to it and for the reply.
#[derive(Clone, Debug, Default)]
pub struct Ruleset {
    chains: BTreeMap<String, Chain>,
    /// Named sets of addresses; iptables' come from `ipset save`.
    sets: BTreeMap<String, Vec<Span>>,
    /// The routes and routing rules.
    pub routes: Routes,
    /// The ports that something listens on; `None` if they aren't known.
    pub listening: Option<Vec<u16>>,
}

#[derive(Clone, Debug, Default)]
struct Chain {
    /// The hook, then the priority; `None` for a chain that only jumps reach.
    base: Option<(Hook, i64)>,
    /// Whether packets that reach the end of a base chain are dropped.
    drops_by_default: bool,
    v4: bool,
    v6: bool,
    rules: Vec<Rule>,
}

/// Where the kernel runs a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hook {
    Ingress,
    Prerouting,
    Input,
    Forward,
    Output,
    Postrouting,
    Egress,
}

#[derive(Clone, Debug)]
struct Rule {
    matches: Vec<Match>,
    verdict: RuleVerdict,
    /// The rule in words close to its tool's own.
    text: String,
}

/// Which of a packet's two addresses or ports a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Source,
    Destination,
}

#[derive(Clone, Debug)]
enum Match {
    Address {
        side: Side,
        spans: Vec<Span>,
        negated: bool,
    },
    Set {
        side: Side,
        name: String,
        negated: bool,
    },
    Port {
        side: Side,
        ranges: Vec<(u16, u16)>,
        negated: bool,
    },
    /// The interface that a packet arrives on or leaves by. A name may end in a wildcard.
    Interface {
        incoming: bool,
        names: Vec<String>,
        negated: bool,
    },
    /// Whether it's IPv4.
    Version {
        v4: bool,
    },
    /// Whether DNAT or REDIRECT changed the destination.
    Translated {
        negated: bool,
    },
    /// Whether a request is for this machine itself and not forwarded.
    ToThisMachine {
        negated: bool,
    },
    /// A condition with the same result for every new TCP connection, and for every reply.
    Known {
        request: bool,
        reply: bool,
    },
    /// A condition that isn't understood.
    Unknown,
    /// A rate limit or a count of connections.
    Limit,
}

impl Match {
    /// A condition with the same result in both directions.
    const fn always(holds: bool) -> Self {
        Self::Known { request: holds, reply: holds }
    }

    /// A condition that the request meets and the reply doesn't; the reverse if it's negated.
    const fn request_only(negated: bool) -> Self {
        Self::Known { request: !negated, reply: negated }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RuleVerdict {
    Accept,
    Drop,
    Reject,
    Jump(String),
    Goto(String),
    Return,
    /// Sends the connection to another address or port; `None` keeps the original one.
    Translate {
        to: Option<core::net::IpAddr>,
        port: Option<u16>,
    },
    /// Something else decides, such as a program in user space.
    Unknown,
    /// A counter, a log line, or a target that never drops.
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
    /// Whether the source is a whole Cloudflare range.
    pub is_whole: bool,
    /// Whether the rule also blocks addresses that aren't Cloudflare's.
    pub blocks_others: bool,
    /// Whether the rule is a route or a routing rule.
    pub is_routing: bool,
}

/// The result of [`Ruleset::examine`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// All of Cloudflare's addresses that are blocked, each source, port and rule once.
    pub blocks: Vec<Block>,
    /// How many of Cloudflare's ranges were asked about.
    pub ranges: usize,
    /// Whether an address that isn't Cloudflare's is let in on all these ports.
    pub others_admitted: bool,
    /// Rules that might block Cloudflare, but depend on a condition that isn't understood.
    pub uncertain: Vec<String>,
    /// Rules that limit how much one address may do. Cloudflare's few addresses carry all visitors.
    pub limits: Vec<String>,
    /// Other machines or containers that connections are forwarded to, each with the rule that does it.
    pub forwarded: Vec<(core::net::SocketAddr, String)>,
    /// Whether there were too many rules to check them all.
    pub is_incomplete: bool,
}

/// Addresses for documentation, which no one has: RFC 5737 and RFC 3849.
const OUTSIDERS: [&str; 2] = ["203.0.113.77", "2001:db8:77::77"];

impl Ruleset {
    /// The most narrower subnets and addresses that are checked.
    const MOST_PROBES: usize = 4_000;
    /// The most rules that are checked altogether.
    const MOST_STEPS: u64 = 100_000_000;

    /// Adds another tool's rules.
    pub fn merge(&mut self, other: Self) {
        self.chains.extend(other.chains);
        self.sets.extend(other.sets);
    }

    /// Leaves out an nft table, such as `ip filter`, because another tool shows it with all its conditions.
    pub fn leave_out(&mut self, table: &str) {
        let start = format!("nft {table} ");
        self.chains.retain(|name, _| !name.starts_with(&start));
    }

    /// Whether there are no rules at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routes.block_nothing()
            && self.chains.values().all(|chain| chain.rules.is_empty() && !chain.drops_by_default)
    }

    /// Finds all of Cloudflare's addresses that can't open a connection to the ports.
    #[must_use]
    pub fn examine(&self, ranges: &Ranges, ports: &[u16]) -> Examined {
        let whole: Vec<Span> = ranges.networks.iter().filter_map(|range| Span::parse(&range.to_string())).collect();
        let mut found = Examined { ranges: whole.len(), ..Examined::default() };
        let named = self.named_inside(&whole);
        found.is_incomplete = named.len() > Self::MOST_PROBES;
        let outsiders = OUTSIDERS.iter().filter_map(|it| Span::parse(it));
        let others: Vec<_> = outsiders
            .flat_map(|it| ports.iter().map(move |port| (it, *port)))
            .map(|(it, port)| (it.is_v4(), port, self.decide(it, port)))
            .collect();
        let mut steps = 0;
        for port in ports {
            // An address that no narrower rule names represents the range.
            let representatives = whole.iter().map(|span| (span.free_of(&named), *span, true));
            let narrower = named.iter().take(Self::MOST_PROBES).map(|span| (span.head(), *span, false));
            for (probe, source, is_whole) in representatives.chain(narrower) {
                let outcome = self.decide(probe, *port);
                steps += outcome.steps;
                if steps > Self::MOST_STEPS {
                    found.is_incomplete = true;
                    break;
                }
                let blocks_others = others.iter().any(|(is_v4, at, other)| {
                    (*is_v4, *at) == (source.is_v4(), *port)
                        && other.action != Action::Accept
                        && other.rule == outcome.rule
                });
                found.add(outcome, (source, *port), is_whole, blocks_others);
            }
        }
        found.others_admitted = others.iter().all(|(.., other)| other.action == Action::Accept);
        for (source, rule, is_certain) in self.routes.blocked(&whole) {
            if is_certain {
                let is_whole = whole.contains(&source);
                found.blocks.extend(ports.iter().map(|port| Block {
                    source,
                    port: *port,
                    action: Action::Drop,
                    rule: rule.clone(),
                    is_whole,
                    blocks_others: false,
                    is_routing: true,
                }));
            } else if !found.uncertain.contains(&rule) {
                found.uncertain.push(rule);
            }
        }
        found
    }

    fn decide(&self, source: Span, port: u16) -> Outcome {
        Walk::new(self, Packet::new(source, port, self)).outcome()
    }

    /// Everything inside Cloudflare's ranges that a rule or set names and that is narrower than a range.
    fn named_inside(&self, whole: &[Span]) -> Vec<Span> {
        let in_rules = self.chains.values().flat_map(|chain| &chain.rules).flat_map(|rule| &rule.matches);
        let in_rules = in_rules.filter_map(|it| match it {
            Match::Address { spans, .. } => Some(spans),
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

impl Examined {
    /// Adds what happens to connections from a source to a port.
    fn add(&mut self, outcome: Outcome, (source, port): (Span, u16), is_whole: bool, blocks_others: bool) {
        let Outcome { action, rule, uncertain, limits, forwarded, is_complete, .. } = outcome;
        self.is_incomplete |= !is_complete;
        for (rules, list) in [(uncertain, &mut self.uncertain), (limits, &mut self.limits)] {
            for rule in rules {
                if !list.contains(&rule) && list.len() < 20 {
                    list.push(rule);
                }
            }
        }
        for forward in forwarded {
            if !self.forwarded.contains(&forward) && self.forwarded.len() < 20 {
                self.forwarded.push(forward);
            }
        }
        // A narrow entry inside a range that the same rule blocks as a whole adds nothing.
        let is_known = self.blocks.iter().any(|it| it.port == port && it.rule == rule && it.source.covers(source));
        if action != Action::Accept && !is_known && self.blocks.len() < 200 {
            self.blocks.push(Block { source, port, action, rule, is_whole, blocks_others, is_routing: false });
        }
    }
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
