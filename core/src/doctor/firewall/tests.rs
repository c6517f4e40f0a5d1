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
    let [http, https] = found.blocks.as_slice() else { panic!("{found:?}") };
    assert_eq!((http.port, https.port, http.action), (80, 443, Action::Drop));
    assert!(!http.is_whole && !http.blocks_others);
    assert_eq!(http.source.to_string(), "172.71.210.0/24");
    assert_eq!(http.rule, "nft inet f input: ip saddr @ban tcp dport 80,443 drop (handle 6)");
}

#[test]
fn an_allow_list_of_cloudflare_is_no_fault() {
    let mut text = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n".to_owned();
    for range in Ranges::embedded().networks.iter().filter(|range| range.is_v4()) {
        text.extend(["-A INPUT -s ", &range.to_string(), " -p tcp -m multiport --dports 80,443 -j ACCEPT\n"]);
    }
    assert_eq!(examined(&parse_iptables(&text, "iptables-save")).blocks, []);
    // One port forgotten: cloudflare/cloudflare-docs#15842.
    let found = examined(&parse_iptables(&text.replace("80,443", "443"), "iptables-save"));
    assert!(found.blocks.iter().all(|block| block.port == 80 && block.blocks_others && block.is_whole));
    assert_eq!(found.blocks.len(), 15);
}

#[test]
fn sets_jumps_and_rejects_of_iptables_are_followed() {
    let mut rules = parse_iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n:f2b-nginx - [0:0]\n-A INPUT -p tcp -m multiport --dports 80,443 -j f2b-nginx\n\
         -A f2b-nginx -s 172.71.0.9/32 -j REJECT --reject-with icmp-port-unreachable\n-A f2b-nginx -j RETURN\n\
         -A INPUT -m set --match-set blocked src -j DROP\n",
        "iptables-save",
    );
    rules.merge(parse_ipset("create blocked hash:net family inet\nadd blocked 162.158.0.0/15\n"));
    let found = examined(&rules);
    let by_action = |action| found.blocks.iter().filter(move |block| block.action == action).collect::<Vec<_>>();
    assert_eq!(by_action(Action::Reject)[0].source.to_string(), "172.71.0.9");
    assert_eq!(by_action(Action::Drop)[0].source.to_string(), "162.158.0.0/15");
    assert!(found.blocks.iter().all(|block| !block.blocks_others));
}

#[test]
fn conditions_that_are_not_understood_decide_nothing() {
    let rules = parse_iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m geoip --source-country US -j DROP\n\
         -A INPUT -p tcp -m hashlimit --hashlimit-above 20/sec --hashlimit-name web -j DROP\n\
         -A INPUT -m comment --comment \"-j DROP\" -j ACCEPT\n",
        "iptables-save",
    );
    let found = examined(&rules);
    assert_eq!(found.blocks, []);
    assert_eq!((found.uncertain.len(), found.limits.len()), (1, 1));
}

#[test]
fn a_ruleset_with_a_loop_ends() {
    let rules = parse_iptables("*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\n", "iptables-save");
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

fn blocked(rules: &Ruleset) -> Vec<String> {
    let mut blocked: Vec<_> = examined(rules).blocks.iter().map(|it| format!("{} {}", it.source, it.port)).collect();
    blocked.sort();
    blocked
}

#[test]
fn rules_for_replies_are_followed() {
    let rules =
        |rule: &str| parse_iptables(&format!("*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n{rule}\n"), "iptables-save");
    for rule in ["-d 172.64.0.0/13", "-d 172.64.0.0/13 -p tcp -m tcp --sport 443", "-d 172.64.0.0/13 -o eth0"] {
        let found = examined(&rules(&format!("-A OUTPUT {rule} -j DROP")));
        assert!(!found.blocks.is_empty() || !found.uncertain.is_empty(), "{rule}");
    }
    assert_eq!(blocked(&rules("-A OUTPUT -d 172.64.0.0/13 -p tcp -m tcp --sport 443 -j DROP")), ["172.64.0.0/13 443"]);
    // Only for connections that this machine opens, or for what comes in.
    for rule in
        ["-A OUTPUT -d 172.64.0.0/13 -m state --state NEW", "-A OUTPUT -s 172.64.0.0/13", "-A INPUT -d 172.64.0.0/13"]
    {
        let rules =
            Ruleset { routes: Routes::of(vec!["203.0.113.5".parse().unwrap()]), ..rules(&format!("{rule} -j DROP")) };
        assert_eq!(examined(&rules), Examined { ranges: 22, others_admitted: true, ..Examined::default() }, "{rule}");
    }
}

#[test]
fn a_published_container_is_followed_through_the_forward_chains() {
    /// What Docker 28 sets up for `-p 443:443`, with one of the owner's rules.
    fn rules(own: &str) -> Ruleset {
        let text = format!(
            "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP\n*nat\n:PREROUTING ACCEPT\n:DOCKER -\n\
             -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n\
             -A DOCKER ! -i docker0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.17.0.2:8443\n\
             *filter\n:INPUT ACCEPT\n:FORWARD DROP\n:DOCKER -\n:DOCKER-USER -\n:DOCKER-ISOLATION-STAGE-1 -\n\
             :DOCKER-ISOLATION-STAGE-2 -\n\
             -A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-ISOLATION-STAGE-1\n\
             -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -o docker0 -j DOCKER\n\
             -A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 8443 -j ACCEPT\n\
             -A DOCKER ! -i docker0 -o docker0 -j DROP\n-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2\n\
             -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP\n{own}\n"
        );
        let addresses = vec!["203.0.113.5".parse().unwrap(), "172.17.0.1".parse().unwrap()];
        Ruleset { routes: Routes::of(addresses), ..parse_iptables(&text, "iptables-save") }
    }
    let found = examined(&rules(""));
    assert!(found.blocks.is_empty() && found.uncertain.is_empty(), "{found:?}");
    assert!(found.forwarded.iter().all(|(to, _)| to.to_string() == "172.17.0.2:8443") && !found.forwarded.is_empty());
    assert_eq!(blocked(&rules("-A DOCKER-USER -s 172.64.0.0/13 -j DROP")), ["172.64.0.0/13 443"]);
    assert_eq!(blocked(&rules("-A DOCKER-USER -d 172.64.0.0/13 -j DROP")), ["172.64.0.0/13 443"]);
    assert_eq!(blocked(&rules("-A DOCKER-USER -m addrtype --dst-type LOCAL -j DROP")), [""; 0]);
    // The chains for this machine itself don't see them.
    assert_eq!(blocked(&rules("-A INPUT -s 172.64.0.0/13 -j DROP")), ["172.64.0.0/13 80"]);
}

#[test]
fn a_redirected_port_counts_as_translated() {
    let rules = |accepted: &str| {
        let text = format!(
            "*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8443\n\
             *filter\n:INPUT DROP\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n-A INPUT {accepted} -j ACCEPT\n"
        );
        let routes = Routes::of(vec!["203.0.113.5".parse().unwrap()]);
        Ruleset { routes, ..parse_iptables(&text, "iptables-save") }
    };
    assert_eq!(blocked(&rules("-m conntrack --ctstate DNAT")), [""; 0]);
    assert!(!blocked(&rules("-m conntrack ! --ctstate DNAT")).is_empty());
}

#[test]
fn maps_of_verdicts_are_read() {
    let rules = |key: &str, data: &str| {
        parse_nft(&format!(
            r#"{{"nftables": [
            {{"rule": {{"family": "ip", "table": "t", "chain": "a", "handle": 8, "expr": [{{"vmap": {{"key": {key}, "data": {data}}}}}]}}}},
            {{"map": {{"family": "ip", "name": "m", "table": "t", "type": "ipv4_addr", "map": "verdict", "elem": [[{{"prefix": {{"addr": "172.64.0.0", "len": 13}}}}, {{"drop": null}}]]}}}},
            {{"chain": {{"family": "ip", "table": "t", "name": "a", "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}}}]}}"#
        ))
        .unwrap()
    };
    let source = r#"{"payload": {"protocol": "ip", "field": "saddr"}}"#;
    let both = r#"{"concat": [{"payload": {"protocol": "ip", "field": "saddr"}}, {"payload": {"protocol": "tcp", "field": "dport"}}]}"#;
    let list = r#"{"set": [["192.0.2.1", {"jump": {"target": "x"}}], [{"prefix": {"addr": "172.64.0.0", "len": 13}}, {"drop": null}]]}"#;
    assert_eq!(blocked(&rules(source, list)), ["172.64.0.0/13 443", "172.64.0.0/13 80"]);
    assert_eq!(blocked(&rules(source, "\"@m\"")), ["172.64.0.0/13 443", "172.64.0.0/13 80"]);
    assert_eq!(
        blocked(&rules(both, r#"{"set": [[{"concat": ["172.64.0.1", 443]}, {"drop": null}]]}"#)),
        ["172.64.0.1 443"]
    );
    assert_eq!(examined(&rules(source, "\"@gone\"")).uncertain.len(), 1);
}

#[test]
fn what_is_not_understood_is_uncertain() {
    for rule in [
        "-j NFQUEUE --queue-num 1",
        "-m set --match-set gone src -j DROP",
        "-m bpf --bytecode x -j DROP",
        "-m addrtype --src-type LOCAL -j DROP",
    ] {
        let found = examined(&parse_iptables(&format!("*filter\n:INPUT ACCEPT\n-A INPUT {rule}\n"), "iptables-save"));
        assert!(found.blocks.is_empty() && found.uncertain.len() == 1, "{rule}: {found:?}");
    }
    // If a rule may let Cloudflare in before everything is dropped, nothing is certain.
    let found = examined(&parse_iptables(
        "*filter\n:INPUT DROP\n-A INPUT -i eth0 -p tcp --dport 443 -j ACCEPT\n-A INPUT -p tcp --dport 80 -j ACCEPT\n",
        "iptables-save",
    ));
    assert!(found.blocks.is_empty() && found.uncertain.len() == 1, "{found:?}");
    // With too many rules to check, nothing is claimed.
    let many = "-A INPUT -s 192.0.2.1/32 -j DROP\n".repeat(250_000);
    assert!(examined(&parse_iptables(&format!("*filter\n:INPUT ACCEPT\n{many}"), "iptables-save")).is_incomplete);
}

#[test]
fn routes_that_discard_replies_are_found() {
    let rules = [
        r#"[{"priority":0,"src":"all","table":"local"},{"priority":9,"src":"172.64.0.0","srclen":13,"action":"prohibit"},{"priority":32766,"src":"all","table":"main"}]"#,
        "[]",
    ];
    let routes = r#"[{"type":"blackhole","dst":"104.16.0.0/13","flags":[]},{"dst":"104.24.0.0/14","dev":"eth0"},
        {"type":"unreachable","dst":"104.24.0.0/13"},{"type":"prohibit","dst":"173.245.48.0/20","table":"7"},{"dst":"default","dev":"eth0"},
        {"type":"unreachable","dst":"default","metric":4294967295},{"type":"blackhole","dst":"10.0.0.0/8"}]"#;
    let rules = Ruleset { routes: parse_routes([routes, "[]"], rules).unwrap(), ..Ruleset::default() };
    let found = examined(&rules);
    let on_443: Vec<_> =
        found.blocks.iter().filter(|it| it.port == 443).map(|it| format!("{} {}", it.source, it.rule)).collect();
    assert_eq!(
        on_443,
        [
            "172.64.0.0/13 ip rule from 172.64.0.0/13 to 0.0.0.0/0 prohibit",
            "104.16.0.0/13 ip route blackhole 104.16.0.0/13 (table main)"
        ]
    );
    assert_eq!(found.uncertain, ["ip route prohibit 173.245.48.0/20 (table 7)"]);
}
