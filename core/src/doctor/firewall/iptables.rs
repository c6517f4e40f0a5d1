//! `iptables-save`, `ip6tables-save` and `ipset save`.

use std::collections::BTreeSet;

use super::{Hook, Match, Rule, RuleVerdict, Ruleset, Side, Span};

/// Reads the output of `iptables-save` or a program like it; its name begins with `ip6` for IPv6. A line that isn't
/// understood is left out.
#[must_use]
pub fn parse_iptables(text: &str, program: &str) -> Ruleset {
    let tool = program.strip_suffix("-save").unwrap_or(program);
    let v6 = tool.starts_with("ip6");
    let mut rules = Ruleset::default();
    let mut table = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name.trim();
        } else if let Some(chain) = line.strip_prefix(':') {
            let mut parts = chain.split_whitespace();
            let (name, policy) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let entry = rules.chains.entry(format!("{tool} {table} {name}")).or_default();
            (entry.v4, entry.v6) = (!v6, v6);
            // The order of the tables within a hook, as the kernel has it.
            let order = match table {
                "raw" => -300,
                "mangle" => -150,
                "nat" => -100,
                "security" => 50,
                _ => 0,
            };
            let hook = match name {
                "PREROUTING" => Some(Hook::Prerouting),
                "INPUT" => Some(Hook::Input),
                "FORWARD" => Some(Hook::Forward),
                "OUTPUT" => Some(Hook::Output),
                "POSTROUTING" => Some(Hook::Postrouting),
                _ => None,
            };
            // At other hooks, nat only sees connections from this machine or a container, or changes sources.
            entry.base = hook.filter(|hook| table != "nat" || *hook == Hook::Prerouting).map(|hook| (hook, order));
            entry.drops_by_default = entry.base.is_some() && policy == "DROP";
        } else if let Some(rule) = line.strip_prefix("-A ") {
            let (chain, rest) = rule.split_once(' ').unwrap_or((rule, ""));
            let scope = format!("{tool} {table}");
            let parsed = read_rule(rest, &scope, format!("{tool} -t {table} -A {rule}"));
            rules.chains.entry(format!("{scope} {chain}")).or_default().rules.push(parsed);
        }
    }
    rules
}

/// The nft tables that `iptables-save` shows, such as `filter`; none if it reads the older kernel interface.
pub fn tables_of_nft(text: &str) -> impl Iterator<Item = &str> {
    let is_nft = text.lines().next().is_some_and(|line| line.contains("(nf_tables)"));
    text.lines().filter(move |_| is_nft).filter_map(|line| line.strip_prefix('*')).map(str::trim)
}

/// Reads the output of `ipset save`: the members of each set. A set with a member that isn't understood is left out.
#[must_use]
pub fn parse_ipset(text: &str) -> Ruleset {
    let mut rules = Ruleset::default();
    let mut unclear = BTreeSet::new();
    for line in text.lines() {
        let mut parts = line.split_whitespace();
        match (parts.next(), parts.next(), parts.next()) {
            (Some("create"), Some(name), _) => {
                rules.sets.entry(format!("ipset {name}")).or_default();
            }
            (Some("add"), Some(name), Some(member)) => {
                // A member such as 192.0.2.1,tcp:80 names its address first.
                let span = Span::parse(member.split(',').next().unwrap_or_default());
                if span.is_none() || parts.any(|option| option == "nomatch") {
                    unclear.insert(format!("ipset {name}"));
                }
                rules.sets.entry(format!("ipset {name}")).or_default().extend(span);
            }
            _ => {}
        }
    }
    rules.sets.retain(|name, _| !unclear.contains(name));
    rules
}

fn read_rule(options: &str, scope: &str, text: String) -> Rule {
    let mut rule = Rule { matches: Vec::new(), verdict: RuleVerdict::Continue, text };
    let mut words = options.split_whitespace().peekable();
    let mut negated = false;
    while let Some(option) = words.next() {
        if option == "!" {
            negated = true;
            continue;
        }
        let value = words.peek().copied().unwrap_or_default();
        let mut takes_value = true;
        let condition = match option {
            "-s" | "--source" | "--src-range" => Some(addresses(Side::Source, value, negated)),
            "-d" | "--destination" | "--dst-range" => Some(addresses(Side::Destination, value, negated)),
            "-p" | "--protocol" => Some(Match::always(matches!(value, "tcp" | "6" | "all") != negated)),
            "--dport" | "--dports" | "--destination-port" => Some(ports(Side::Destination, value, negated)),
            "--sport" | "--sports" | "--source-port" => Some(ports(Side::Source, value, negated)),
            "-i" | "-o" => Some(Match::Interface { incoming: option == "-i", names: vec![value.to_owned()], negated }),
            "--ctstate" | "--state" => Some(state(value, negated)),
            "--dst-type" => Some(if value == "LOCAL" { Match::ToThisMachine { negated } } else { Match::Unknown }),
            "--src-type" => Some(Match::Unknown),
            "--match-set" => {
                words.next();
                // The second dimension, such as a port, isn't read.
                if words.peek().is_some_and(|flags| flags.contains(',')) {
                    rule.matches.push(Match::Unknown);
                }
                let name = format!("ipset {value}");
                Some(match words.peek().and_then(|flags| flags.split(',').next()) {
                    Some("src") => Match::Set { side: Side::Source, name, negated },
                    Some("dst") => Match::Set { side: Side::Destination, name, negated },
                    _ => Match::Unknown,
                })
            }
            "--tcp-flags" => {
                words.next();
                let wanted = words.peek().copied().unwrap_or_default();
                Some(flags(value, wanted, negated))
            }
            "--syn" => {
                takes_value = false;
                Some(Match::request_only(negated))
            }
            "-m" => match value {
                "limit" | "hashlimit" | "connlimit" | "recent" => Some(Match::Limit),
                "tcp" | "multiport" | "conntrack" | "state" | "set" | "comment" | "iprange" | "addrtype" => None,
                _ => Some(Match::Unknown),
            },
            "-j" | "-g" => {
                rule.verdict = match value {
                    "ACCEPT" => RuleVerdict::Accept,
                    "DROP" => RuleVerdict::Drop,
                    "REJECT" => RuleVerdict::Reject,
                    "RETURN" => RuleVerdict::Return,
                    "DNAT" | "REDIRECT" => translation(options),
                    target if HARMLESS.contains(&target) => RuleVerdict::Continue,
                    chain if option == "-g" => RuleVerdict::Goto(format!("{scope} {chain}")),
                    chain => RuleVerdict::Jump(format!("{scope} {chain}")),
                };
                None
            }
            "--comment" => {
                // Quoted where it has spaces; nothing in it is an option.
                if value.starts_with('"') && !(value.len() > 1 && value.ends_with('"')) {
                    while words.peek().is_some_and(|word| !word.ends_with('"')) {
                        words.next();
                    }
                }
                None
            }
            "--reject-with" | "--log-prefix" | "--log-level" => None,
            // Values of modules that are already counted.
            _ if option.starts_with("--") => None,
            _ if option.starts_with('-') => Some(Match::Unknown),
            _ => {
                takes_value = false;
                None
            }
        };
        if takes_value && words.peek().is_some_and(|word| !word.starts_with('-')) {
            words.next();
        }
        rule.matches.extend(condition);
        negated = false;
    }
    rule
}

/// Targets that never stop a packet.
pub(super) const HARMLESS: [&str; 18] = [
    "LOG",
    "NFLOG",
    "ULOG",
    "AUDIT",
    "TRACE",
    "MARK",
    "CONNMARK",
    "SECMARK",
    "CONNSECMARK",
    "CT",
    "NOTRACK",
    "SET",
    "TCPMSS",
    "DSCP",
    "TOS",
    "TTL",
    "HL",
    "CHECKSUM",
];

fn addresses(side: Side, list: &str, negated: bool) -> Match {
    let spans: Option<_> = list.split(',').map(Span::parse).collect();
    spans.map_or(Match::Unknown, |spans| Match::Address { side, spans, negated })
}

fn ports(side: Side, list: &str, negated: bool) -> Match {
    let range = |text: &str| {
        let (low, high) = text.split_once(':').unwrap_or((text, text));
        Some((low.parse().ok()?, high.parse().ok()?))
    };
    let ranges: Option<_> = list.split(',').map(range).collect();
    ranges.map_or(Match::Unknown, |ranges| Match::Port { side, ranges, negated })
}

fn state(list: &str, negated: bool) -> Match {
    let has = |name| list.split(',').any(|state| state == name);
    if has("DNAT") || has("SNAT") {
        return if list == "DNAT" { Match::Translated { negated } } else { Match::Unknown };
    }
    Match::Known { request: has("NEW") != negated, reply: has("ESTABLISHED") != negated }
}

/// A connection begins with SYN, and its reply has ACK too.
fn flags(mask: &str, wanted: &str, negated: bool) -> Match {
    let is_in = |list: &str, flag: &str| list.split(',').any(|it| it == flag || it == "ALL");
    let holds = |set: &[&str]| {
        let all = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];
        all.iter().filter(|flag| is_in(mask, flag)).all(|flag| set.contains(flag) == is_in(wanted, flag)) != negated
    };
    Match::Known { request: holds(&["SYN"]), reply: holds(&["SYN", "ACK"]) }
}

/// Where DNAT or REDIRECT sends a connection: the first of its targets.
fn translation(options: &str) -> RuleVerdict {
    let value = |name: &str| {
        let mut words = options.split_whitespace();
        words.find(|word| *word == name).and_then(|_| words.next())
    };
    let port = |text: &str| text.split('-').next().and_then(|port| port.parse().ok());
    if let Some(target) = value("--to-destination") {
        let first = target.split('-').next().unwrap_or_default();
        if let Ok(to) = first.trim_matches(['[', ']']).parse() {
            return RuleVerdict::Translate { to: Some(to), port: None };
        }
        if let Some((to, at)) = target.rsplit_once(':')
            && let Some(to) = to.trim_matches(['[', ']']).split('-').next().and_then(|to| to.parse().ok())
        {
            return RuleVerdict::Translate { to: Some(to), port: port(at) };
        }
        return RuleVerdict::Unknown;
    }
    RuleVerdict::Translate { to: None, port: value("--to-ports").and_then(port) }
}
