//! `nft -j list ruleset`.
//!
//! Read as plain JSON, not through a schema: a statement that a schema doesn't know would lose the whole ruleset.

use serde_json::Value;

use super::{Match, Rule, RuleVerdict, Ruleset, Span};

/// Reads the output of `nft -j list ruleset`.
///
/// # Errors
///
/// If it isn't JSON.
pub fn parse_nft(json: &str) -> Result<Ruleset, serde_json::Error> {
    let document: Value = serde_json::from_str(json)?;
    let mut rules = Ruleset::default();
    for item in document.get("nftables").and_then(Value::as_array).into_iter().flatten() {
        if let Some(chain) = item.get("chain") {
            add_chain(&mut rules, chain);
        } else if let Some(set) = item.get("set") {
            let spans = set.get("elem").and_then(Value::as_array).map(|all| all.iter().filter_map(span).collect());
            rules.sets.insert(qualified(set, "name"), spans.unwrap_or_default());
        } else if let Some(rule) = item.get("rule") {
            let parsed = read_rule(rule);
            rules.chains.entry(qualified(rule, "chain")).or_default().rules.push(parsed);
        }
    }
    Ok(rules)
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
    entry.v4 = matches!(family, "ip" | "inet");
    entry.v6 = matches!(family, "ip6" | "inet");
    let hook = match text(chain, "hook") {
        "prerouting" => 0,
        "input" => 1,
        _ => return,
    };
    // Chains of type nat see a connection too, but they don't filter.
    if text(chain, "type") != "nat" {
        entry.base = Some((hook, chain.get("prio").and_then(Value::as_i64).unwrap_or(0)));
        entry.drops_by_default = text(chain, "policy") == "drop";
    }
}

fn read_rule(rule: &Value) -> Rule {
    let place = qualified(rule, "chain");
    let scope = place.rsplit_once(' ').map_or("", |(scope, _)| scope);
    let mut parsed = Rule { matches: Vec::new(), verdict: RuleVerdict::Continue, text: place.clone() };
    let mut words = Vec::new();
    for statement in rule.get("expr").and_then(Value::as_array).into_iter().flatten() {
        let Some((name, value)) = statement.as_object().and_then(|all| all.iter().next()) else { continue };
        match name.as_str() {
            "match" => {
                parsed.matches.push(read_match(value, scope));
                words.push(describe(value));
            }
            "accept" => parsed.verdict = RuleVerdict::Accept,
            "drop" => parsed.verdict = RuleVerdict::Drop,
            "reject" => parsed.verdict = RuleVerdict::Reject { reset: text(value, "type") == "tcp reset" },
            "return" => parsed.verdict = RuleVerdict::Return,
            "jump" => parsed.verdict = RuleVerdict::Jump(format!("{scope} {}", text(value, "target"))),
            "goto" => parsed.verdict = RuleVerdict::Goto(format!("{scope} {}", text(value, "target"))),
            "counter" | "log" | "notrack" | "mangle" | "queue" => {}
            "limit" | "meter" | "ct count" => parsed.matches.push(Match::Limit),
            "set" => words.push("update a set".to_owned()),
            // iptables' own matches, for which nft has no words; `iptables-save` has them.
            _ => parsed.matches.push(Match::Unknown),
        }
    }
    words.push(
        match &parsed.verdict {
            RuleVerdict::Accept => "accept",
            RuleVerdict::Drop => "drop",
            RuleVerdict::Reject { .. } => "reject",
            RuleVerdict::Return => "return",
            RuleVerdict::Jump(_) | RuleVerdict::Goto(_) => "jump",
            RuleVerdict::Continue => "continue",
        }
        .to_owned(),
    );
    let handle = rule.get("handle").and_then(Value::as_u64).map(|handle| format!(" (handle {handle})"));
    parsed.text = format!("{place}: {}{}", words.join(" "), handle.unwrap_or_default());
    parsed
}

fn read_match(value: &Value, scope: &str) -> Match {
    let (Some(left), Some(right)) = (value.get("left"), value.get("right")) else { return Match::Unknown };
    let negated = text(value, "op") == "!=";
    if let Some(payload) = left.get("payload") {
        return match (text(payload, "protocol"), text(payload, "field")) {
            ("ip" | "ip6", "saddr") => match right.as_str().and_then(|name| name.strip_prefix('@')) {
                Some(name) => Match::SourceSet { name: format!("{scope} {name}"), negated },
                None => Match::Source { spans: listed(right).filter_map(span).collect(), negated },
            },
            ("tcp" | "th", "dport") => Match::Port { ranges: listed(right).filter_map(port_range).collect(), negated },
            ("udp" | "icmp" | "icmpv6" | "sctp" | "dccp", _) => Match::Known(false),
            ("ip", "protocol") | ("ip6", "nexthdr") => {
                Match::Known(listed(right).any(|it| it.as_str() == Some("tcp")) != negated)
            }
            _ => Match::Unknown,
        };
    }
    if let Some(key) = left.get("meta").map(|meta| text(meta, "key")) {
        return match key {
            "l4proto" => {
                Match::Known(listed(right).any(|it| it.as_str() == Some("tcp") || it.as_u64() == Some(6)) != negated)
            }
            // What comes from Cloudflare doesn't come over the loopback.
            "iif" | "iifname" if right.as_str() == Some("lo") => Match::Known(negated),
            _ => Match::Unknown,
        };
    }
    if left.get("ct").is_some_and(|ct| text(ct, "key") == "state") {
        return Match::Known(listed(right).any(|it| it.as_str() == Some("new")) != negated);
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
