//! `nft -j list ruleset`.
//!
//! Read as plain JSON, not through a schema: a statement that a schema doesn't know would lose the whole ruleset.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Hook, Match, Rule, RuleVerdict, Ruleset, Side, Span};

/// The elements of each verdict map, by its name: a key and a verdict.
type Maps<'a> = BTreeMap<String, &'a [Value]>;

/// Reads the output of `nft -j list ruleset`.
///
/// # Errors
///
/// If it isn't JSON.
pub fn parse_nft(json: &str) -> Result<Ruleset, serde_json::Error> {
    let document: Value = serde_json::from_str(json)?;
    let mut rules = Ruleset::default();
    let items = document.get("nftables").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let maps = items.iter().filter_map(|item| item.get("map"));
    let maps: Maps<'_> = maps.map(|map| (qualified(map, "name"), elements(map))).collect();
    for item in items {
        if let Some(chain) = item.get("chain") {
            add_chain(&mut rules, chain);
        } else if let Some(set) = item.get("set") {
            // If an element isn't understood, such as a wildcard, the set's content isn't known.
            if let Some(spans) = elements(set).iter().map(span).collect() {
                rules.sets.insert(qualified(set, "name"), spans);
            }
        } else if let Some(rule) = item.get("rule") {
            let parsed = read_rule(rule, &maps);
            rules.chains.entry(qualified(rule, "chain")).or_default().rules.extend(parsed);
        }
    }
    Ok(rules)
}

/// The elements of a set or map.
fn elements(set: &Value) -> &[Value] {
    set.get("elem").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn qualified(value: &Value, key: &str) -> String {
    format!("nft {} {} {}", text(value, "family"), text(value, "table"), text(value, key))
}

fn add_chain(rules: &mut Ruleset, chain: &Value) {
    let entry = rules.chains.entry(qualified(chain, "name")).or_default();
    let family = text(chain, "family");
    // Chains for netdev, ARP and bridges see packets of both.
    entry.v4 = family != "ip6";
    entry.v6 = family != "ip";
    let hook = match text(chain, "hook") {
        "ingress" => Hook::Ingress,
        "prerouting" => Hook::Prerouting,
        "input" => Hook::Input,
        "forward" => Hook::Forward,
        "output" => Hook::Output,
        "postrouting" => Hook::Postrouting,
        "egress" => Hook::Egress,
        _ => return,
    };
    // At other hooks, nat chains only see connections from this machine or a container, or change sources.
    if text(chain, "type") != "nat" || hook == Hook::Prerouting {
        entry.base = Some((hook, chain.get("prio").and_then(Value::as_i64).unwrap_or(0)));
        entry.drops_by_default = text(chain, "policy") == "drop";
    }
}

/// Reads a rule. A rule with a verdict map becomes one rule per element.
fn read_rule(rule: &Value, maps: &Maps<'_>) -> Vec<Rule> {
    let place = qualified(rule, "chain");
    let scope = place.rsplit_once(' ').map_or("", |(scope, _)| scope);
    let handle = rule.get("handle").and_then(Value::as_u64).map(|handle| format!(" (handle {handle})"));
    let handle = handle.unwrap_or_default();
    let mut matches = Vec::new();
    // Bridge chains see only what crosses a bridge's ports, and ARP chains see no IP packets.
    if ["bridge", "arp"].contains(&text(rule, "family")) {
        matches.push(Match::Unknown);
    }
    let mut verdict = RuleVerdict::Continue;
    let mut words = Vec::new();
    let mut rules = Vec::new();
    for statement in rule.get("expr").and_then(Value::as_array).into_iter().flatten() {
        let Some((name, value)) = statement.as_object().and_then(|all| all.iter().next()) else { continue };
        if let Some(found) = read_verdict(name, value, scope) {
            verdict = found;
            continue;
        }
        match name.as_str() {
            "match" => {
                matches.extend(read_match(value, scope));
                words.push(describe(value));
            }
            "vmap" => {
                // A map that isn't listed may hold anything.
                let Some(elements) = verdict_map(value, scope, maps) else {
                    verdict = RuleVerdict::Unknown;
                    continue;
                };
                let key = value.get("key").unwrap_or(&Value::Null);
                for element in elements {
                    let (Some(value), Some(found)) = (element.get(0), element.get(1)) else { continue };
                    let Some((name, target)) = found.as_object().and_then(|all| all.iter().next()) else { continue };
                    let condition = serde_json::json!({ "op": "==", "left": key, "right": value });
                    let words = [words.join(" "), describe(&condition), name.clone()].join(" ");
                    rules.push(Rule {
                        matches: matches.iter().cloned().chain(read_match(&condition, scope)).collect(),
                        verdict: read_verdict(name, target, scope).unwrap_or(RuleVerdict::Unknown),
                        text: format!("{place}: {}{handle}", words.trim()),
                    });
                }
            }
            "limit" | "meter" | "ct count" => {
                matches.push(Match::Limit);
                words.push(name.clone());
            }
            // A set that addresses are added to, often with a limit for each.
            "set" => {
                words.push("update a set".to_owned());
                if value.get("stmt").is_some() {
                    matches.push(Match::Limit);
                }
            }
            "counter" | "log" | "notrack" | "mangle" | "quota" | "ct helper" | "ct timeout" | "flow" | "map"
            | "last" => {}
            // iptables' own matches and targets, for which nft has no words; `iptables-save` has them.
            "xt" if text(value, "type") == "target" => {
                words.push(text(value, "name").to_owned());
                if !super::iptables::HARMLESS.contains(&text(value, "name")) {
                    verdict = RuleVerdict::Unknown;
                }
            }
            _ => {
                matches.push(Match::Unknown);
                words.push(name.clone());
            }
        }
    }
    words.push(
        match &verdict {
            RuleVerdict::Accept => "accept",
            RuleVerdict::Drop => "drop",
            RuleVerdict::Reject => "reject",
            RuleVerdict::Return => "return",
            RuleVerdict::Jump(_) | RuleVerdict::Goto(_) => "jump",
            RuleVerdict::Translate { to: None, .. } => "redirect",
            RuleVerdict::Translate { .. } => "dnat",
            RuleVerdict::Unknown => "…",
            RuleVerdict::Continue => "continue",
        }
        .to_owned(),
    );
    rules.push(Rule { matches, verdict, text: format!("{place}: {}{handle}", words.join(" ")) });
    rules
}

/// The elements of the map that a `vmap` statement names or contains; `None` if it isn't listed.
fn verdict_map<'a>(statement: &'a Value, scope: &str, maps: &Maps<'a>) -> Option<&'a [Value]> {
    let data = statement.get("data")?;
    match data.as_str().and_then(|name| name.strip_prefix('@')) {
        Some(name) => maps.get(&format!("{scope} {name}")).copied(),
        None => data.get("set").and_then(Value::as_array).map(Vec::as_slice),
    }
}

/// Reads a verdict statement; `None` for any other.
fn read_verdict(name: &str, value: &Value, scope: &str) -> Option<RuleVerdict> {
    let target = || format!("{scope} {}", text(value, "target"));
    let port = || value.get("port").and_then(Value::as_u64).and_then(|port| port.try_into().ok());
    Some(match name {
        "accept" => RuleVerdict::Accept,
        "drop" => RuleVerdict::Drop,
        "reject" => RuleVerdict::Reject,
        "return" => RuleVerdict::Return,
        "continue" => RuleVerdict::Continue,
        "jump" => RuleVerdict::Jump(target()),
        "goto" => RuleVerdict::Goto(target()),
        "redirect" => RuleVerdict::Translate { to: None, port: port() },
        "dnat" => match text(value, "addr").parse() {
            Ok(to) => RuleVerdict::Translate { to: Some(to), port: port() },
            // To one of several addresses, by a map.
            Err(_) => RuleVerdict::Unknown,
        },
        "queue" | "synproxy" | "tproxy" | "fwd" => RuleVerdict::Unknown,
        _ => return None,
    })
}

/// Reads a condition. A condition on several fields becomes one per field.
fn read_match(value: &Value, scope: &str) -> Vec<Match> {
    let (Some(left), Some(right)) = (value.get("left"), value.get("right")) else { return vec![Match::Unknown] };
    let Some(fields) = left.get("concat").and_then(Value::as_array) else {
        return vec![read_field(left, right, value, scope)];
    };
    let right = right.get("elem").and_then(|elem| elem.get("val")).unwrap_or(right);
    match right.get("concat").and_then(Value::as_array) {
        Some(values) if values.len() == fields.len() && text(value, "op") != "!=" => {
            fields.iter().zip(values).map(|(left, right)| read_field(left, right, value, scope)).collect()
        }
        _ => vec![Match::Unknown],
    }
}

fn read_field(left: &Value, right: &Value, condition: &Value, scope: &str) -> Match {
    let negated = text(condition, "op") == "!=";
    let always = |holds: bool| Match::always(holds != negated);
    let is_one_of =
        |name: &str, number: u64| listed(right).any(|it| it.as_str() == Some(name) || it.as_u64() == Some(number));
    if let Some(payload) = left.get("payload") {
        let (protocol, field) = (text(payload, "protocol"), text(payload, "field"));
        let side = if field.starts_with('s') { Side::Source } else { Side::Destination };
        return match (protocol, field) {
            ("ip" | "ip6", "saddr" | "daddr") => {
                if let Some(name) = right.as_str().and_then(|name| name.strip_prefix('@')) {
                    return Match::Set { side, name: format!("{scope} {name}"), negated };
                }
                let spans: Option<_> = listed(right).map(span).collect();
                spans.map_or(Match::Unknown, |spans| Match::Address { side, spans, negated })
            }
            ("tcp" | "th", "dport" | "sport") => {
                let ranges: Option<_> = listed(right).map(port_range).collect();
                ranges.map_or(Match::Unknown, |ranges| Match::Port { side, ranges, negated })
            }
            ("udp" | "icmp" | "icmpv6" | "sctp" | "dccp", _) => Match::always(false),
            ("ip", "protocol") | ("ip6", "nexthdr") => always(is_one_of("tcp", 6)),
            ("tcp", "flags") if right.as_str() == Some("syn") && text(condition, "op") == "in" => always(true),
            _ => Match::Unknown,
        };
    }
    // "SYN only": a new connection has it, and the reply doesn't.
    if let Some(masked) = left.get("&").and_then(Value::as_array) {
        let is_flags = masked.first().and_then(|it| it.get("payload")).is_some_and(|it| text(it, "field") == "flags");
        let has_ack = masked.get(1).is_some_and(|mask| listed(mask).any(|flag| flag.as_str() == Some("ack")));
        if is_flags && has_ack && right.as_str() == Some("syn") {
            return Match::request_only(negated);
        }
        return Match::Unknown;
    }
    if let Some(key) = left.get("meta").map(|meta| text(meta, "key")) {
        return match (key, right.as_str()) {
            ("l4proto", _) => always(is_one_of("tcp", 6)),
            ("nfproto", Some("ipv4" | "ipv6")) => Match::Version { v4: (right == "ipv4") != negated },
            ("protocol", Some("ip" | "ip6")) => Match::Version { v4: (right == "ip") != negated },
            ("iif" | "iifname" | "oif" | "oifname", name) if name.is_none_or(|name| !name.starts_with('@')) => {
                let names: Option<_> = listed(right).map(|name| name.as_str().map(str::to_owned)).collect();
                let incoming = key.starts_with('i');
                names.map_or(Match::Unknown, |names| Match::Interface { incoming, names, negated })
            }
            _ => Match::Unknown,
        };
    }
    let has = |name: &str| listed(right).any(|it| it.as_str() == Some(name));
    if let Some(key) = left.get("ct").map(|ct| text(ct, "key")) {
        return match key {
            "state" => Match::Known { request: has("new") != negated, reply: has("established") != negated },
            "status" if has("dnat") => Match::Translated { negated },
            _ => Match::Unknown,
        };
    }
    let is_local = left.get("fib").is_some_and(|fib| {
        text(fib, "result") == "type"
            && fib.get("flags").is_some_and(|flags| listed(flags).any(|flag| flag.as_str() == Some("daddr")))
    });
    if is_local && right.as_str() == Some("local") {
        return Match::ToThisMachine { negated };
    }
    Match::Unknown
}

/// A single value, the members of an anonymous set, or those of a list.
fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    let members = value.get("set").unwrap_or(value);
    members.as_array().map_or(std::slice::from_ref(members), Vec::as_slice).iter()
}

fn span(value: &Value) -> Option<Span> {
    // Elements with a timeout or counter are wrapped once more.
    let value = value.get("elem").and_then(|elem| elem.get("val")).unwrap_or(value);
    if let Some(text) = value.as_str() {
        return Span::parse(text);
    }
    if let Some(prefix) = value.get("prefix") {
        return Span::parse(&format!("{}/{}", text(prefix, "addr"), prefix.get("len")?.as_u64()?));
    }
    match value.get("range")?.as_array()?.as_slice() {
        [first, last] => Span::parse(&format!("{}-{}", first.as_str()?, last.as_str()?)),
        _ => None,
    }
}

fn port_range(value: &Value) -> Option<(u16, u16)> {
    let port = |value: &Value| match value.as_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => value.as_u64().and_then(|port| port.try_into().ok()),
    };
    match value.get("range").and_then(Value::as_array).map(Vec::as_slice) {
        Some([first, last]) => Some((port(first)?, port(last)?)),
        _ => port(value).map(|port| (port, port)),
    }
}

/// A condition in few words, for the owner to find the rule by.
fn describe(value: &Value) -> String {
    let left = value.get("left");
    let left = left.and_then(|left| left.as_object()).and_then(|left| left.iter().next());
    let subject = match left {
        Some((kind, of)) if kind == "payload" => format!("{} {}", text(of, "protocol"), text(of, "field")),
        Some((kind, of)) => format!("{kind} {}", text(of, "key")),
        None => String::new(),
    };
    let object = match value.get("right") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => {
            let members: Vec<_> = listed(other)
                .take(4)
                .map(|it| span(it).map_or_else(|| it.to_string().replace('"', ""), |span| span.to_string()))
                .collect();
            members.join(",")
        }
        None => String::new(),
    };
    let negation = if text(value, "op") == "!=" { "!= " } else { "" };
    format!("{subject} {negation}{object}")
}
