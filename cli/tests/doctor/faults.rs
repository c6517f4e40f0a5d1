//! One test per fault.

use crate::authority::Authority;
use crate::edge::{self, Zone};
use crate::namespace::{self, Inside, firewall, shell};
use crate::origin::{self, Behaviour};
use crate::run::{Answer, HOST, doctor, doctor_with_program, transcript};

/// Examines an origin on the loopback.
pub(crate) fn examine(http: u16, https: u16, more: &[&str]) -> Answer {
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let (origin, http) = (format!("127.0.0.1:{https}"), http.to_string());
    let mut arguments = vec!["--origin", &origin, "--http-port", &http, "--resolver", &resolver];
    arguments.extend(more);
    println!("{}", transcript(&arguments));
    doctor(&arguments)
}

fn with_certificate(certificate: impl FnOnce(&Authority) -> Vec<crate::authority::Presented>) -> Answer {
    let authority = Authority::new();
    let https = origin::secure(certificate(&authority), Behaviour::fine());
    examine(origin::plain(Behaviour::fine()), https, &authority.trusted())
}

fn answering(behaviour: &Behaviour) -> Answer {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], behaviour.clone());
    // This machine's load says nothing about the origin under test.
    examine(origin::plain(behaviour.clone()), https, &[&authority.trusted()[..], &["--remote"]].concat())
}

fn assert_first(answer: &Answer, code: Option<u64>, finding: &str, cause: &str) {
    assert!(answer.found(finding), "{finding} is missing: {:#}", answer.json["legs"]);
    assert_eq!(answer.code(), code);
    assert_eq!(answer.causes().first(), Some(&cause), "{:#}", answer.json["causes"]);
    assert_eq!(answer.exit, 1);
}

#[test]
fn a_healthy_origin_passes() {
    let answer = with_certificate(|authority| vec![authority.good(HOST)]);
    assert!(answer.found("certificate-good") && answer.found("certificates-agree") && answer.found("http-answers"));
    assert_eq!((answer.code(), answer.exit), (None, 0));
    // Cloudflare's own code isn't known, so nothing is claimed about causes.
    assert!(!answer.json["legs"].as_array().unwrap().iter().any(|leg| leg["state"] == "fail"));
}

#[test]
fn a_closed_port() {
    assert_first(&examine(origin::closed(), origin::closed(), &[]), Some(521), "tcp-all-refused", "origin-offline");
}

#[test]
fn nothing_on_https() {
    let answer = examine(origin::plain(Behaviour::fine()), origin::closed(), &["--ssl-mode", "full"]);
    assert_first(&answer, Some(521), "tcp-only-http", "not-listening");
}

#[test]
fn a_server_that_stalls() {
    let answer = examine(origin::closed(), origin::stalled(), &["--ssl-mode", "full"]);
    assert_first(&answer, Some(525), "tls-silent", "overloaded");
}

#[test]
fn a_port_without_tls() {
    let [http, https] = [(); 2].map(|()| origin::plain(Behaviour::fine()));
    assert_first(&examine(http, https, &["--ssl-mode", "full"]), Some(525), "tls-not-tls", "no-certificate");
}

#[test]
fn no_certificate_for_the_name() {
    let https = origin::secure_without_name(Authority::new().good(HOST));
    let answer = examine(origin::closed(), https, &["--ssl-mode", "full"]);
    assert_first(&answer, Some(525), "tls-name-unknown", "no-sni");
}

#[test]
fn no_application_protocol_in_common() {
    let https = origin::secure_for_protocol(Authority::new().good(HOST), b"http/1.3");
    let answer = examine(origin::closed(), https, &["--ssl-mode", "full"]);
    assert_first(&answer, Some(525), "tls-no-protocol", "no-common-cipher");
}

#[test]
fn a_limit_on_connections_per_address() {
    let authority = Authority::new();
    let https = origin::secure_for_few(authority.good(HOST), 11);
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let (origin, http) = (format!("127.0.0.1:{https}"), origin::closed().to_string());
    let given = ["--origin", &origin, "--http-port", &http, "--resolver", &resolver, "--ssl-mode", "full", "--remote"];
    let answer = doctor(&[&authority.trusted()[..], &given].concat());
    assert_first(&answer, Some(520), "http-cut-off", "firewall-refuses");
}

#[test]
fn an_expired_certificate() {
    let answer = with_certificate(|authority| vec![authority.expired(HOST)]);
    assert_first(&answer, Some(526), "certificate-expired", "certificate-expired");
    assert_eq!(answer.json["by_mode"]["full"], serde_json::Value::Null);
}

#[test]
fn a_self_signed_certificate() {
    let answer = with_certificate(|_| vec![Authority::self_signed(HOST)]);
    assert_first(&answer, Some(526), "certificate-self-signed", "certificate-untrusted");
}

#[test]
fn a_certificate_for_another_name() {
    let answer = with_certificate(|authority| vec![authority.good("other.example")]);
    assert_first(&answer, Some(526), "certificate-name", "certificate-name");
}

#[test]
fn an_incomplete_chain() {
    let answer = with_certificate(|authority| vec![authority.incomplete(HOST)]);
    assert_first(&answer, Some(526), "certificate-incomplete", "certificate-untrusted");
}

#[test]
fn two_servers_of_which_one_has_its_default_certificate() {
    let answer = with_certificate(|authority| vec![authority.good(HOST), Authority::self_signed("default")]);
    assert!(answer.found("certificates-differ") && answer.found("certificate-good"));
    // A default certificate is both.
    assert!(answer.found("certificate-self-signed") && answer.found("certificate-name"));
    assert_eq!((answer.code(), answer.causes()[..2].contains(&"certificate-untrusted")), (Some(526), true));
}

#[test]
fn headers_over_the_limit() {
    let answer = answering(&Behaviour::header("Set-Cookie", 140_000));
    assert_first(&answer, Some(520), "http-head-too-large", "large-headers");
}

#[test]
fn the_size_of_headers_counts_and_not_their_number() {
    let text = format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{}\r\nok", "a: b\r\n".repeat(10_000));
    let answer = answering(&Behaviour::Answer(text.into_bytes()));
    assert!(answer.found("http-answers") && answer.exit == 0, "{:#}", answer.json["legs"]);
}

#[test]
fn an_answer_that_is_not_http() {
    let answer = answering(&Behaviour::AnswerAndClose(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()));
    assert_first(&answer, Some(520), "http-malformed", "malformed-answer");
}

#[test]
fn no_answer_at_all() {
    assert_first(&answering(&Behaviour::Close), Some(520), "http-empty", "app-crash");
}

#[test]
fn a_body_that_breaks_off() {
    let answer = answering(&Behaviour::AnswerAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nhalf".to_vec()));
    assert!(answer.found("http-truncated"));
    assert_eq!(answer.causes().first(), Some(&"app-crash"));
}

#[test]
fn an_upload_that_is_taken_too_slowly() {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::SlowUploads);
    let http = origin::plain(Behaviour::SlowUploads);
    let more = [&authority.trusted()[..], &["--upload", "--code", "524"]].concat();
    let answer = examine(http, https, &more);
    assert_first(&answer, Some(524), "http-upload-slow", "slow-write");
    // Without --upload, no body is sent.
    let answer = examine(http, https, &authority.trusted());
    assert!(!answer.found("http-upload-slow") && !answer.found("http-upload"));
}

#[test]
fn readiness_for_visits_without_cloudflare() {
    let authority = Authority::new();
    let http = origin::plain(Behaviour::fine());
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let answer = examine(http, https, &[&authority.trusted()[..], &["--ready", "--remote"]].concat());
    for finding in ["ready-no-token", "ready-ttl-not-checked", "ready-certificate", "ready-firewall"] {
        assert!(answer.found(finding), "{finding}: {}", answer.json["legs"]);
    }
    assert_eq!(answer.exit, 0, "what isn't ready isn't a fault");
    let https = origin::secure(vec![Authority::self_signed(HOST)], Behaviour::fine());
    assert!(examine(http, https, &["--ready", "--remote"]).found("ready-bad-certificate"));
    assert!(!examine(http, https, &[]).found("ready-bad-certificate"));
}

#[test]
fn a_firewall_that_lets_only_cloudflare_in_is_not_ready() {
    let Some(authority) = enter_with_origin("faults::a_firewall_that_lets_only_cloudflare_in_is_not_ready") else {
        return;
    };
    firewall("iifname \"lo\" accept; ip saddr 104.16.0.0/13 tcp dport { 80, 443 } accept; drop");
    assert!(inside(&authority, &["--ready"]).found("ready-closed-firewall"));
    firewall("iifname \"lo\" accept");
    assert!(inside(&authority, &["--ready"]).found("ready-firewall"));
}

#[test]
fn a_configuration_that_cloudflared_itself_rejects() {
    if namespace::enter("faults::a_configuration_that_cloudflared_itself_rejects") != Inside::Yes {
        return;
    }
    let says = "The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)";
    let rejects = format!("echo \"$*\" >&2; echo '{says}' >&2; exit 1");
    let http = origin::plain(Behaviour::fine());
    let config = tunnel(&format!("http://127.0.0.1:{http}"));
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let given =
        ["--origin", "127.0.0.1:9", "--local", "--tunnel-config", &config, "--resolver", &resolver, "--code", "502"];
    let answer = doctor_with_program("cloudflared", &rejects, &given);
    assert!(answer.found("tunnel-invalid") && answer.json["legs"].to_string().contains(says), "{}", answer.json);
}

#[test]
fn a_cloudflared_that_does_not_end_is_not_a_wrong_configuration() {
    if namespace::enter("faults::a_cloudflared_that_does_not_end_is_not_a_wrong_configuration") != Inside::Yes {
        return;
    }
    let config = tunnel(&format!("http://127.0.0.1:{}", origin::plain(Behaviour::fine())));
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let given = ["--origin", "127.0.0.1:9", "--local", "--tunnel-config", &config, "--resolver", &resolver];
    let answer = doctor_with_program("cloudflared", "exec cat /dev/zero", &given);
    assert!(answer.found("tunnel-invalid-not-checked") && !answer.found("tunnel-invalid"), "{}", answer.json);
}

#[test]
fn a_finding_that_does_not_give_the_code_is_not_its_cause() {
    let authority = Authority::new();
    let https = origin::secure(vec![Authority::self_signed(HOST)], Behaviour::fine());
    let (origin, http) = (format!("127.0.0.1:{https}"), origin::plain(Behaviour::fine()).to_string());
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let given = ["--origin", &origin, "--http-port", &http, "--resolver", &resolver, "--remote"];
    let text = |code: &str| transcript(&[&authority.trusted()[..], &given, &["--code", code]].concat());
    let text_522 = text("522");
    let at = |part: &str| text_522.find(part).unwrap_or_else(|| panic!("{part}: {text_522}"));
    assert!(at("Nothing that was found explains error 522") < at("Also found, but not the cause"));
    assert!(!text_522.contains("Causes, most likely first"), "{text_522}");
    let text_526 = text("526");
    assert!(text_526.contains("Causes, most likely first") && !text_526.contains("Also found"), "{text_526}");
}

#[test]
fn what_another_test_has_started_is_not_seen() {
    // Without namespaces, `doctor` sees every process, but no test starts a cloudflared.
    if namespace::enter("faults::what_another_test_has_started_is_not_seen") == Inside::Skipped {
        return;
    }
    let _running = crate::cases::cloudflared(None, false);
    let arguments = ["--origin", "127.0.0.1:9", "--local", "--resolver", &edge::resolver(Zone::Nothing)];
    let answer = doctor(&arguments);
    // Inside, `doctor` sees the test's processes, which shows that it can find this one.
    assert_eq!(
        answer.json["measured"]["local"]["cloudflared_runs"],
        namespace::is_inside(),
        "{:#}",
        answer.json["legs"]
    );
}

#[test]
fn a_tunnel_configured_in_the_dashboard_is_read_from_cloudflareds_own_diagnosis() {
    // In a namespace, because `doctor` sees the stand-in only there.
    if namespace::enter("faults::a_tunnel_configured_in_the_dashboard_is_read_from_cloudflareds_own_diagnosis")
        != Inside::Yes
    {
        return;
    }
    let _running = crate::cases::cloudflared(None, false);
    let folder = crate::authority::scratch("cloudflared-diag");
    std::fs::create_dir_all(&folder).unwrap();
    let archive = folder.join("archive");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&archive).unwrap());
    let route = format!("{{\"hostname\":\"{HOST}\",\"service\":\"http://localhost:{}\"}}", origin::closed());
    let files = [
        ("tunnelstate.json", "{\"tunnelID\":\"6ff42ae2\",\"connections\":[{\"isConnected\":true}]}".to_owned()),
        ("configuration.json", format!("{{\"version\":3,\"config\":{{\"ingress\":[{route}]}}}}")),
    ];
    for (name, text) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    // As the program does: an archive in the folder it runs in, and a failure because one part of it failed.
    let archived = format!(
        "echo \"$*\" > '{0}/called'; pwd > '{0}/where'; cp '{0}/archive' cloudflared-diag-2026-11-26T03-00-00Z.zip; exit 1",
        folder.display()
    );
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let given = ["--origin", "127.0.0.1:9", "--local", "--resolver", &resolver, "--code", "502"];
    let answer = doctor_with_program("cloudflared", &archived, &given);
    assert_first(&answer, Some(502), "tunnel-service-down", "tunnel-service");
    assert!(answer.found("tunnel-connected") && !answer.found("tunnel-diag-not-checked"));
    let read = |name| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(read("called").starts_with("tunnel diag --metrics 127.0.0.1:"), "{}", read("called"));
    assert!(!std::path::Path::new(read("where").trim()).exists(), "its folder is left behind");
}

#[test]
fn the_path_to_an_address_without_a_route_is_traced() {
    if namespace::enter("faults::the_path_to_an_address_without_a_route_is_traced") != Inside::Yes {
        return;
    }
    shell("ip route add unreachable 198.51.100.7");
    let trace = |mtr: &str| {
        let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
        doctor_with_program("mtr", mtr, &["--origin", "198.51.100.7", "--resolver", &resolver])
    };
    // A stand-in, because a path with several hops can't be set up everywhere.
    let hubs = r#"{"count":1,"host":"10.9.0.1"},{"count":2,"host":"203.0.113.1"},{"count":3,"host":"???"}"#;
    let answer = trace(&format!(
        "[ \"$*\" = '--json --no-dns --report-cycles 2 --timeout 3 --gracetime 1 --tcp --port 80 198.51.100.7' ] && echo '{{\"report\":{{\"hubs\":[{hubs}]}}}}'"
    ));
    assert_first(&answer, Some(523), "tcp-route", "wrong-address");
    assert!(answer.json["legs"].to_string().contains("203.0.113.1, hop 2"), "{:#}", answer.json["legs"]);
    let answer = trace("echo 'mtr-packet: Failure to open IPv4 sockets: Operation not permitted' >&2; exit 1");
    assert!(answer.found("tcp-route-not-checked") && !answer.found("tcp-route"));
    assert!(answer.json["not_excluded"].to_string().contains("sudo mtr -nwzc 10 --tcp --port 80 198.51.100.7"));
}

#[test]
fn a_first_byte_that_comes_too_late() {
    let answer = answering(&Behaviour::Silent);
    assert_first(&answer, Some(524), "http-silent", "slow-work");
}

#[test]
fn redirects_to_https_in_flexible_mode() {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let with = |behaviour: Behaviour, more: &[&str]| {
        examine(origin::plain(behaviour), https, &[&authority.trusted()[..], &["--remote"], more].concat())
    };
    let redirect = || Behaviour::redirect(crate::cases::SECURE);
    assert_first(&with(redirect(), &["--ssl-mode", "flexible"]), None, "http-redirect-loop", "redirect-loop");
    let answer = with(redirect(), &["--edge", &edge::redirecting()]);
    assert_first(&answer, None, "http-redirect-loop", "redirect-loop");
    assert!(answer.found("edge-redirect-loop"));
    // Most servers redirect to HTTPS, which is right in the other modes.
    let answer = with(redirect(), &[]);
    assert!(answer.found("http-to-https") && answer.exit == 0 && answer.causes().is_empty());
    assert!(!with(redirect(), &["--ssl-mode", "strict"]).found("http-to-https"));
    // Only visitors who don't use HTTPS are redirected.
    let only_insecure = Behaviour::redirect_unless_secure(crate::cases::SECURE);
    assert_eq!(with(only_insecure, &["--ssl-mode", "flexible"]).exit, 0);
    // A redirect to another host isn't a loop.
    let answer = with(Behaviour::redirect("https://example.com/"), &["--ssl-mode", "flexible"]);
    assert_eq!(answer.exit, 0);
}

#[test]
fn redirects_to_http_over_https() {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::redirect("http://www.example.com/"));
    let answer = examine(origin::plain(Behaviour::fine()), https, &authority.trusted());
    assert!(answer.found("https-to-http"));
    assert_eq!(answer.causes().first(), Some(&"redirect-loop"));
}

#[test]
fn a_server_that_answers_only_sometimes() {
    let answer = answering(&Behaviour::Sometimes);
    assert!(answer.found("http-sometimes"));
    assert_eq!(answer.causes().first(), Some(&"overloaded"));
}

#[test]
fn wrong_arguments_are_refused() {
    let status = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_rayback"))
            .arg("doctor")
            .args(arguments)
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(status(&["203.0.113.5"]), Some(2));
    assert_eq!(status(&[HOST, "--origin", "nowhere"]), Some(2));
    let folder = crate::authority::scratch("wrong-files");
    std::fs::create_dir_all(&folder).unwrap();
    let empty = folder.join("empty");
    std::fs::write(&empty, "ingress: [").unwrap();
    let files = ["/nonexistent", "/", "/dev/zero", empty.to_str().unwrap()];
    for (flag, file) in ["--ca", "--tunnel-config"].into_iter().flat_map(|flag| files.map(|file| (flag, file))) {
        assert_eq!(status(&[HOST, flag, file]), Some(2), "{flag} {file}");
    }
}

#[test]
fn a_challenge_says_nothing_about_the_origin() {
    let resolver = edge::resolver(Zone::Address([104, 16, 1, 1]));
    let answer = doctor(&["--resolver", &resolver, "--edge", &edge::answering(Behaviour::challenge())]);
    assert!(answer.found("edge-refuses-us"));
    assert_eq!((answer.code(), answer.exit), (None, 3));
}

/// Enters a namespace with an origin at an address for documentation, on the real ports; `None` outside. The origin's
/// certificate is from this authority.
pub(crate) fn enter_with_origin(test: &str) -> Option<Authority> {
    if namespace::enter(test) != Inside::Yes {
        return None;
    }
    let authority = Authority::new();
    shell("ip address add 203.0.113.5/32 dev lo; ip address add 2001:db8::5/128 dev lo");
    origin::plain_at("203.0.113.5:80", Behaviour::fine());
    origin::secure_at("203.0.113.5:443", vec![authority.good(HOST)], Behaviour::fine());
    namespace::await_port("203.0.113.5:443");
    Some(authority)
}

fn inside(authority: &Authority, more: &[&str]) -> Answer {
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let mut arguments = vec!["--resolver", resolver.as_str()];
    arguments.extend(authority.trusted());
    arguments.extend(more);
    println!("{}", transcript(&arguments));
    doctor(&arguments)
}

#[test]
fn packets_that_are_dropped() {
    let Some(authority) = enter_with_origin("faults::packets_that_are_dropped") else { return };
    firewall("tcp dport 443 drop");
    let answer = inside(&authority, &["--ssl-mode", "strict"]);
    assert_first(&answer, Some(522), "tcp-port-silent", "firewall-drops");
    assert!(answer.found("firewall-drops-all"));
}

#[test]
fn no_route() {
    if namespace::enter("faults::no_route") != Inside::Yes {
        return;
    }
    shell("ip route add unreachable 198.51.100.7");
    let answer = inside(&Authority::new(), &["--origin", "198.51.100.7"]);
    assert_first(&answer, Some(523), "tcp-no-route", "wrong-address");
}

#[test]
fn a_firewall_that_drops_only_cloudflare() {
    let Some(authority) = enter_with_origin("faults::a_firewall_that_drops_only_cloudflare") else { return };
    firewall("ip saddr { 104.16.0.0/13, 172.64.0.0/13 } tcp dport { 80, 443 } drop");
    let answer = inside(&authority, &[]);
    assert!(answer.found("tcp-accepted") && answer.found("http-answers"));
    assert_first(&answer, Some(522), "firewall-drops-cloudflare", "firewall-drops");
}

#[test]
fn every_way_to_drop_cloudflare_is_found() {
    let Some(authority) = enter_with_origin("faults::every_way_to_drop_cloudflare_is_found") else { return };
    let nft = |chains: &str| format!("nft 'table ip a {{ {chains}\n}}'");
    let base = |kind: &str, hook: &str, rule: &str| {
        nft(&format!("chain c {{ type {kind} hook {hook} priority 0; {rule};\n}}"))
    };
    let clear = "nft flush ruleset; ip route del blackhole 172.64.0.0/13 2>/dev/null || true; \
                 ip rule del from 172.64.0.0/13 prohibit 2>/dev/null || true";
    for (script, finding) in [
        (base("filter", "input", "ip saddr vmap { 172.64.0.0/13 : drop }"), "firewall-drops-cloudflare"),
        (
            nft("map m { type ipv4_addr : verdict; flags interval; elements = { 172.64.0.0/13 : drop }\n}\n\
                 chain c { type filter hook input priority 0; ip saddr vmap @m;\n}"),
            "firewall-drops-cloudflare",
        ),
        (base("filter", "output", "ip daddr 172.64.0.0/13 drop"), "firewall-drops-cloudflare"),
        (base("nat", "prerouting", "ip saddr 172.64.0.0/13 tcp dport 443 redirect to :9"), "firewall-rejects"),
        (
            base("nat", "prerouting", "ip saddr 172.64.0.0/13 tcp dport 443 dnat to 203.0.113.5:9"),
            "firewall-rejects",
        ),
        (
            "nft 'table netdev a { chain c { type filter hook ingress device lo priority 0; ip saddr 172.64.0.0/13 drop;\n}\n}'"
                .to_owned(),
            "firewall-drops-cloudflare",
        ),
        ("ip route add blackhole 172.64.0.0/13".to_owned(), "firewall-routing"),
        ("ip rule add from 172.64.0.0/13 prohibit".to_owned(), "firewall-routing"),
        (base("filter", "input", "tcp dport 443 meta mark 7 drop"), "firewall-uncertain"),
    ] {
        shell(clear);
        shell(&script);
        let answer = inside(&authority, &["--local"]);
        assert!(answer.found(finding), "{script}: {:#}", answer.json["legs"]);
        assert!(!answer.found("firewall-good") && !answer.found("firewall-none"), "{script}: {:#}", answer.json["legs"]);
    }
    shell(clear);
    assert!(inside(&authority, &["--local"]).found("firewall-none"));
}

#[test]
fn iptables_rules_are_read_from_both_backends() {
    const TEST: &str = "faults::iptables_rules_are_read_from_both_backends";
    let Some(authority) = enter_with_origin(TEST) else { return };
    let tools = "iptables-legacy -L && iptables-nft -L && ipset list";
    if !std::process::Command::new("sh").args(["-c", tools]).output().unwrap().status.success() {
        namespace::skip(TEST, "iptables or ipset isn't installed, or doesn't work in a network namespace");
        return;
    }
    for script in [
        "iptables-legacy -A INPUT -s 172.64.0.0/13 -j DROP",
        "iptables-legacy -F; iptables-nft -A OUTPUT -p tcp --sport 443 -d 172.64.0.0/13 -j DROP",
        // Docker's chains, with a rule in the chain for the owner's rules.
        "iptables-nft -F; iptables-nft -N DOCKER-USER; iptables-nft -A FORWARD -j DOCKER-USER; \
         iptables-nft -t nat -A PREROUTING -p tcp --dport 443 -j DNAT --to-destination 172.17.0.2:443; \
         iptables-nft -A DOCKER-USER -s 172.64.0.0/13 -j DROP",
    ] {
        shell(script);
        let answer = inside(&authority, &["--local"]);
        assert!(answer.found("firewall-drops-cloudflare"), "{script}: {:#}", answer.json["legs"]);
    }
    // nft lists these rules too, but they're judged only once.
    shell(
        "iptables-nft -F; iptables-nft -t nat -F; ipset create ban hash:ip; ipset add ban 172.68.10.20; \
         iptables-nft -A INPUT -m set --match-set ban src -j DROP; \
         iptables-nft -A INPUT -p tcp -m connlimit --connlimit-above 9 -j DROP",
    );
    let answer = inside(&authority, &["--local"]);
    assert!(answer.found("firewall-drops-some") && answer.found("firewall-limits"), "{:#}", answer.json["legs"]);
    assert!(!answer.found("firewall-uncertain") && !answer.found("firewall-drops-all"));
    shell("iptables-nft -D INPUT 1");
    let answer = inside(&authority, &["--local"]);
    assert!(answer.found("firewall-limits") && !answer.found("firewall-good"), "{:#}", answer.json["legs"]);
}

#[test]
fn a_ban_list_with_one_edge_subnet() {
    let Some(authority) = enter_with_origin("faults::a_ban_list_with_one_edge_subnet") else { return };
    firewall("ip saddr @ban drop");
    shell("nft 'add element inet f ban { 172.71.210.0/24, 192.0.2.77 }'");
    let answer = inside(&authority, &[]);
    assert_first(&answer, Some(522), "firewall-drops-some", "firewall-drops");
    assert!(answer.json["legs"].to_string().contains("172.71.210.0/24"));
}

#[test]
fn an_allow_list_of_cloudflare_passes() {
    let Some(authority) = enter_with_origin("faults::an_allow_list_of_cloudflare_passes") else { return };
    let ranges = rayback_core::outside::ranges::Ranges::embedded();
    let list = |v4: bool| {
        let of: Vec<_> = ranges.networks.iter().filter(|it| it.is_v4() == v4).map(ToString::to_string).collect();
        of.join(", ")
    };
    // The resolver and this machine's own connections arrive over the loopback.
    firewall(&format!(
        "iifname \"lo\" accept; ip saddr {{ {} }} tcp dport {{ 80, 443 }} accept; ip6 saddr {{ {} }} tcp dport {{ 80, 443 }} accept; drop",
        list(true),
        list(false)
    ));
    let answer = inside(&authority, &[]);
    assert!(answer.found("firewall-good"), "{:#}", answer.json["legs"]);
    assert_eq!(answer.exit, 0);
}

#[test]
fn a_tunnel_to_https_localhost() {
    if namespace::enter("faults::a_tunnel_to_https_localhost") != Inside::Yes {
        return;
    }
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let config = tunnel(&format!("https://localhost:{https}"));
    let answer = inside(&authority, &["--origin", "127.0.0.1", "--tunnel-config", &config, "--code", "502"]);
    assert_first(&answer, Some(502), "tunnel-certificate", "tunnel-service");
}

#[test]
fn a_tunnel_to_a_name_without_an_address() {
    if namespace::enter("faults::a_tunnel_to_a_name_without_an_address") != Inside::Yes {
        return;
    }
    let _running = crate::cases::cloudflared(Some(4), false);
    let config = tunnel("http://web:8080");
    let given = ["--origin", "127.0.0.1", "--tunnel-config", &config, "--code", "502"];
    crate::cases::resolve_nothing();
    let answer = inside(&Authority::new(), &given);
    assert_first(&answer, Some(502), "tunnel-name", "tunnel-service");
    let legs = answer.json["legs"].to_string();
    assert!(legs.contains("name web has no address") && legs.contains("getent ahosts web"), "{legs}");
    assert!(!answer.found("tunnel-service-down"));
    // Without an answer from the resolver, nothing is known about the name.
    let file = crate::authority::scratch("dead-resolv.conf");
    std::fs::write(&file, "nameserver 127.0.0.54\n").unwrap();
    shell(&format!("mount --bind '{}' /etc/resolv.conf", file.display()));
    let answer = inside(&Authority::new(), &given);
    assert!(answer.found("tunnel-service-not-checked") && !answer.found("tunnel-name"), "{:#}", answer.json["legs"]);
}

#[test]
fn a_tunnel_in_a_container_is_tried_from_there() {
    const TEST: &str = "faults::a_tunnel_in_a_container_is_tried_from_there";
    if namespace::enter(TEST) != Inside::Yes {
        return;
    }
    let file = |name: &str, text: &str| {
        let path = crate::authority::scratch(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (here, there) = (file("hosts", "127.0.0.1 localhost db\n"), file("hosts-there", "10.7.0.1 web\n"));
    let resolv = file("resolv-there.conf", "nameserver 10.7.0.1\n");
    shell(&format!("mount --bind '{here}' /etc/hosts"));
    // Two networks with a cable between them: this machine's and the container's.
    let _running = crate::cases::start_cloudflared(
        "127.0.0.1:9",
        Some(&format!(
            "mount --bind '{there}' /etc/hosts; mount --bind '{resolv}' /etc/resolv.conf; ip link set lo up; \
             ip link add eth0 type veth peer name bridge netns $PPID; ip addr add 10.7.0.2/24 dev eth0; ip link set eth0 up"
        )),
    );
    shell("ip addr add 10.7.0.1/24 dev bridge; ip link set bridge up");
    origin::plain_at("10.7.0.1:8080", Behaviour::fine());
    origin::plain_at("127.0.0.1:8081", Behaviour::fine());
    edge::resolver_at("10.7.0.1:53", Zone::Nothing);
    let through = |service: &str| {
        let config = tunnel(service);
        inside(&Authority::new(), &["--origin", "127.0.0.1", "--tunnel-config", &config, "--code", "502"])
    };
    // Only the container knows this name.
    let answer = through("http://web:8080");
    assert!(answer.found("tunnel-service-good"), "{:#}", answer.json["legs"]);
    // The container doesn't know this one, which has an address here.
    let answer = through("http://db:8081");
    assert_first(&answer, Some(502), "tunnel-container-name", "tunnel-service");
    assert!(answer.json["legs"].to_string().contains("dig +short @10.7.0.1 db"), "{:#}", answer.json["legs"]);
    // Something listens there on this machine, but not in the container.
    assert_first(&through("http://localhost:8081"), Some(502), "tunnel-container", "tunnel-service");
    assert_first(&through("https://web:8080"), Some(502), "tunnel-not-tls", "tunnel-service");
    assert_first(&through("http://web:8082"), Some(502), "tunnel-service-down", "tunnel-service");
}

/// A configuration with one route.
pub(crate) fn tunnel(service: &str) -> String {
    let path = crate::authority::scratch("tunnel.yml");
    let text =
        format!("tunnel: test\ningress:\n  - hostname: {HOST}\n    service: {service}\n  - service: http_status:404\n");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_name_that_does_not_exist() {
    let answer = doctor(&["--resolver", &edge::resolver(Zone::Nothing)]);
    assert!(answer.found("dns-no-name"));
    assert_eq!((answer.causes().first(), answer.exit), (Some(&"record-missing"), 1));
    let text = transcript(&["--resolver", &edge::resolver(Zone::Nothing)]);
    assert!(text.contains("Browsers show a DNS error") && !text.contains("no error"), "{text}");
    let answer = doctor(&["--resolver", &edge::resolver(Zone::Alias("gone.example.net", None))]);
    assert!(answer.found("dns-alias-dangling"));
    assert_eq!(answer.causes().first(), Some(&"target-unresolvable"));
}

#[test]
fn an_unknown_origin_is_not_a_pass() {
    let (resolver, edge) = (edge::resolver(Zone::Address([104, 16, 1, 1])), edge::answering(Behaviour::fine()));
    let answer = doctor(&["--resolver", &resolver, "--edge", &edge, "--code", "522"]);
    assert!(answer.found("edge-answers") && answer.found("origin-unknown"));
    assert_eq!(answer.exit, 3);
    assert!(answer.json["not_excluded"].to_string().contains("rayback doctor www.example.com --origin SERVER_IP"));
}

#[test]
fn an_old_aaaa_record() {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let more = [&authority.trusted()[..], &["--origin", "::1"]].concat();
    let answer = examine(origin::plain(Behaviour::fine()), https, &more);
    assert_first(&answer, Some(521), "tcp-address-fails", "wrong-address");
}

#[test]
fn what_needs_rights_is_not_checked_without_them() {
    if namespace::enter("faults::what_needs_rights_is_not_checked_without_them") != Inside::Yes {
        return;
    }
    // A user namespace without a mapping: nobody, who may not read the firewall.
    let output = std::process::Command::new("unshare")
        .args(["--user", env!("CARGO_BIN_EXE_rayback"), "doctor", HOST, "--json", "--origin", "127.0.0.1"])
        .args(["--resolver", &edge::resolver(Zone::Address([203, 0, 113, 5]))])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let open = json["not_excluded"].to_string();
    assert!(open.contains("firewall-not-checked"), "{open}");
    assert!(open.contains("sudo rayback doctor www.example.com --origin 127.0.0.1 --local"), "{open}");
    assert!(!json["legs"].to_string().contains("firewall-none"));
}

#[test]
fn a_drip_of_bytes_ends() {
    let start = std::time::Instant::now();
    let http = origin::plain(Behaviour::Drip).to_string();
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let answer = doctor(&["--origin", "127.0.0.1:9", "--http-port", &http, "--resolver", &resolver]);
    assert!(answer.found("http-silent"));
    assert!(start.elapsed() < std::time::Duration::from_secs(30));
}

/// Cloudflare's resolver as these tests imitate it: both questions get the same addresses.
fn public_resolver(authority: &Authority, addresses: &[&str]) -> String {
    let records: Vec<_> =
        addresses.iter().map(|it| format!("{{\"name\":\"x\",\"type\":1,\"TTL\":60,\"data\":\"{it}\"}}")).collect();
    let body = format!("{{\"Status\":0,\"Answer\":[{}]}}", records.join(","));
    let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let port = origin::secure(vec![authority.good("cloudflare-dns.com")], Behaviour::Answer(text.into_bytes()));
    format!("127.0.0.1:{port}")
}

#[test]
fn a_public_resolver_that_sees_something_else() {
    let authority = Authority::new();
    let [http, https] = [origin::closed(), origin::closed()];
    for (seen, finding) in [("203.0.113.5", "dns-agrees"), ("104.16.1.1", "dns-differs")] {
        let at = public_resolver(&authority, &[seen]);
        let more = [&authority.trusted()[..], &["--doh", "--outside-at", &at]].concat();
        assert!(examine(http, https, &more).found(finding), "{finding}");
    }
    // Its certificate isn't trusted without the tests' own authority.
    let at = public_resolver(&authority, &["203.0.113.5"]);
    assert!(examine(http, https, &["--doh", "--outside-at", &at]).found("dns-public-not-checked"));
}
