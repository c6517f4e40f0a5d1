use super::*;
use crate::words::Words;

/// An assessment with every finding, as each was judged, and values for every placeholder.
fn with_every_finding() -> Assessment {
    let names = [
        "address",
        "addresses",
        "all",
        "available",
        "bad",
        "bytes",
        "code",
        "command",
        "detail",
        "from",
        "good",
        "host",
        "http",
        "https",
        "issuer",
        "jail",
        "limit",
        "line",
        "mode",
        "load",
        "n",
        "name",
        "names",
        "port",
        "ports",
        "protocol",
        "rule",
        "seconds",
        "sockets",
        "sources",
        "status",
        "target",
        "tool",
        "total",
        "until",
        "used",
    ];
    let check = |finding: &Finding| Check {
        finding: *finding,
        state: finding.state(),
        subject: String::new(),
        values: names.iter().map(|name| (*name, "2".to_owned())).collect(),
        took_ms: None,
    };
    let mut assessment = examine(&Measurements { host: "a.example".into(), ..Measurements::default() });
    assessment.checks = Finding::ALL.iter().map(check).collect();
    assessment
}

#[test]
fn every_finding_has_a_text_and_every_fault_a_fix() {
    let words = Words::english().unwrap();
    for check in with_every_finding().checks {
        let (text, fix) = (check.describe(&words), check.fix(&words));
        assert!(!text.is_empty() && !text.contains(['{', '\u{1f}']), "{:?}: {text}", check.finding);
        let needs_fix = matches!(check.state, CheckState::Fail | CheckState::Warn);
        assert_eq!(fix.is_some(), needs_fix, "{:?}", check.finding);
        assert!(!fix.is_some_and(|fix| fix.contains('{')), "{:?}", check.finding);
    }
}

#[test]
fn a_count_in_a_finding_chooses_the_plural_form() {
    let words = Words::english().unwrap();
    let text = |n: &str| {
        let values = vec![("n", n.to_owned()), ("load", "9.5".to_owned())];
        let finding = Finding::MachineLoad;
        Check { finding, state: finding.state(), subject: String::new(), values, took_ms: None }.describe(&words)
    };
    assert_eq!((text("1").as_str(), text("4").as_str()), ("load 9.5 on one processor", "load 9.5 on 4 processors"));
}

#[test]
fn rules_are_shown_only_for_a_cause_that_they_fix() {
    let words = Words::english().unwrap();
    let rules = |outcome| {
        let mut measured = reached([outcome; 2]);
        measured.context.reported = Some(crate::catalog::OriginFailure::Silent.code());
        examine(&measured).document(Some(crate::outside::ranges::Tool::Ufw), false, &words).commands().count()
    };
    assert_eq!((rules(ConnectOutcome::Silent), rules(ConnectOutcome::Accepted)), (1, 0));
}

#[test]
fn listeners_are_read_from_proc() {
    let v4 = "  sl  local_address rem_address   st tx_queue rx_queue\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000\n   1: 0100007F:1F90 0100007F:8000 01 00000000:00000000\n";
    let v6 = "   0: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000\n";
    let shown: Vec<_> =
        parse_listeners(v4).iter().chain(&parse_listeners(v6)).map(|it| format!("{it} {}", it.waiting)).collect();
    assert_eq!(shown, ["127.0.0.1:8080 3", "[::1]:443 0"]);
}

#[test]
fn a_full_listen_queue_is_the_origins_only_if_connections_wait_in_it() {
    let found = |port, waiting| {
        let mut measured = reached([ConnectOutcome::Accepted; 2]);
        let listener = Listener { address: [0, 0, 0, 0].into(), port, waiting };
        let web = Listener { port: measured.context.https_port, waiting: 0, ..listener };
        let listeners = Some(vec![web, listener]);
        measured.local = Some(Local { listeners, queue_overflows: Some(2), ..Local::default() });
        let checks = examine(&measured).checks;
        let queue = checks.into_iter().find(|check| check.finding.id().starts_with("machine-queue"));
        queue.map(|check| (check.finding, check.state))
    };
    let port = Measurements::default().context.http_port;
    assert_eq!(found(port, 129), Some((Finding::MachineQueue, CheckState::Fail)));
    assert_eq!(found(port, 0), Some((Finding::MachineQueueSomewhere, CheckState::Warn)));
    assert_eq!(found(5432, 129), Some((Finding::MachineQueueSomewhere, CheckState::Warn)));
}

#[test]
fn routes_of_a_tunnel_are_read_and_chosen() {
    let yaml = "tunnel: 6ff42ae2\noriginRequest:\n  connectTimeout: 30s\ningress:\n  - hostname: app.example.com # ours\n    service: https://localhost\n    originRequest:\n      originServerName: app.example.com\n  - hostname: \"*.example.com\"\n    service: http://web:8080\n  - service: http_status:404\n";
    let routes = tunnel::parse_routes(yaml);
    assert_eq!(routes.len(), 3);
    let app = tunnel::route_for(&routes, "app.example.com").unwrap();
    assert_eq!((app.service.as_str(), app.server_name.as_deref()), ("https://localhost", Some("app.example.com")));
    assert_eq!(tunnel::route_for(&routes, "www.example.com").unwrap().service, "http://web:8080");
    assert_eq!(tunnel::route_for(&routes, "example.org"), None);
}

#[test]
fn nothing_measured_is_never_a_pass() {
    let assessment = examine(&Measurements { host: "a.example".into(), ..Measurements::default() });
    assert_eq!(assessment.outcome, Outcome::CouldNotTell);
}

fn reached(outcomes: [ConnectOutcome; 2]) -> Measurements {
    let to = |port| core::net::SocketAddr::new([203, 0, 113, 5].into(), port);
    let connects = [80, 443]
        .into_iter()
        .zip(outcomes)
        .map(|(port, outcome)| Connect { to: to(port), outcome, took_ms: 1 })
        .collect();
    Measurements { host: "a.example".into(), connects, ..Measurements::default() }
}

#[test]
fn the_mode_decides_which_closed_port_matters() {
    use ConnectOutcome::{Accepted, Refused};
    let mut only_https = reached([Refused, Accepted]);
    only_https.context.mode = Some(SslMode::Flexible);
    let assessment = examine(&only_https);
    assert_eq!(assessment.code.map(Code::number), Some(521));
    assert_eq!(assessment.causes.first().map(|it| it.cause), Some(Cause::NotListening));
    only_https.context.mode = Some(SslMode::Strict);
    assert_eq!(examine(&only_https).code, None);

    let only_http = examine(&reached([Accepted, Refused]));
    assert_eq!((only_http.by_mode.flexible, only_http.by_mode.full.map(Code::number)), (None, Some(521)));
}

#[test]
fn an_origin_that_works_from_here_leaves_what_treats_cloudflare_differently() {
    let mut measured = reached([ConnectOutcome::Accepted; 2]);
    measured.seen = Some(ProxiedAnswer {
        code: Some(crate::catalog::OriginFailure::Refused.code()),
        status: Some(521),
        refused_us: false,
        redirects_to_itself: false,
        took_ms: 40,
    });
    let assessment = examine(&measured);
    assert_eq!(assessment.causes.first().map(|it| it.cause), Some(Cause::FirewallRefuses));
    assert_eq!((assessment.code_known_by, assessment.outcome), (CodeKnownBy::Shown, Outcome::CauseFound));
}

#[test]
fn limits_by_address_count_visitors_only_if_their_addresses_are_restored() {
    let ranges = crate::outside::ranges::Ranges::embedded();
    let limit = "http {\n    limit_req_zone $binary_remote_addr zone=a:10m rate=5r/s;\n";
    let web = parse_nginx(limit, &ranges);
    assert!(!web.restores_addresses && web.limit.is_some() && web.denies.is_none());
    // The lines that this crate itself prints restore them.
    let restored =
        format!("{limit}{}", ranges.rules(crate::outside::ranges::Tool::NginxRealIp, &Words::english().unwrap()));
    assert!(parse_nginx(&restored, &ranges).restores_addresses);
    assert!(parse_nginx("deny 172.71.210.0/24; # spam\ndeny 192.0.2.1;\n", &ranges).denies.is_some());
}

#[test]
fn apache_is_read_as_nginx_is() {
    let ranges = crate::outside::ranges::Ranges::embedded();
    let limit = "<IfModule mod_evasive20.c>\n    DOSPageCount 5\n</IfModule>\n";
    assert!(parse_apache(limit, &ranges).limit.is_some());
    // The lines that this crate itself prints restore visitors' addresses.
    let restored =
        format!("{limit}{}", ranges.rules(crate::outside::ranges::Tool::ApacheRemoteIp, &Words::english().unwrap()));
    let web = parse_apache(&restored, &ranges);
    assert!(web.restores_addresses && web.denies.is_none(), "{web:?}");
    for line in ["Require not ip 192.0.2.1 172.71.210.0/24", "deny from 172.71.210.9"] {
        assert!(parse_apache(line, &ranges).denies.is_some(), "{line}");
    }
    assert!(parse_apache("Require all granted\nDeny from 192.0.2.1\n", &ranges).denies.is_none());
}

#[test]
fn cloudflareds_own_diagnosis_is_read() {
    let state = br#"{"tunnelID":"6ff42ae2-765d-4adf-8112-31c55c1551ef","connectorID":"x","connections":[{"isConnected":true,"protocol":1,"edgeAddress":"198.41.200.13"},{"isConnected":true,"protocol":1,"edgeAddress":"198.41.192.7","index":1}]}"#;
    assert_eq!(tunnel::parse_state(state), Some(2));
    assert_eq!(tunnel::parse_state(br#"{"tunnelID":"6ff42ae2","connectorID":"x"}"#), Some(0));
    assert_eq!(tunnel::parse_state(b"404 page not found"), None);
    let config = br#"{"version":3,"config":{"ingress":[{"id":"","hostname":"www.example.com","path":"","service":"https://localhost:8443","originRequest":{"originServerName":"","noTLSVerify":false}},{"hostname":"","service":"http_status:404"}],"warp-routing":{},"originRequest":{}}}"#;
    let routes = tunnel::parse_configuration(config);
    let route = tunnel::route_for(&routes, "www.example.com").unwrap();
    assert_eq!((route.service.as_str(), &route.server_name, routes.len()), ("https://localhost:8443", &None, 2));
    assert!(tunnel::parse_configuration(b"ERR: no configuration").is_empty());
}
