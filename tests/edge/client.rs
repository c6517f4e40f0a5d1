//! A client without manners of its own: it sends what it is told and shows what came back.

use std::net::SocketAddr;
use std::sync::LazyLock;

use http::HeaderMap;
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::upstreams::peer::HttpPeer;
use rayback_testkit::edge::{Edge, Scheme};

/// What both browsers send for a document, shortened.
pub(crate) const DOCUMENT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
pub(crate) const SCHEMES: [Scheme; 2] = [Scheme::Http, Scheme::Https];

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why} in {}", self.body))
    }
}

/// Asks for `path` on `host` as a browser does that opens a page.
pub(crate) async fn open(edge: &Edge, scheme: Scheme, host: &str, path: &str) -> Answer {
    ask(edge, scheme, host, path, &[("accept", DOCUMENT), ("user-agent", BROWSER)]).await
}

pub(crate) async fn ask(
    edge: &Edge,
    scheme: Scheme,
    host: &str,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Answer {
    let question = Question { method: "GET", host, path, headers, body: None };
    // Boxed: an exchange of Pingora's is large, and tests hold many at once.
    Box::pin(exchange(edge, scheme, question)).await
}

/// Carries out what core asks of a service outside.
pub(crate) async fn carry_out(edge: &Edge, request: &rayback_core::outside::services::Request) -> Answer {
    let place = request.url().strip_prefix("https://").unwrap();
    let (host, path) = place.find('/').map_or((place, "/"), |slash| place.split_at(slash));
    let headers = request.headers();
    let question = Question { method: request.method(), host, path, headers, body: request.body() };
    Box::pin(exchange(edge, Scheme::Https, question)).await
}

struct Question<'a> {
    method: &'a str,
    host: &'a str,
    path: &'a str,
    headers: &'a [(&'static str, &'a str)],
    body: Option<&'a str>,
}

async fn exchange(edge: &Edge, scheme: Scheme, question: Question<'_>) -> Answer {
    static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| Connector::new(None));
    let Question { method, host, path, headers, body } = question;
    let mut peer = match scheme {
        Scheme::Http => peer(edge.http(), false),
        Scheme::Https => peer(edge.https(), true),
    };
    peer.options.verify_cert = false;
    // A kept connection would belong to the runtime of the test that opened it.
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
    let mut answer = Vec::new();
    while let Some(part) = session.read_response_body().await.unwrap() {
        answer.extend_from_slice(&part);
    }
    Answer { status: header.status.as_u16(), headers: header.headers, body: String::from_utf8(answer).unwrap() }
}

fn peer(address: SocketAddr, tls: bool) -> HttpPeer {
    HttpPeer::new(address, tls, "shop.example.test".into())
}
