//! `rayback doctor` with an API token: a zone's settings, from a double of Cloudflare's API on the loopback.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::authority::Authority;
use crate::edge::{self, Zone};
use crate::namespace::{self, Inside};
use crate::origin::{self, Behaviour};
use crate::run::{Answer, HOST, doctor_with, doctor_with_program};

const TOKEN: (&str, &str) = ("CLOUDFLARE_API_TOKEN", "secret-token-0123456789");

/// A zone's settings, as the API describes them; `Null` if the token may not read them.
pub(crate) struct Settings {
    pub(crate) records: Value,
    pub(crate) mode: Value,
    pub(crate) origin_rules: Value,
    pub(crate) routes: Value,
}

impl Settings {
    /// One proxied record, and nothing special.
    pub(crate) fn with_record(content: &str) -> Self {
        Self {
            records: json!([{"id": "r", "type": "A", "name": HOST, "content": content, "proxied": true, "ttl": 1}]),
            mode: json!({"id": "ssl", "value": "strict"}),
            origin_rules: json!({"id": "x", "phase": "http_request_origin", "rules": []}),
            routes: json!([]),
        }
    }
}

/// Starts the API; returns its address and the requests that it gets.
fn api(authority: &Authority, settings: Settings) -> (String, Arc<Mutex<Vec<String>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&requests);
    let respond = move |request: &str| {
        noted.lock().unwrap().push(request.to_owned());
        let path = request.split(' ').nth(1).unwrap();
        let id = "023e105f4ecef8ad9ca31a8372d0c353";
        let zone = format!("/client/v4/zones/{id}");
        let result = match path.strip_prefix(&zone) {
            None if path == "/client/v4/zones?name=example.com" => &json!([{"id": id, "name": "example.com"}]),
            Some("/settings/ssl") => &settings.mode,
            Some("/rulesets/phases/http_request_origin/entrypoint") => &settings.origin_rules,
            Some("/workers/routes") => &settings.routes,
            Some(records) if records == format!("/dns_records?name.exact={HOST}") => &settings.records,
            _ => &json!([]),
        };
        let (status, body) = if result.is_null() {
            (
                "403 Forbidden",
                json!({"success": false, "errors": [{"code": 10000, "message": "Authentication error"}], "result": null}),
            )
        } else {
            ("200 OK", json!({"success": true, "errors": [], "messages": [], "result": result}))
        };
        let body = body.to_string();
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    let port = origin::secure(vec![authority.good("api.cloudflare.com")], Behaviour::Answers(Arc::new(respond)));
    (format!("127.0.0.1:{port}"), requests)
}

/// Examines the host with a token for a zone with these settings.
pub(crate) fn examine(authority: &Authority, settings: Settings, more: &[&str]) -> Answer {
    let (api, requests) = api(authority, settings);
    let resolver = edge::resolver(Zone::Nothing);
    let given = ["--outside-at", &api, "--resolver", &resolver];
    let answer = doctor_with(&[TOKEN], &[&authority.trusted()[..], &given, more].concat());
    for request in requests.lock().unwrap().iter() {
        assert!(
            request.starts_with("GET ") && request.contains(&format!("Authorization: Bearer {}", TOKEN.1)),
            "{request}"
        );
    }
    answer
}

#[test]
fn a_record_that_leads_elsewhere_is_the_first_cause() {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    // Without this machine's load, which other tests may have raised.
    let more = ["--origin", &format!("127.0.0.1:{https}"), "--code", "522", "--remote"];
    let answer = examine(&authority, Settings::with_record("203.0.113.77"), &more);
    assert!(answer.found("zone-elsewhere"));
    assert_eq!(answer.causes().first(), Some(&"wrong-address"));
    assert!(answer.json["legs"].to_string().contains("203.0.113.77"));
}

#[test]
fn the_zone_gives_the_origins_address_and_the_encryption_mode() {
    let authority = Authority::new();
    let settings = Settings { mode: json!({"value": "flexible"}), ..Settings::with_record("127.0.0.1") };
    let closed = origin::closed().to_string();
    let answer = examine(&authority, settings, &["--http-port", &closed, "--remote"]);
    assert!(answer.found("zone-records") && answer.found("zone-mode"));
    // Flexible goes to the plain port, which is closed.
    assert_eq!(answer.code(), Some(521));
    assert!(!answer.found("origin-unknown"));
}

#[test]
fn what_the_token_may_not_read_is_not_checked() {
    let authority = Authority::new();
    let nothing = || Value::Null;
    let settings = Settings { records: nothing(), mode: nothing(), origin_rules: nothing(), routes: nothing() };
    let answer = examine(&authority, settings, &["--origin", "127.0.0.1:9"]);
    assert!(answer.found("zone-not-checked") && !answer.found("zone-records") && !answer.found("zone-no-record"));
    assert!(answer.json["not_excluded"].to_string().contains("DNS: Read, Zone Settings: Read"), "{}", answer.json);
}

#[test]
fn an_origin_rule_to_a_host_without_an_address_is_the_first_cause() {
    let authority = Authority::new();
    let answer = origin_rule_to_nowhere(&authority);
    assert!(answer.found("zone-origin-rule-dead"));
    assert_eq!((answer.code(), answer.causes().first()), (Some(522), Some(&"origin-rule-host")));
}

/// The name of the rule's host doesn't exist.
pub(crate) fn origin_rule_to_nowhere(authority: &Authority) -> Answer {
    let rule = json!({"action": "route", "expression": "true", "action_parameters": {"origin": {"host": "placeholder.example"}}});
    let settings = Settings { origin_rules: json!({"rules": [rule]}), ..Settings::with_record("127.0.0.1") };
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    examine(authority, settings, &["--origin", &format!("127.0.0.1:{https}"), "--code", "522", "--remote"])
}

#[test]
fn a_route_that_misses_the_host_is_the_first_cause() {
    let answer = route_that_misses(&Authority::new());
    assert!(answer.found("zone-no-route"));
    assert_eq!(answer.causes().first(), Some(&"worker-route"));
}

/// A placeholder record for a Worker whose route is for another name.
pub(crate) fn route_that_misses(authority: &Authority) -> Answer {
    let routes = json!([{"id": "1", "pattern": "example.com/*", "script": "site"}]);
    let settings = Settings { routes, ..Settings::with_record("1.1.1.1") };
    examine(authority, settings, &["--edge", &edge::showing(1000)])
}

#[test]
fn a_worker_that_answers_is_named() {
    let authority = Authority::new();
    let routes = json!([{"id": "1", "pattern": "*example.com/*", "script": "site"}]);
    let answer = examine(&authority, Settings { routes, ..Settings::with_record("192.0.2.1") }, &[]);
    assert!(answer.found("zone-worker") && answer.found("zone-records") && !answer.found("zone-no-route"));
}

#[test]
fn a_crowdsec_ban_is_the_first_cause() {
    if namespace::enter("zone::a_crowdsec_ban_is_the_first_cause") != Inside::Yes {
        return;
    }
    let decisions = r#"[{"decisions":[{"id":1,"origin":"crowdsec","type":"ban","scope":"Ip","value":"172.71.210.9","scenario":"crowdsecurity/http-probing","duration":"3h"}]}]"#;
    let answer = crowdsec(decisions);
    assert!(answer.found("bans-crowdsec"));
    assert_eq!((answer.code(), answer.causes().first()), (Some(522), Some(&"firewall-drops")));
    assert!(crowdsec("null").found("bans-crowdsec-none"));
    assert!(crowdsec("Error: no local API").found("bans-not-checked"));
}

/// Examines this machine with a stand-in for `CrowdSec`'s command that prints this.
pub(crate) fn crowdsec(decisions: &str) -> Answer {
    let authority = Authority::new();
    let https = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let http = origin::plain(Behaviour::fine()).to_string();
    let resolver = edge::resolver(Zone::Address([203, 0, 113, 5]));
    let at = format!("127.0.0.1:{https}");
    let given = ["--origin", &at, "--http-port", &http, "--local", "--resolver", &resolver];
    let prints = format!("cat <<'END'\n{decisions}\nEND");
    doctor_with_program("cscli", &prints, &[&authority.trusted()[..], &given].concat())
}
