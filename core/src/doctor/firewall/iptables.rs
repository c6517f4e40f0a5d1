//! `iptables-save`, `ip6tables-save` and `ipset save`.

use super::{Match, Rule, RuleVerdict, Ruleset, Span};

/// Reads the output of `iptables-save` or, with `v6`, of `ip6tables-save`. A line that isn't understood is left out.
#[must_use]
pub fn parse_iptables(text: &str, v6: bool) -> Ruleset {
    let tool = if v6 { "ip6tables" } else { "iptables" };
    let mut rules = Ruleset::default();
    let mut table = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            table = name.trim();
        } else if table == "nat" {
            // Doesn't filter.
        } else if let Some(chain) = line.strip_prefix(':') {
            let mut parts = chain.split_whitespace();
            let (name, policy) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let entry = rules.chains.entry(format!("{tool} {table} {name}")).or_default();
            (entry.v4, entry.v6) = (!v6, v6);
            // The order of the tables within a hook, as the kernel has it.
            let order = match table {
                "raw" => -300,
                "mangle" => -150,
                _ => 0,
            };
            entry.base = match name {
                "PREROUTING" => Some((0, order)),
                "INPUT" => Some((1, order)),
                _ => None,
            };
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

/// Reads the output of `ipset save`: the members of each set.
#[must_use]
pub fn parse_ipset(text: &str) -> Ruleset {
    let mut rules = Ruleset::default();
    for line in text.lines() {
        let mut parts = line.split_whitespace();
        match (parts.next(), parts.next(), parts.next()) {
            (Some("create"), Some(name), _) => {
                rules.sets.entry(format!("ipset {name}")).or_default();
            }
            (Some("add"), Some(name), Some(member)) => {
                // A member such as 192.0.2.1,tcp:80 names its address first.
                let span = Span::parse(member.split(',').next().unwrap_or_default());
                rules.sets.entry(format!("ipset {name}")).or_default().extend(span);
            }
            _ => {}
        }
    }
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
            "-s" | "--source" => {
                let spans = value.split(',').filter_map(Span::parse).collect();
                Some(Match::Source { spans, negated })
            }
            "--src-range" => Some(Match::Source { spans: Span::parse(value).into_iter().collect(), negated }),
            "-p" | "--protocol" => Some(Match::Known(matches!(value, "tcp" | "6" | "all") != negated)),
            "--dport" | "--dports" | "--destination-port" => Some(Match::Port { ranges: ports(value), negated }),
            // What comes from Cloudflare doesn't come over the loopback.
            "-i" if value == "lo" => Some(Match::Known(negated)),
            "--ctstate" | "--state" => Some(Match::Known(value.split(',').any(|it| it == "NEW") != negated)),
            "--match-set" => {
                words.next();
                let source = words.peek().is_some_and(|flags| flags.starts_with("src"));
                Some(if source { Match::SourceSet { name: format!("ipset {value}"), negated } } else { Match::Unknown })
            }
            // "SYN only": a new connection has it.
            "--tcp-flags" => {
                words.next();
                Some(Match::Known((words.peek() == Some(&"SYN")) != negated))
            }
            "--syn" => {
                takes_value = false;
                Some(Match::Known(!negated))
            }
            "-m" => match value {
                "limit" | "hashlimit" | "connlimit" | "recent" => Some(Match::Limit),
                "tcp" | "multiport" | "conntrack" | "state" | "set" | "comment" | "iprange" => None,
                _ => Some(Match::Unknown),
            },
            "-j" | "-g" => {
                rule.verdict = match value {
                    "ACCEPT" => RuleVerdict::Accept,
                    "DROP" => RuleVerdict::Drop,
                    "REJECT" => RuleVerdict::Reject { reset: options.contains("tcp-reset") },
                    "RETURN" => RuleVerdict::Return,
                    "LOG" | "MARK" | "CONNMARK" | "CT" | "NFLOG" | "SET" | "TCPMSS" => RuleVerdict::Continue,
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

fn ports(list: &str) -> Vec<(u16, u16)> {
    let range = |text: &str| {
        let (low, high) = text.split_once(':').unwrap_or((text, text));
        Some((low.parse().ok()?, high.parse().ok()?))
    };
    list.split(',').filter_map(range).collect()
}
