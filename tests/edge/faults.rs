use std::time::{Duration, Instant};

use rayback_testkit::edge::{Edge, Fault, Limits, Scheme};

use crate::client::{BROWSER, SCHEMES, ask, open};

const HOST: &str = "shop.example.test";

/// Requests a broken host in every form concurrently, over each scheme.
async fn shows_in_every_form(fault: Fault, code: u16, title: &str) {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, fault);
    for scheme in SCHEMES {
        let accept = |accept| {
            let edge = &edge;
            async move {
                let headers = [("accept", accept), ("user-agent", BROWSER)];
                ask(edge, scheme, HOST, "/", &headers).await
            }
        };
        let (page, problem, json, markdown, plain) = tokio::join!(
            open(&edge, scheme, HOST, "/"),
            accept("text/html;q=0.9, application/problem+json"),
            accept("application/json"),
            accept("text/markdown"),
            ask(&edge, scheme, HOST, "/", &[("user-agent", "curl/8.5.0"), ("accept", "*/*")]),
        );
        for response in [&page, &problem, &json, &markdown, &plain] {
            assert_eq!(response.status, code);
            assert_eq!(response.header("server"), "cloudflare");
            let (ray, data_centre) = response.header("cf-ray").split_once('-').unwrap();
            assert_eq!((ray.len(), data_centre), (16, "FRA"));
        }

        assert!(page.body.contains(&format!("<title>{HOST} | {code}: {title}</title>")));
        assert!(page.body.contains(&format!(r#"<span class="code-label">Error code {code}</span>"#)));
        let ray = page.header("cf-ray").split('-').next().unwrap();
        let shown = format!(r#"<strong class="font-semibold">{ray}</strong>"#);
        assert!(page.body.contains(&shown), "page and header have different Ray IDs");

        assert!(problem.header("content-type").starts_with("application/problem+json"));
        assert!(json.header("content-type").starts_with("application/json"));
        for response in [&problem, &json] {
            let members = response.json();
            assert_eq!(members["error_code"], code);
            assert_eq!(members["cloudflare_error"], true);
            assert_eq!(members["zone"], HOST);
            let retry_after = members["retry_after"].as_u64();
            assert_eq!(members["retryable"], retry_after.is_some());
            let header = response.header("retry-after").parse().ok();
            assert_eq!(header, retry_after, "header and body have different waits");
        }

        assert!(markdown.body.starts_with(&format!("---\nstatus: {code}\n")));
        assert!(markdown.body.contains(&format!("# Error {code}: {title}")));
        assert_eq!(plain.body, format!("error code: {code}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_521_in_every_form() {
    shows_in_every_form(Fault::Refuses, 521, "Web server is down").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_connection_is_522_in_every_form() {
    shows_in_every_form(Fault::NeverAnswers, 522, "Connection timed out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_origin_is_524_in_every_form() {
    shows_in_every_form(Fault::Silent, 524, "A timeout occurred").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_handshake_is_525_in_every_form() {
    shows_in_every_form(Fault::BreaksTls, 525, "SSL handshake failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_is_526_in_every_form() {
    shows_in_every_form(Fault::WrongCertificate, 526, "Invalid SSL certificate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_is_not_http_is_520_in_every_form() {
    let title = "Web server is returning an unknown error";
    shows_in_every_form(Fault::Garbage, 520, title).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_origins_own_502_and_504_are_replaced_in_every_form() {
    shows_in_every_form(Fault::OwnError(502), 502, "Bad gateway").await;
    shows_in_every_form(Fault::OwnError(504), 504, "Gateway time-out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_origin_error_passes_through_unchanged() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    for status in [404, 500, 503] {
        edge.fault(HOST, Fault::OwnError(status));
        for scheme in SCHEMES {
            let response = open(&edge, scheme, HOST, "/").await;
            assert_eq!(response.status, status);
            assert!(response.body.contains("written by the site's own server"));
            assert_eq!(response.header("cf-cache-status"), "DYNAMIC");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_522_takes_as_long_as_the_connect_timeout() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::NeverAnswers);
    let start = Instant::now();
    assert_eq!(open(&edge, Scheme::Http, HOST, "/").await.status, 522);
    assert!(start.elapsed() >= Limits::SHORT.connect, "the edge responded before its timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_waits_for_a_slow_origin_up_to_the_limit() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::AnswersAfter(Duration::from_millis(300)));
    assert_eq!(open(&edge, Scheme::Http, HOST, "/").await.status, 200);
    edge.fault(HOST, Fault::AnswersAfter(Duration::from_secs(3)));
    assert_eq!(open(&edge, Scheme::Http, HOST, "/").await.status, 524);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repaired_host_responds_immediately() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::NeverAnswers);
    assert_eq!(open(&edge, Scheme::Https, HOST, "/").await.status, 522);
    edge.heal(HOST);
    let page = open(&edge, Scheme::Https, HOST, "/cart").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("shop.example.test is up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_host_does_not_affect_others() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::Refuses);
    assert_eq!(open(&edge, Scheme::Http, "other.example.test", "/").await.status, 200);
}
