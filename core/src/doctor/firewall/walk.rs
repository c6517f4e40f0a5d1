//! Follows a connection and its reply through the chains.

use core::net::{IpAddr, SocketAddr};

use super::{Action, Chain, Hook, Match, Rule, RuleVerdict, Ruleset, Side, Span};

/// The first packet of a connection, or the reply to it.
#[derive(Clone)]
pub(super) struct Packet {
    client: Span,
    /// This machine's addresses, or the one that the connection is forwarded to; empty if they aren't known.
    servers: Vec<Span>,
    port: u16,
    is_reply: bool,
    /// Whether its address or port was changed on arrival (DNAT or REDIRECT).
    is_translated: bool,
    /// Whether it's forwarded to another machine or a container.
    is_forwarded: bool,
}

impl Packet {
    pub(super) fn new(client: Span, port: u16, rules: &Ruleset) -> Self {
        let own = rules.routes.addresses.iter().copied().map(Span::single);
        let servers = own.filter(|address| address.is_v4() == client.is_v4()).collect();
        Self { client, servers, port, is_reply: false, is_translated: false, is_forwarded: false }
    }
}

/// What happens to a connection.
pub(super) struct Outcome {
    pub(super) action: Action,
    /// The rule that drops or rejects it; empty if none does.
    pub(super) rule: String,
    pub(super) uncertain: Vec<String>,
    pub(super) limits: Vec<String>,
    pub(super) forwarded: Vec<(SocketAddr, String)>,
    pub(super) steps: u64,
    /// Whether every rule on its path was checked.
    pub(super) is_complete: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    No,
    Perhaps,
    Yes,
}

/// Why it isn't certain that a rule is reached, or that it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    Limit,
    Unknown,
}

pub(super) struct Walk<'a> {
    rules: &'a Ruleset,
    packet: Packet,
    uncertain: Vec<&'a Rule>,
    limits: Vec<&'a Rule>,
    forwarded: Vec<(SocketAddr, String)>,
    /// The rule in the base chain that may have accepted the packet, so that a later one doesn't see it.
    may_be_accepted: Option<(&'a Rule, Doubt)>,
    steps: u64,
    is_complete: bool,
}

enum End<'a> {
    Accepted,
    Blocked(Action, &'a str),
    Translated(Translation<'a>),
    Fell,
}

/// Where a rule sends a connection to.
#[derive(Clone, Copy)]
struct Translation<'a> {
    to: Option<IpAddr>,
    port: Option<u16>,
    rule: &'a Rule,
    doubt: Option<Doubt>,
}

/// How a connection is blocked, and by which rule.
type Blocked = (Action, String);

impl<'a> Walk<'a> {
    /// The most rules that one connection and its reply are followed through.
    const MOST_STEPS: u64 = 200_000;
    /// The most nested jumps, so that a ruleset with a loop doesn't hang.
    const DEEPEST: u32 = 64;

    pub(super) fn new(rules: &'a Ruleset, packet: Packet) -> Self {
        Self {
            rules,
            packet,
            uncertain: Vec::new(),
            limits: Vec::new(),
            forwarded: Vec::new(),
            may_be_accepted: None,
            steps: 0,
            is_complete: true,
        }
    }

    pub(super) fn outcome(mut self) -> Outcome {
        let (action, rule) = self.follow().err().unwrap_or((Action::Accept, String::new()));
        let texts = |rules: Vec<&Rule>| rules.into_iter().map(|rule| rule.text.clone()).collect();
        Outcome {
            action,
            rule,
            uncertain: texts(self.uncertain),
            limits: texts(self.limits),
            forwarded: self.forwarded,
            steps: self.steps,
            is_complete: self.is_complete,
        }
    }

    /// Follows the connection and its reply.
    fn follow(&mut self) -> Result<(), Blocked> {
        self.hook(Hook::Ingress)?;
        if let Some(translation) = self.hook(Hook::Prerouting)? {
            // If it may also continue untranslated, both paths count.
            if translation.doubt.is_some() {
                let packet = self.packet.clone();
                self.deliver()?;
                self.packet = packet;
            }
            self.translate(translation)?;
        }
        self.deliver()
    }

    /// Follows the connection to its service, and the reply back.
    fn deliver(&mut self) -> Result<(), Blocked> {
        let forward = self.packet.is_forwarded;
        self.hook(if forward { Hook::Forward } else { Hook::Input })?;
        self.packet.is_reply = true;
        self.hook(if forward { Hook::Forward } else { Hook::Output })?;
        self.hook(Hook::Postrouting)?;
        self.hook(Hook::Egress)?;
        Ok(())
    }

    fn translate(&mut self, Translation { to, port, rule, doubt }: Translation<'a>) -> Result<(), Blocked> {
        let is_own = |to: &IpAddr| to.is_loopback() || self.rules.routes.addresses.contains(to);
        self.packet.is_translated = true;
        self.packet.port = port.unwrap_or(self.packet.port);
        if let Some(to) = to.filter(|to| !is_own(to)) {
            self.packet.is_forwarded = true;
            self.packet.servers = vec![Span::single(to)];
            self.forwarded.push((SocketAddr::new(to, self.packet.port), rule.text.clone()));
        } else if self.rules.listening.as_ref().is_some_and(|ports| !ports.contains(&self.packet.port)) {
            let Some(doubt) = doubt else { return Err((Action::Reject, rule.text.clone())) };
            self.note(rule, doubt);
        }
        Ok(())
    }

    /// Runs all chains of a hook, in order. Only new connections are translated.
    fn hook(&mut self, hook: Hook) -> Result<Option<Translation<'a>>, Blocked> {
        let is_v4 = self.packet.client.is_v4();
        let mut bases: Vec<_> = self
            .rules
            .chains
            .iter()
            .filter(|(_, chain)| if is_v4 { chain.v4 } else { chain.v6 })
            .filter_map(|(name, chain)| Some((chain.base.filter(|(at, _)| *at == hook)?.1, name, chain)))
            .collect();
        bases.sort_by_key(|(priority, ..)| *priority);
        let mut translation = None;
        for (_, name, chain) in bases {
            self.may_be_accepted = None;
            match self.chain(chain, None, 0) {
                End::Blocked(action, rule) => return Err((action, rule.to_owned())),
                End::Translated(found) => translation = translation.or(Some(found)),
                End::Fell if chain.drops_by_default => match self.may_be_accepted {
                    None => return Err((Action::Drop, format!("{name} policy drop"))),
                    Some((rule, doubt)) => self.note(rule, doubt),
                },
                End::Accepted | End::Fell => {}
            }
        }
        Ok(translation)
    }

    fn note(&mut self, rule: &'a Rule, doubt: Doubt) {
        match doubt {
            Doubt::Limit => self.limits.push(rule),
            Doubt::Unknown => self.uncertain.push(rule),
        }
    }

    /// Follows a packet through a chain. With a doubt, it isn't certain that the packet gets there.
    fn chain(&mut self, chain: &'a Chain, doubt: Option<Doubt>, depth: u32) -> End<'a> {
        for rule in &chain.rules {
            if self.steps > Self::MOST_STEPS || depth > Self::DEEPEST {
                self.is_complete = false;
                return End::Fell;
            }
            self.steps += 1;
            let holds = self.holds(rule);
            if holds == Truth::No {
                continue;
            }
            let is_limited = rule.matches.iter().any(|it| matches!(it, Match::Limit));
            let own = (holds == Truth::Perhaps).then_some(if is_limited { Doubt::Limit } else { Doubt::Unknown });
            let doubt = doubt.or(own);
            match &rule.verdict {
                RuleVerdict::Unknown => self.note(rule, Doubt::Unknown),
                RuleVerdict::Return if own.is_none() => return End::Fell,
                RuleVerdict::Return | RuleVerdict::Continue => {}
                RuleVerdict::Accept => match doubt {
                    None => return End::Accepted,
                    Some(doubt) => {
                        self.may_be_accepted = self.may_be_accepted.or(Some((rule, doubt)));
                        if own.is_none() {
                            return End::Fell;
                        }
                    }
                },
                verdict @ (RuleVerdict::Drop | RuleVerdict::Reject) => {
                    let accepted = self.may_be_accepted.map(|(_, doubt)| doubt);
                    match doubt.or(accepted) {
                        // Any message but "no such host or network" makes the caller's kernel say "refused".
                        None if *verdict == RuleVerdict::Reject => return End::Blocked(Action::Reject, &rule.text),
                        None => return End::Blocked(Action::Drop, &rule.text),
                        Some(doubt) => self.note(rule, doubt),
                    }
                    match (doubt, own) {
                        (None, _) => return End::Accepted,
                        (Some(_), None) => return End::Fell,
                        _ => {}
                    }
                }
                RuleVerdict::Translate { to, port } => {
                    return End::Translated(Translation { to: *to, port: *port, rule, doubt });
                }
                RuleVerdict::Jump(name) | RuleVerdict::Goto(name) => {
                    let is_tail = matches!(rule.verdict, RuleVerdict::Goto(_));
                    match self.rules.chains.get(name) {
                        // Not a chain, so an unknown target.
                        None => self.note(rule, Doubt::Unknown),
                        Some(target) => match self.chain(target, doubt, depth + 1) {
                            End::Fell if is_tail && own.is_none() => return End::Fell,
                            End::Fell => {}
                            decided => return decided,
                        },
                    }
                }
            }
        }
        End::Fell
    }

    fn holds(&self, rule: &Rule) -> Truth {
        let mut all = Truth::Yes;
        for condition in &rule.matches {
            match self.is_met(condition) {
                Truth::No => return Truth::No,
                Truth::Perhaps => all = Truth::Perhaps,
                Truth::Yes => {}
            }
        }
        all
    }

    fn is_met(&self, condition: &Match) -> Truth {
        let packet = &self.packet;
        // A reply goes from the service to the client.
        let is_clients = |side: Side| (side == Side::Source) != packet.is_reply;
        let address = |side, spans: &[Span], negated| {
            let covered = |address: &Span| spans.iter().any(|span| span.covers(*address));
            if is_clients(side) {
                return truth(covered(&packet.client) != negated);
            }
            negation(some_or_all(packet.servers.iter().map(covered)), negated)
        };
        match condition {
            Match::Address { side, spans, negated } => address(*side, spans, *negated),
            Match::Set { side, name, negated } => match self.rules.sets.get(name) {
                Some(spans) => address(*side, spans, *negated),
                None => Truth::Perhaps,
            },
            Match::Port { side, ranges, negated } if is_clients(*side) => {
                // Clients use unreserved ports, so the result is certain only if the rule matches all or none of those.
                let is_any = ranges.iter().any(|(low, high)| *low <= 1024 && *high == u16::MAX);
                let is_none = ranges.iter().all(|(_, high)| *high < 1024);
                let matched = match (is_any, is_none) {
                    (true, _) => Truth::Yes,
                    (_, true) => Truth::No,
                    _ => Truth::Perhaps,
                };
                negation(matched, *negated)
            }
            Match::Port { ranges, negated, .. } => {
                truth(ranges.iter().any(|(low, high)| (*low..=*high).contains(&packet.port)) != *negated)
            }
            Match::Interface { incoming, names, negated } => negation(self.passes(*incoming, names), *negated),
            Match::Version { v4 } => truth(*v4 == packet.client.is_v4()),
            Match::Translated { negated } => truth(packet.is_translated != *negated),
            Match::ToThisMachine { negated } => truth((!packet.is_reply && !packet.is_forwarded) != *negated),
            Match::Known { request, reply } => truth(if packet.is_reply { *reply } else { *request }),
            Match::Unknown | Match::Limit => Truth::Perhaps,
        }
    }

    /// Whether the packet arrives on, or leaves by, one of these interfaces.
    fn passes(&self, incoming: bool, names: &[String]) -> Truth {
        let fits = |name: &str, device: &str| match name.strip_suffix(['+', '*']) {
            Some(start) => device.starts_with(start),
            None => name == device,
        };
        // Cloudflare's packets don't arrive over the loopback or from a container.
        let inner = |name: &String| INNER.iter().any(|start| name.starts_with(start));
        let is_outer = incoming != self.packet.is_reply;
        if names.iter().all(|name| name == "lo") {
            Truth::No
        } else if !is_outer {
            match self.packet.is_forwarded {
                false => Truth::No,
                true if names.iter().all(inner) => Truth::Yes,
                true => Truth::Perhaps,
            }
        } else if names.iter().all(inner) {
            Truth::No
        } else {
            let devices = self.rules.routes.devices.iter();
            some_or_all(devices.map(|device| names.iter().any(|name| fits(name, device))))
        }
    }
}

/// The beginnings of the names of interfaces that lead to containers and virtual machines on the same machine.
const INNER: [&str; 8] = ["docker", "br-", "veth", "virbr", "cni", "podman", "lxc", "lxdbr"];

fn truth(holds: bool) -> Truth {
    if holds { Truth::Yes } else { Truth::No }
}

/// Whether something holds in every possible case or in none; otherwise, or if no case is known, "perhaps".
fn some_or_all(mut cases: impl Iterator<Item = bool>) -> Truth {
    let Some(first) = cases.next() else { return Truth::Perhaps };
    if cases.all(|case| case == first) { truth(first) } else { Truth::Perhaps }
}

fn negation(truth: Truth, negated: bool) -> Truth {
    match truth {
        Truth::Yes if negated => Truth::No,
        Truth::No if negated => Truth::Yes,
        other => other,
    }
}
