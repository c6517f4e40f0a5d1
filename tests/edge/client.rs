//! A minimal client: sends exactly the given request and returns the response.

use std::net::SocketAddr;
use std::sync::LazyLock;

use http::HeaderMap;
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::upstreams::peer::HttpPeer;
use rayback_testkit::edge::{Edge, Scheme};

/// The `Accept` that both browsers send for a document, shortened.
pub(crate) const DOCUMENT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
pub(crate) const SCHEMES: [Scheme; 2] = [Scheme::Http, Scheme::Https];

/// A complete response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }
}

/// Requests `path` on `host` as a browser does when it opens a page.
pub(crate) async fn open(edge: &Edge, scheme: Scheme, host: &str, path: &str) -> Response {
    ask(edge, scheme, host, path, &[("accept", DOCUMENT), ("user-agent", BROWSER)]).await
}

pub(crate) async fn ask(
    edge: &Edge,
    scheme: Scheme,
    host: &str,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Response {
    let request = Request { method: "GET", host, path, headers, body: None };
    // Boxed: a Pingora exchange is a large future, and tests run many at once.
    Box::pin(exchange(edge, scheme, request)).await
}

/// Sends core's request to an outside service.
pub(crate) async fn carry_out(edge: &Edge, request: &rayback_core::outside::services::Request) -> Response {
    let address = request.url().strip_prefix("https://").unwrap();
    let (host, path) = address.find('/').map_or((address, "/"), |slash| address.split_at(slash));
    let headers = request.headers();
    let request = Request { method: request.method(), host, path, headers, body: request.body() };
    Box::pin(exchange(edge, Scheme::Https, request)).await
}

struct Request<'a> {
    method: &'a str,
    host: &'a str,
    path: &'a str,
    headers: &'a [(&'static str, &'a str)],
    body: Option<&'a str>,
}

async fn exchange(edge: &Edge, scheme: Scheme, request: Request<'_>) -> Response {
    static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| Connector::new(None));
    let Request { method, host, path, headers, body } = request;
    let mut peer = match scheme {
        Scheme::Http => peer(edge.http(), false),
        Scheme::Https => peer(edge.https(), true),
    };
    peer.options.verify_cert = false;
    // A kept-alive connection would belong to the runtime of the test that opened it.
    let mut request = RequestHeader::build(method, path.as_bytes(), None).unwrap();
    request.insert_header("host", host).unwrap();
    request.insert_header("connection", "close").unwrap();
    for (name, value) in headers {
        request.insert_header(*name, *value).unwrap();
    }
    if let Some(body) = body {
        request.insert_header("content-length", body.len()).unwrap();
    }

    let (mut session, _) = CONNECTOR.get_http_session(&peer).await.unwrap();
    session.write_request_header(Box::new(request)).await.unwrap();
    if let Some(body) = body {
        session.write_request_body(body.as_bytes().to_vec().into(), true).await.unwrap();
    }
    session.finish_request_body().await.unwrap();
    session.read_response_header().await.unwrap();
    let header = session.response_header().unwrap().as_owned_parts();
    let mut response = Vec::new();
    while let Some(part) = session.read_response_body().await.unwrap() {
        response.extend_from_slice(&part);
    }
    Response { status: header.status.as_u16(), headers: header.headers, body: String::from_utf8(response).unwrap() }
}

fn peer(address: SocketAddr, tls: bool) -> HttpPeer {
    HttpPeer::new(address, tls, "shop.example.test".into())
}
