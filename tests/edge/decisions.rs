use rayback_testkit::edge::{CODES, Edge, Fault, KINDS, Limits, START_HOST, Scheme};

use crate::client::{SCHEMES, open};

const HOST: &str = "shop.example.test";

async fn opened(fault: Fault) -> crate::client::Response {
    let edge = Edge::start(Limits::REAL).await.unwrap();
    edge.fault(HOST, fault);
    open(&edge, Scheme::Https, HOST, "/").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_says_how_long_to_wait() {
    let page = opened(Fault::Edge(1015)).await;
    assert_eq!(page.status, 429);
    assert_eq!(page.header("retry-after"), "30");
    assert!(page.body.contains("You are being rate limited | shop.example.test | Cloudflare"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unresolvable_origin_is_1016_with_status_530() {
    let page = opened(Fault::Edge(1016)).await;
    assert_eq!(page.status, 530);
    assert!(page.body.contains("<span>1016</span>"));
    assert_eq!(page.header("retry-after"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnected_tunnel_is_1033_with_status_530_and_retryable() {
    let page = opened(Fault::Edge(1033)).await;
    assert_eq!(page.status, 530);
    assert_eq!(page.header("retry-after"), "120");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_names_the_denying_site() {
    let page = opened(Fault::Edge(1020)).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Access denied | shop.example.test used Cloudflare"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_worker_is_1101_in_the_older_markup() {
    let page = opened(Fault::Edge(1101)).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains(r#"<span class="cf-error-code">1101</span>"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_page_has_no_code() {
    let page = opened(Fault::Blocks).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains(r#"data-translate="block_headline""#));
    assert!(!page.body.contains("cf-error-code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_has_the_mitigated_header() {
    let page = opened(Fault::Challenges).await;
    assert_eq!(page.status, 403);
    assert_eq!(page.header("cf-mitigated"), "challenge");
    assert!(page.body.contains("window._cf_chl_opt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edges_own_502_is_plain() {
    let page = opened(Fault::Unbranded(502)).await;
    assert_eq!(page.status, 502);
    assert!(page.body.contains("<hr><center>cloudflare</center>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imitation_bypasses_the_edge() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::Imitation);
    let page = open(&edge, Scheme::Https, HOST, "/").await;
    assert_eq!((page.status, page.header("server")), (200, "nginx"));
    assert_eq!(page.header("cf-ray"), "");
    let trace = open(&edge, Scheme::Https, HOST, "/cdn-cgi/trace").await;
    assert_eq!(trace.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_is_served_while_the_origin_is_down() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.fault(HOST, Fault::Refuses);
    for (scheme, word) in SCHEMES.into_iter().zip(["http", "https"]) {
        let trace = open(&edge, scheme, HOST, "/cdn-cgi/trace").await;
        assert_eq!(trace.status, 200);
        let lines: Vec<_> = trace.body.lines().collect();
        assert!(lines.contains(&"colo=FRA"));
        assert!(lines.contains(&"h=shop.example.test"));
        assert!(lines.contains(&format!("visit_scheme={word}").as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_of_a_code_has_its_status_and_is_rate_limited() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let mut statuses = Vec::new();
    for code in CODES {
        let path = format!("/cdn-cgi/error/{}", code.code);
        let page = open(&edge, Scheme::Http, HOST, &path).await;
        if page.status == 429 && code.status != 429 {
            break;
        }
        assert_eq!(page.status, code.status, "{}", code.code);
        statuses.push(page.status);
    }
    assert!(statuses.len() < CODES.len(), "the previews are not rate-limited");
    let unknown = open(&edge, Scheme::Http, HOST, "/cdn-cgi/error/999").await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_name_cannot_smuggle_markup_into_a_page() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    let host = "<b>bold</b>.example.test";
    edge.fault(host, Fault::Refuses);
    let page = open(&edge, Scheme::Http, host, "/").await;
    assert!(!page.body.contains("<b>bold</b>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_lists_every_kind_of_failure() {
    let edge = Edge::start(Limits::SHORT).await.unwrap();
    edge.break_all();
    let page = open(&edge, Scheme::Http, START_HOST, "/").await;
    for kind in KINDS {
        assert!(page.body.contains(&format!("http://{}.example.test/", kind.slug)));
        assert_eq!(Fault::from_slug(kind.slug), Some(kind.fault));
    }
}
