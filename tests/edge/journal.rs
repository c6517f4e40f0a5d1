use std::time::Duration;

use rayback_testkit::edge::{Edge, Limits, Purpose, Query, Scheme};

use crate::client::{ask, open};

const HOST: &str = "shop.example.test";

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_records_every_request() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    open(&edge, Scheme::Https, HOST, "/cart?token=secret").await;
    let probe = [("accept", "text/html;q=0.9, application/problem+json")];
    ask(&edge, Scheme::Http, HOST, "/", &probe).await;
    open(&edge, Scheme::Http, "other.example.test", "/").await;

    let requests = edge.requests(HOST);
    let recorded: Vec<_> = requests
        .iter()
        .map(|request| (request.scheme, request.path.as_str(), request.query, request.purpose()))
        .collect();
    let expected = [
        (Scheme::Https, "/cart", Query::Present, Purpose::Navigation),
        (Scheme::Http, "/", Query::Absent, Purpose::Probe),
    ];
    assert_eq!(recorded, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_request_can_be_awaited() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let mut arrivals = edge.arrivals(HOST);
    let next = arrivals.next(Duration::from_secs(5), |request| request.path == "/second");
    let (next, ()) = tokio::join!(next, async {
        open(&edge, Scheme::Http, HOST, "/first").await;
        open(&edge, Scheme::Http, HOST, "/second").await;
    });
    assert_eq!(next.unwrap().path, "/second");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_missing_request_fails_with_a_message() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let error = edge.arrivals(HOST).next(Duration::ZERO, |_| true).await.unwrap_err();
    assert!(error.to_string().contains(HOST), "{error}");
}
