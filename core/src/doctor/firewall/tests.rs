use super::*;

fn examined(rules: &Ruleset) -> Examined {
    rules.examine(&Ranges::embedded(), &[80, 443])
}

/// The output of nft 1.0.6 for a set with one edge /24, as fail2ban's nftables action makes it.
const ONE_BANNED: &str = r#"{"nftables": [
    {"set": {"family": "inet", "name": "ban", "table": "f", "type": "ipv4_addr", "elem": [{"prefix": {"addr": "172.71.210.0", "len": 24}}, "192.0.2.7"]}},
    {"chain": {"family": "inet", "table": "f", "name": "input", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}},
    {"rule": {"family": "inet", "table": "f", "chain": "input", "handle": 3, "expr": [{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}, {"accept": null}]}},
    {"rule": {"family": "inet", "table": "f", "chain": "input", "handle": 4, "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}, {"accept": null}]}},
    {"rule": {"family": "inet", "table": "f", "chain": "input", "handle": 6, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@ban"}}, {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [80, 443]}}}, {"drop": null}]}}]}"#;

#[test]
fn one_banned_edge_subnet_is_found() {
    let found = examined(&parse_nft(ONE_BANNED).unwrap());
    assert_eq!((found.whole_ranges, found.others_blocked), (0, false));
    let [http, https] = found.blocks.as_slice() else { panic!("{found:?}") };
    assert_eq!((http.port, https.port, http.action), (80, 443, Action::Drop));
    assert_eq!(http.source.to_string(), "172.71.210.0/24");
    assert_eq!(http.rule, "nft inet f input: ip saddr @ban tcp dport 80,443 drop (handle 6)");
}

#[test]
fn an_allow_list_of_cloudflare_is_no_fault() {
    let mut text = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n".to_owned();
    for range in Ranges::embedded().networks.iter().filter(|range| range.is_v4()) {
        text.extend(["-A INPUT -s ", &range.to_string(), " -p tcp -m multiport --dports 80,443 -j ACCEPT\n"]);
    }
    assert_eq!(examined(&parse_iptables(&text, false)).blocks, []);
    // One port forgotten: cloudflare/cloudflare-docs#15842.
    let found = examined(&parse_iptables(&text.replace("80,443", "443"), false));
    assert!(found.others_blocked && found.blocks.iter().all(|block| block.port == 80));
    assert_eq!(found.whole_ranges, 15);
}

#[test]
fn sets_jumps_and_rejects_of_iptables_are_followed() {
    let mut rules = parse_iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n:f2b-nginx - [0:0]\n-A INPUT -p tcp -m multiport --dports 80,443 -j f2b-nginx\n\
         -A f2b-nginx -s 172.71.0.9/32 -j REJECT --reject-with icmp-port-unreachable\n-A f2b-nginx -j RETURN\n\
         -A INPUT -m set --match-set blocked src -j DROP\n",
        false,
    );
    rules.merge(parse_ipset("create blocked hash:net family inet\nadd blocked 162.158.0.0/15\n"));
    let found = examined(&rules);
    let by_action = |action| found.blocks.iter().filter(move |block| block.action == action).collect::<Vec<_>>();
    assert_eq!(by_action(Action::Reject)[0].source.to_string(), "172.71.0.9");
    assert_eq!(by_action(Action::Drop)[0].source.to_string(), "162.158.0.0/15");
    assert!(!found.others_blocked);
}

#[test]
fn conditions_that_are_not_understood_decide_nothing() {
    let rules = parse_iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m geoip --source-country US -j DROP\n\
         -A INPUT -p tcp -m hashlimit --hashlimit-above 20/sec --hashlimit-name web -j DROP\n\
         -A INPUT -m comment --comment \"-j DROP\" -j ACCEPT\n",
        false,
    );
    let found = examined(&rules);
    assert_eq!(found.blocks, []);
    assert_eq!((found.uncertain.len(), found.limits.len()), (1, 1));
}

#[test]
fn a_ruleset_with_a_loop_ends() {
    let rules = parse_iptables("*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\n", false);
    assert_eq!(examined(&rules).blocks, []);
}

#[test]
fn bans_of_fail2ban_are_read() {
    let jails = parse_fail2ban("[{'sshd': ['192.0.2.1']}, {'nginx-badbots': ['172.71.210.0/24', '172.71.3.4']}]\n");
    let banned = banned_edges(&jails, &Ranges::embedded());
    let shown: Vec<_> = banned.iter().map(|(jail, span)| format!("{jail} {span}")).collect();
    assert_eq!(shown, ["nginx-badbots 172.71.210.0/24", "nginx-badbots 172.71.3.4"]);
}

#[test]
fn spans_are_read_and_shown() {
    for text in ["0.0.0.0/0", "192.0.2.1", "192.0.2.1-192.0.2.4", "2606:4700::/32", "::/0", "10.0.0.0/8"] {
        assert_eq!(Span::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "x", "1.2.3.4/33", "1.2.3.4-1.2.3.3", "1.2.3.4-::1", "/8"] {
        assert_eq!(Span::parse(text), None, "{text}");
    }
}
