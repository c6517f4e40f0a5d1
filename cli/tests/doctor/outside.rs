//! `rayback check` and `rayback watch` with outside services: Cloudflare's status page and Globalping, both doubles on the
//! loopback that answer as documented.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::authority::{Authority, scratch};
use crate::origin::{self, Behaviour};
use crate::run::HOST;

/// The requests that a double got.
type Requests = Arc<Mutex<Vec<String>>>;

fn answer(status: &str, headers: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

/// Starts both services; returns their address and the requests that they get.
fn services(authority: &Authority, globalping: fn(usize) -> Vec<u8>) -> (String, Requests) {
    let requests = Requests::default();
    let noted = Arc::clone(&requests);
    let respond = move |request: &str| {
        let mut requests = noted.lock().unwrap();
        requests.push(request.to_owned());
        if request.starts_with("GET /api/v2/summary.json ") {
            return answer("200 OK", "", &summary());
        }
        globalping(requests.iter().filter(|it| it.contains("api.globalping.io")).count())
    };
    let names = ["www.cloudflarestatus.com", "api.globalping.io"];
    let port = origin::secure(vec![authority.good_for(&names)], Behaviour::Answers(Arc::new(respond)));
    (format!("127.0.0.1:{port}"), requests)
}

/// Vienna is re-routed.
fn summary() -> Value {
    json!({
        "page": {"id": "yh6f0r4529hb", "name": "Cloudflare", "url": "https://www.cloudflarestatus.com"},
        "status": {"indicator": "minor", "description": "Minor Service Outage"},
        "components": [
            {"id": "g1", "name": "Europe", "status": "operational", "group": true, "group_id": null},
            {"id": "1", "name": "Vienna, Austria - (VIE)", "status": "partial_outage", "group": false, "group_id": "g1"},
        ],
        "incidents": [],
        "scheduled_maintenances": [],
    })
}

/// A measurement that is in progress at first, then fails from everywhere.
fn fails_everywhere(request: usize) -> Vec<u8> {
    if request == 1 {
        let location = "Location: https://api.globalping.io/v1/measurements/abc\r\n";
        return answer("202 Accepted", location, &json!({"id": "abc", "probesCount": 6}));
    }
    let result = |continent: &str| {
        json!({
            "probe": {"continent": continent, "country": "XX", "city": "Anywhere", "network": "Example Network"},
            "result": {
                "status": "finished",
                "statusCode": 522,
                "headers": {"server": "cloudflare", "cf-ray": "9f140b785e57c458-FRA"},
                "rawBody": "error code: 522",
                "timings": {"total": 240},
            },
        })
    };
    let status = if request == 2 { "in-progress" } else { "finished" };
    let results: Vec<_> = ["EU", "NA", "AS"].iter().map(|continent| result(continent)).collect();
    answer("200 OK", "", &json!({"id": "abc", "type": "http", "status": status, "results": results}))
}

fn limited(_: usize) -> Vec<u8> {
    answer(
        "429 Too Many Requests",
        "Retry-After: 1800\r\n",
        &json!({"error": {"type": "too_many_requests", "message": "x"}}),
    )
}

fn failing(authority: &Authority) -> u16 {
    origin::secure(vec![authority.good(HOST)], Behaviour::cloudflare_error(522))
}

fn command(name: &str, authority: &Authority, port: u16, services: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rayback"));
    command.args([name, &format!("https://{HOST}:{port}/secret?token=1"), "--outside-at", services]);
    command.args(["--resolve", &format!("{HOST}:{port}:127.0.0.1")]).args(authority.trusted()).args(more);
    command
}

fn check(authority: &Authority, port: u16, services: &str, more: &[&str]) -> (Value, Option<i32>, String) {
    let output = command("check", authority, port, services, &[&["--json"], more].concat()).output().unwrap();
    let page = serde_json::from_slice(&output.stdout).unwrap();
    (page, output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_status_of_the_serving_data_centre_is_part_of_the_verdict() {
    let authority = Authority::new();
    let (services, requests) = services(&authority, limited);
    let port = failing(&authority);
    let (page, exit, _) = check(&authority, port, &services, &[]);
    assert_eq!((&page["outcome"], exit), (&"cloudflare-error".into(), Some(1)));
    let status = &page["cloudflare_status"];
    assert_eq!((&status["data_centre"]["code"], &status["data_centre"]["state"]), (&"VIE".into(), &"rerouted".into()));
    assert!(status["text"].as_str().unwrap().contains("Vienna"), "{status}");
    assert!(page["verdict"]["evidence"].to_string().contains("centre-rerouted"), "{}", page["verdict"]);
    // The status page learns nothing about the site.
    let requests = requests.lock().unwrap();
    assert!(requests.len() == 1 && !requests[0].contains(HOST), "{requests:?}");
}

#[test]
fn no_outside_service_is_asked_about_a_working_page_or_without_consent() {
    let authority = Authority::new();
    let (services, requests) = services(&authority, limited);
    let works = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    assert_eq!(check(&authority, works, &services, &[]).1, Some(0));
    let (page, ..) = check(&authority, failing(&authority), &services, &["--no-status"]);
    assert_eq!((&page["cloudflare_status"], &page["globalping"]), (&Value::Null, &Value::Null));
    assert!(requests.lock().unwrap().is_empty());
}

#[test]
fn globalping_reports_whether_its_down_elsewhere() {
    let authority = Authority::new();
    let (services, requests) = services(&authority, fails_everywhere);
    let (page, exit, said) = check(&authority, failing(&authority), &services, &["--globalping", "--no-status"]);
    let seen = &page["globalping"];
    assert_eq!((&seen["summary"], &seen["views"][0]["code"], exit), (&"fails-everywhere".into(), &522.into(), Some(1)));
    assert_eq!(page["verdict"]["reach"], "down");
    assert!(said.contains("its results are public"), "{said}");
    let requests = requests.lock().unwrap();
    assert!(
        requests[0].starts_with("POST /v1/measurements HTTP/1.1\r\n") && requests[0].contains(HOST),
        "{requests:?}"
    );
    assert!(requests.iter().all(|request| !request.contains("secret") && !request.contains("token")), "{requests:?}");
}

#[test]
fn globalpings_limit_is_no_verdict_about_the_site() {
    let authority = Authority::new();
    let (services, _) = services(&authority, limited);
    let works = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let (page, exit, _) = check(&authority, works, &services, &["--globalping"]);
    assert_eq!((&page["outcome"], exit), (&"works".into(), Some(3)));
    assert!(page["globalping"]["error"].as_str().unwrap().contains("30 minutes"), "{page}");
}

#[test]
fn what_globalping_writes_cant_control_the_terminal() {
    let authority = Authority::new();
    let refused = |_| {
        let message = "no \u{1b}[2Jsuch host";
        answer("400 Bad Request", "", &json!({"error": {"type": "validation_error", "message": message}}))
    };
    let (services, _) = services(&authority, refused);
    let works = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let output = command("check", &authority, works, &services, &["--globalping"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("such host") && !printed.contains('\u{1b}'), "{printed:?}");
    let (page, ..) = check(&authority, works, &services, &["--globalping"]);
    assert!(!page["globalping"]["error"].as_str().unwrap().contains('\u{1b}'), "{page}");
}

/// Watches a page until it has been checked this many times; returns the checks. After each, the stored state is moved
/// into the past.
fn watch(authority: &Authority, port: u16, services: &str, runs: usize) -> Vec<Value> {
    let state = scratch("globalping");
    let mut looks = Vec::new();
    for _ in 0..runs {
        let more = ["--globalping", "--json", "--state", state.to_str().unwrap()];
        let mut child = command("watch", authority, port, services, &more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        looks.push(serde_json::from_str(&line).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        crate::proxies::age(&state, 2);
    }
    looks
}

#[test]
fn a_watch_marks_a_page_down_if_globalping_agrees() {
    let authority = Authority::new();
    let (services, _) = services(&authority, fails_everywhere);
    let looks = watch(&authority, failing(&authority), &services, 2);
    let of = |look: &Value| ["region", "state"].map(|name| look[name].as_str().unwrap().to_owned());
    assert_eq!([of(&looks[0]), of(&looks[1])], [["here", "failing"], ["globalping", "down"]]);
    assert_eq!(looks[1]["globalping"]["views"].as_array().unwrap().len(), 3);
}

#[test]
fn a_watch_leaves_globalping_alone_while_the_page_works() {
    let authority = Authority::new();
    let (services, requests) = services(&authority, fails_everywhere);
    let works = origin::secure(vec![authority.good(HOST)], Behaviour::fine());
    let looks = watch(&authority, works, &services, 2);
    assert!(looks.iter().all(|look| look["region"] == "here" && look["state"] == "up"), "{looks:?}");
    assert!(requests.lock().unwrap().is_empty());
}

#[test]
fn check_watch_ends_with_the_first_change() {
    // A refusal can't change by asking again, so that's where it ends at once.
    let authority = Authority::new();
    let port = origin::secure(vec![authority.good(HOST)], Behaviour::cloudflare_error(1020));
    let (services, _) = services(&authority, limited);
    let (page, _, said) = check(&authority, port, &services, &["--watch", "--no-status"]);
    assert!(page["code"] == 1020 && said.contains("won't be visited again"), "{page} {said}");
    let output = command("check", &authority, port, &services, &["--watch", "https://b.example/"]).output().unwrap();
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && problem.contains("rayback watch"), "{problem}");
}
