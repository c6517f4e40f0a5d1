use std::time::{Duration, Instant};

use rayback_testkit::edge::{Edge, Limits, Scheme};
use rayback_testkit::outside::{Behaviour, Impact, Incident, Service};

use crate::client::{Response, ask};

const STATUS_PAGE: &str = "www.cloudflarestatus.com";

async fn get(edge: &Edge, host: &str, path: &str) -> Response {
    ask(edge, Scheme::Https, host, path, &[("accept", "application/json")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_page_has_its_real_size_and_starts_without_incidents() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let summary = get(&edge, STATUS_PAGE, "/api/v2/summary.json").await.json();
    assert_eq!(summary["status"]["indicator"], "none");
    let components = summary["components"].as_array().unwrap();
    assert!((450..500).contains(&components.len()), "{} components", components.len());
    let groups: Vec<_> = components.iter().filter(|one| one["group"] == true).collect();
    assert_eq!(groups.len(), 8);
    for component in components.iter().filter(|one| one["group"] == false) {
        assert!(groups.iter().any(|group| group["id"] == component["group_id"]), "{component}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rerouted_data_centre_alone_makes_the_indicator_minor() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.outside().status_page(|page| page.data_centre("FRA", "partial_outage"));
    let summary = get(&edge, STATUS_PAGE, "/api/v2/summary.json").await.json();
    assert_eq!(summary["status"]["indicator"], "minor");
    let frankfurt = "Frankfurt, Germany - (FRA)";
    let components = summary["components"].as_array().unwrap();
    let frankfurt = components.iter().find(|component| component["name"] == frankfurt).unwrap();
    assert_eq!(frankfurt["status"], "partial_outage");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_incident_is_listed_with_its_latest_update() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.outside().status_page(|page| {
        page.incidents.push(Incident::old("Increased 522s", Impact::Major, &["CDN/Cache"]));
    });
    let incidents = get(&edge, STATUS_PAGE, "/api/v2/incidents/unresolved.json").await.json();
    assert_eq!(incidents["incidents"][0]["impact"], "major");
    assert_eq!(incidents["incidents"][0]["incident_updates"][0]["body"], "We are investigating.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_status_page_is_not_sent_twice() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let first = get(&edge, STATUS_PAGE, "/api/v2/status.json").await;
    let again = [("if-none-match", first.header("etag"))];
    let second = ask(&edge, Scheme::Https, STATUS_PAGE, "/api/v2/status.json", &again).await;
    assert_eq!((second.status, second.body.as_str()), (304, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_misbehaves_as_configured() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let path = "/api/v2/summary.json";
    let with = async |behaviour| {
        edge.outside().behave(Service::StatusPage, behaviour);
        get(&edge, STATUS_PAGE, path).await
    };
    assert_eq!(with(Behaviour::Fails).await.status, 500);
    assert_eq!(with(Behaviour::Limits).await.header("retry-after"), "30");
    assert!(with(Behaviour::Html).await.body.starts_with("<!doctype html>"));
    assert!(with(Behaviour::Huge).await.body.len() > 10_000_000);
    let start = Instant::now();
    let delay = Duration::from_millis(400);
    assert_eq!(with(Behaviour::Slow(delay)).await.status, 200);
    assert!(start.elapsed() >= delay);
}

#[tokio::test(flavor = "multi_thread")]
async fn dns_requires_the_exact_accept_header() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let path = "/dns-query?name=shop.example.test&type=AAAA";
    let exact = [("accept", "application/dns-json")];
    let response = ask(&edge, Scheme::Https, "cloudflare-dns.com", path, &exact).await.json();
    assert_eq!((&response["Status"], &response["Answer"][0]["type"]), (&0.into(), &28.into()));
    let refused = get(&edge, "cloudflare-dns.com", path).await;
    assert_eq!(refused.status, 400);

    edge.outside().resolves("gone.example.test", &[]);
    let gone = get(&edge, "dns.google", "/resolve?name=gone.example.test").await.json();
    assert_eq!(gone["Status"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_copy_is_offered_or_not() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let path = "/wayback/available?url=https%3A%2F%2Fshop.example.test%2F";
    let copy = get(&edge, "archive.org", path).await.json();
    let url = copy["archived_snapshots"]["closest"]["url"].as_str().unwrap();
    assert!(url.ends_with("/https://shop.example.test/"), "{url}");

    edge.outside().archived(None);
    let none = get(&edge, "archive.org", path).await.json();
    assert_eq!(none["archived_snapshots"], serde_json::json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn cloudflares_ranges_are_listed_one_per_line() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    assert_eq!(get(&edge, "www.cloudflare.com", "/ips-v4").await.body.lines().count(), 15);
    assert_eq!(get(&edge, "www.cloudflare.com", "/ips-v6").await.body.lines().count(), 7);
}
