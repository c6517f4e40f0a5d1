use super::*;
use crate::url::PageUrl;

fn origin(url: &str) -> Origin {
    PageUrl::parse(url).unwrap().origin().clone()
}

fn measurement(results: &serde_json::Value) -> Vec<u8> {
    serde_json::json!({"id": "x", "type": "http", "status": "finished", "results": results}).to_string().into_bytes()
}

fn result(status: u16, body: &str) -> serde_json::Value {
    serde_json::json!({
        "probe": {"continent": "EU", "country": "DE", "city": "Falkenstein", "network": "Hetzner Online",
                  "latitude": 50.47, "longitude": 12.36},
        "result": {"status": "finished", "statusCode": status, "headers": {"cf-ray": "230b030023ae2822-FRA", "server": "cloudflare"},
                   "rawBody": body, "timings": {"total": 812.4}}})
}

fn finished(answer: &[u8]) -> SecondLook {
    match polled(200, None, answer) {
        Polled::Finished(look) => look,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_path_is_never_sent() {
    let request = create(&origin("https://shop.example/secret?token=1"));
    let body = request.body().unwrap();
    assert!(body.contains("\"target\":\"shop.example\"") && body.contains("\"path\":\"/\""));
    assert!(!body.contains("secret") && !body.contains("token"));
}

#[test]
fn the_sites_scheme_and_port_are_kept() {
    let body = create(&origin("http://shop.example:8080/")).body().unwrap().to_owned();
    assert!(body.contains("\"protocol\":\"HTTP\"") && body.contains("\"port\":8080"));
}

#[test]
fn each_probe_gives_its_data_centre_and_time() {
    let look = finished(&measurement(&serde_json::json!([result(200, "<html>hello</html>")])));
    let view = &look.views[0];
    assert_eq!((view.data_centre, view.took_ms), (Iata::parse("FRA"), Some(812)));
    assert_eq!(view.position, Some((5047, 1236)));
    assert_eq!(view.seen, Seen::Works { status: 200 });
}

#[test]
fn a_refusal_is_evidence_about_the_edge_only() {
    let look = finished(&measurement(&serde_json::json!([result(403, ""), result(429, "")])));
    assert!(look.views.iter().all(|view| matches!(view.seen, Seen::EdgeOnly { .. })));
    assert_eq!(look.summary(), Summary::Unclear);
}

#[test]
fn a_site_is_down_only_if_two_places_agree_and_none_sees_it_work() {
    let of = |statuses: &[u16]| {
        let results: Vec<_> = statuses.iter().map(|status| result(*status, "")).collect();
        finished(&measurement(&serde_json::json!(results))).summary()
    };
    assert_eq!(of(&[522, 522, 403]), Summary::FailsEverywhere);
    assert_eq!(of(&[522]), Summary::Unclear);
    assert_eq!(of(&[522, 200]), Summary::Mixed);
    assert_eq!(of(&[200, 301, 404]), Summary::WorksElsewhere);
    assert_eq!(of(&[]), Summary::Unclear);
}

#[test]
fn a_failed_or_absent_probe_is_neither_failure_nor_success() {
    let mut failed = result(200, "");
    failed["result"] = serde_json::json!({"status": "failed", "rawOutput": "timed out"});
    let mut gone = result(200, "");
    gone["result"] = serde_json::json!({"status": "offline"});
    let look = finished(&measurement(&serde_json::json!([failed, gone, 7, null, {"probe": {}}])));
    assert_eq!(look.views.iter().map(|view| view.seen).collect::<Vec<_>>(), [Seen::NoAnswer, Seen::ProbeGone]);
    assert_eq!(look.summary(), Summary::Unclear);
}

#[test]
fn the_limit_is_reported_with_its_wait() {
    let limited = Some(Duration::from_mins(30));
    assert_eq!(created(429, Some("1800"), b""), Created::Limited { retry_after: limited });
    assert_eq!(polled(429, Some("soon"), b""), Polled::Limited { retry_after: None });
}

#[test]
fn only_a_valid_id_can_be_polled() {
    assert_eq!(
        created(202, None, br#"{"id":"nzGzfAGL7sZfUs3c","probesCount":6}"#),
        Created::UnderWay { id: "nzGzfAGL7sZfUs3c".to_owned() }
    );
    assert_eq!(created(202, None, br#"{"id":"../../x"}"#), Created::Malformed);
    assert_eq!(
        created(422, None, br#"{"error":{"message":"no suitable probes"}}"#),
        Created::Refused { reason: "no suitable probes".to_owned() }
    );
    for body in ["", "<html>", "[]", "null"] {
        assert_eq!(created(202, None, body.as_bytes()), Created::Malformed);
        assert_eq!(polled(200, None, body.as_bytes()), Polled::Malformed);
    }
    assert_eq!(polled(200, None, br#"{"status":"in-progress","results":[]}"#), Polled::UnderWay);
}
