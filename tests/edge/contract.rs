//! Core's requests to outside services, sent to doubles that use the documented formats, and core's parsing of the
//! responses: success, error, slow, rate-limited, malformed, huge.

use std::time::Duration;

use rayback_core::data_centre::Iata;
use rayback_core::outside::archive;
use rayback_core::outside::dns::{self, LookupOutcome, Placement, RecordType, Resolver};
use rayback_core::outside::ranges::{self, Ranges};
use rayback_core::outside::second_look::{self, Created, Polled, Summary};
use rayback_core::outside::status_page::{CentreState, StatusPage, StatusPageError};
use rayback_core::outside::trace::{self, Trace};
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_testkit::edge::{Edge, Limits, Scheme};
use rayback_testkit::outside::{Behaviour, Service, Vantage};

use crate::client::{Response, ask, carry_out};

/// The ways in which every service can misbehave. Slowness isn't one: the shell limits the time.
const MISBEHAVIOURS: [Behaviour; 4] = [Behaviour::Fails, Behaviour::Limits, Behaviour::Html, Behaviour::Huge];

fn shop() -> PageUrl {
    PageUrl::parse("https://shop.example.test/basket?session=secret").unwrap()
}

fn retry_after(response: &Response) -> Option<&str> {
    Some(response.header("retry-after")).filter(|value| !value.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_page_is_read_at_full_size() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.outside().status_page(|page| page.data_centre("FRA", "partial_outage"));
    let page = StatusPage::parse(carry_out(&edge, &StatusPage::request()).await.body.as_bytes()).unwrap();
    let centres = page.centres.as_ref().unwrap();
    assert!(centres.len() > 300, "{} data centres", centres.len());
    assert_eq!(page.centre(Iata::parse("FRA").unwrap()).unwrap().state, CentreState::Rerouted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misbehaving_status_page_is_unknown_and_a_slow_one_is_read() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    for wrong in MISBEHAVIOURS {
        edge.outside().behave(Service::StatusPage, wrong);
        let response = carry_out(&edge, &StatusPage::request()).await;
        let read = StatusPage::parse(response.body.as_bytes());
        assert!(read.is_err(), "{wrong:?}");
        assert!(wrong != Behaviour::Huge || matches!(read, Err(StatusPageError::TooLarge)));
    }
    edge.outside().behave(Service::StatusPage, Behaviour::Slow(Duration::from_millis(300)));
    let response = carry_out(&edge, &StatusPage::request()).await;
    assert!(StatusPage::parse(response.body.as_bytes()).is_ok());
}

async fn measure(edge: &Edge) -> second_look::SecondLook {
    let ordered = carry_out(edge, &second_look::create(shop().origin())).await;
    let Created::UnderWay { id } = second_look::created(ordered.status, None, ordered.body.as_bytes()) else {
        panic!("{}", ordered.body)
    };
    loop {
        let response = carry_out(edge, &second_look::poll(&id).unwrap()).await;
        match second_look::polled(response.status, None, response.body.as_bytes()) {
            Polled::UnderWay => tokio::time::sleep(second_look::POLL_EVERY).await,
            Polled::Finished(found) => return found,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_is_requested_polled_and_parsed() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let found = measure(&edge).await;
    assert_eq!(found.summary(), Summary::FailsEverywhere);
    assert!(found.views.iter().any(|view| view.data_centre == Iata::parse("NRT")));

    let vantage = |status| Vantage { continent: "EU", country: "DE", city: "Falkenstein", status, data_centre: "FRA" };
    edge.outside().seen_from(vec![vantage(Some(200)), vantage(Some(403)), vantage(None), vantage(Some(301))]);
    assert_eq!(measure(&edge).await.summary(), Summary::WorksElsewhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limited_second_look_says_when_to_retry_and_a_malformed_one_does_not() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    for wrong in MISBEHAVIOURS {
        edge.outside().behave(Service::Globalping, wrong);
        let response = carry_out(&edge, &second_look::create(shop().origin())).await;
        let created = second_look::created(response.status, retry_after(&response), response.body.as_bytes());
        let polled = second_look::polled(response.status, retry_after(&response), response.body.as_bytes());
        if wrong == Behaviour::Limits {
            let wait = Some(Duration::from_secs(30));
            assert_eq!(created, Created::Limited { retry_after: wait });
            assert_eq!(polled, Polled::Limited { retry_after: wait });
        } else {
            assert_eq!((created, polled), (Created::Malformed, Polled::Malformed), "{wrong:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_resolvers_get_the_request_they_expect() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.outside().resolves("gone.example.test", &[]);
    edge.outside().resolves("direct.example.test", &["192.0.2.7".parse().unwrap()]);
    for resolver in [Resolver::Cloudflare, Resolver::Google] {
        let lookup = async |host: &str, records| {
            let response = carry_out(&edge, &dns::request(resolver, host, records).unwrap()).await;
            dns::parse(response.body.as_bytes()).unwrap()
        };
        let ranges = Ranges::embedded();
        for records in [RecordType::A, RecordType::Aaaa] {
            assert_eq!(lookup("shop.example.test", records).await.placement(&ranges), Placement::Cloudflare);
        }
        assert_eq!(lookup("direct.example.test", RecordType::A).await.placement(&ranges), Placement::Elsewhere);
        assert_eq!(lookup("direct.example.test", RecordType::Aaaa).await.placement(&ranges), Placement::NoAddress);
        assert_eq!(lookup("gone.example.test", RecordType::A).await.outcome, LookupOutcome::NoSuchName);
    }
    for wrong in MISBEHAVIOURS {
        edge.outside().behave(Service::GoogleDns, wrong);
        let request = dns::request(Resolver::Google, "shop.example.test", RecordType::A).unwrap();
        assert!(dns::parse(carry_out(&edge, &request).await.body.as_bytes()).is_err(), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_archived_copy_is_linked_over_https_without_the_query() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let ask = async || archive::parse(carry_out(&edge, &archive::request(&shop())).await.body.as_bytes());
    let copy = ask().await.unwrap().unwrap();
    assert_eq!(copy.url, "https://web.archive.org/web/20261030081522/https://shop.example.test/basket");
    assert_eq!(copy.at, Timestamp::parse("2026-10-30T08:15:22Z"));
    edge.outside().archived(None);
    assert_eq!(ask().await.unwrap(), None);
    for wrong in MISBEHAVIOURS {
        edge.outside().behave(Service::Wayback, wrong);
        assert!(ask().await.is_err(), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_and_text_ranges_equal_the_embedded_ones() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let day = "2026-08-18";
    let response = carry_out(&edge, &ranges::request()).await;
    assert_eq!(Ranges::parse(response.body.as_bytes(), day).unwrap(), Ranges::embedded());
    let mut text = String::new();
    for path in ["/ips-v4", "/ips-v6"] {
        text += &ask(&edge, Scheme::Https, "www.cloudflare.com", path, &[]).await.body;
        text.push('\n');
    }
    assert_eq!(Ranges::parse_text(&text, day).unwrap(), Ranges::embedded());
    for wrong in MISBEHAVIOURS {
        edge.outside().behave(Service::Ranges, wrong);
        let response = carry_out(&edge, &ranges::request()).await;
        assert!(Ranges::parse(response.body.as_bytes(), day).is_err(), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_of_a_failing_host_serves_the_trace() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let response = carry_out(&edge, &trace::request(shop().origin())).await;
    let headers = response.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let Trace::Edge { data_centre } = Trace::read(response.status, &headers.collect(), response.body.as_bytes()) else {
        panic!("{}", response.body)
    };
    assert!(data_centre.is_some());
}
