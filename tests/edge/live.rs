//! The live check, against an edge with known responses.

use std::time::Duration;

use rayback_core::observation::Headers;
use rayback_testkit::edge::{Edge, Limits};
use rayback_testkit::live::{End, Form, LiveEdge, Plan, Response, differences, read};

#[tokio::test]
async fn an_unchanged_edge_shows_no_difference() {
    let edge = Edge::start(Limits::REAL).await.unwrap();
    let live_edge = LiveEdge::plain("shop.example.test", edge.http());
    let plan = Plan { codes: vec![520, 522, 525, 1016, 1101], wait: Duration::ZERO };
    let mut seen = Vec::new();
    let end = read(&live_edge, &plan, |difference| seen.push(difference.to_string())).await.unwrap();
    assert_eq!(end, End::Complete);
    assert_eq!(seen, Vec::<String>::new());
}

#[tokio::test]
async fn reading_stops_at_the_first_429() {
    let edge = Edge::start(Limits::REAL).await.unwrap();
    let live_edge = LiveEdge::plain("shop.example.test", edge.http());
    let end = read(&live_edge, &Plan::from(0, Duration::ZERO), |_| {}).await.unwrap();
    assert!(matches!(end, End::Limited { .. }), "{end:?}");
}

#[test]
fn an_edges_changes_are_reported() {
    let headers: Headers =
        [("server", "cloudflare"), ("cf-ray", "9f140b785e57c458-FRA"), ("retry-after", "7")].into_iter().collect();
    let body = br#"{"title":"Error 522: Slow","error_code":521,"cloudflare_error":true,"mood":"bad"}"#.to_vec();
    let reported = differences(522, Form::ProblemJson, &Response { status: 504, headers, body }).join("\n");
    for part in [
        "responds with 504",
        "says 7 s",
        "read as Some(521)",
        "\"mood\" is new",
        "\"zone\" is gone",
        "the edge's is \"Error 522: Slow\"",
    ] {
        assert!(reported.contains(part), "{part} is not in {reported}");
    }
}
