//! A single request to an edge, sent as a browser would.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::upstreams::peer::HttpPeer;
use rayback_core::classify::{Examination, examine};
use rayback_core::observation::{Headers, Observation};

/// The host and address of an edge.
pub struct LiveEdge {
    host: String,
    address: SocketAddr,
    tls: bool,
    connector: Connector,
}

/// An edge's response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl LiveEdge {
    /// The edge in front of a public host, over HTTPS.
    ///
    /// # Errors
    ///
    /// If the host has no address.
    pub async fn public(host: &str) -> Result<Self> {
        let mut addresses = tokio::net::lookup_host((host, 443))
            .await
            .with_context(|| format!("cannot resolve {host}; name a host of your own behind Cloudflare"))?;
        let address = addresses.next().with_context(|| format!("{host} has no address"))?;
        Ok(Self { host: host.to_owned(), address, tls: true, connector: Connector::new(None) })
    }

    /// An edge at an address, over plain HTTP.
    #[must_use]
    pub fn plain(host: &str, address: SocketAddr) -> Self {
        Self { host: host.to_owned(), address, tls: false, connector: Connector::new(None) }
    }

    /// Requests a path with this `Accept` value.
    ///
    /// # Errors
    ///
    /// If no complete response arrives.
    pub async fn ask(&self, path: &str, accept: &str) -> Result<Response> {
        let failure = || format!("cannot read {path} of {} at {}", self.host, self.address);
        let peer = HttpPeer::new(self.address, self.tls, self.host.clone());
        let mut request = RequestHeader::build("GET", path.as_bytes(), None)?;
        request.insert_header("host", &self.host)?;
        request.insert_header("accept", accept)?;
        request.insert_header("user-agent", "Mozilla/5.0 (compatible; Rayback live check)")?;
        request.insert_header("connection", "close")?;
        let (mut session, _) = self.connector.get_http_session(&peer).await.with_context(failure)?;
        session.write_request_header(Box::new(request)).await.with_context(failure)?;
        session.finish_request_body().await.with_context(failure)?;
        session.read_response_header().await.with_context(failure)?;
        let head = session.response_header().with_context(failure)?.as_owned_parts();
        let mut body = Vec::new();
        while let Some(part) = session.read_response_body().await.with_context(failure)? {
            body.extend_from_slice(&part);
        }
        let headers =
            head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        Ok(Response { status: head.status.as_u16(), headers, body })
    }
}

impl Response {
    /// Runs the classifier on the response.
    #[must_use]
    pub fn examine(&self) -> Examination {
        examine(&Observation {
            url: None,
            status: Some(self.status),
            headers: Some(self.headers.clone()),
            body: self.body.as_slice().into(),
        })
    }

    /// Whether it shows this code.
    #[must_use]
    pub fn is_about(&self, code: u16) -> bool {
        matches!(self.examine(), Examination::Cloudflare(found) if found.code.is_some_and(|shown| shown.number() == code))
    }
}
