//! The live check, against an edge whose answers are known.

use std::time::Duration;

use rayback_core::observation::Headers;
use rayback_testkit::edge::{Edge, Limits};
use rayback_testkit::live::{Answer, End, Form, Place, Plan, differences, read};

#[tokio::test]
async fn an_unchanged_edge_shows_no_difference() {
    let edge = Edge::start(Limits::REAL).await.unwrap();
    let place = Place::plain("shop.example.test", edge.http());
    let plan = Plan { codes: vec![520, 522, 525, 1016, 1101], wait: Duration::ZERO };
    let mut seen = Vec::new();
    let end = read(&place, &plan, |difference| seen.push(difference.to_string())).await.unwrap();
    assert_eq!(end, End::Complete);
    assert_eq!(seen, Vec::<String>::new());
}

#[tokio::test]
async fn reading_stops_at_the_first_429() {
    let edge = Edge::start(Limits::REAL).await.unwrap();
    let place = Place::plain("shop.example.test", edge.http());
    let end = read(&place, &Plan::from(0, Duration::ZERO), |_| {}).await.unwrap();
    assert!(matches!(end, End::Limited { .. }), "{end:?}");
}

#[test]
fn changes_of_an_edge_are_reported() {
    let headers: Headers =
        [("server", "cloudflare"), ("cf-ray", "9f140b785e57c458-FRA"), ("retry-after", "7")].into_iter().collect();
    let body = br#"{"title":"Error 522: Slow","error_code":521,"cloudflare_error":true,"mood":"bad"}"#.to_vec();
    let told = differences(522, Form::ProblemJson, &Answer { status: 504, headers, body }).join("\n");
    for part in [
        "answers 504",
        "says 7 s",
        "read as Some(521)",
        "\"mood\" is new",
        "\"zone\" is gone",
        "says \"Error 522: Slow\"",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}
