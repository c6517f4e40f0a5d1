//! One request to an edge, as a browser makes it.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::upstreams::peer::HttpPeer;
use rayback_core::classify::{Examination, examine};
use rayback_core::observation::{Headers, Observation};

/// Where an edge is reached.
pub struct Place {
    host: String,
    address: SocketAddr,
    tls: bool,
    connector: Connector,
}

/// What an edge answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl Place {
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

    /// An edge at an address, in the clear.
    #[must_use]
    pub fn plain(host: &str, address: SocketAddr) -> Self {
        Self { host: host.to_owned(), address, tls: false, connector: Connector::new(None) }
    }

    /// Asks for a path in a form.
    ///
    /// # Errors
    ///
    /// If no whole answer comes.
    pub async fn ask(&self, path: &str, accept: &str) -> Result<Answer> {
        let place = || format!("cannot read {path} of {} at {}", self.host, self.address);
        let peer = HttpPeer::new(self.address, self.tls, self.host.clone());
        let mut request = RequestHeader::build("GET", path.as_bytes(), None)?;
        request.insert_header("host", &self.host)?;
        request.insert_header("accept", accept)?;
        request.insert_header("user-agent", "Mozilla/5.0 (compatible; Rayback live check)")?;
        request.insert_header("connection", "close")?;
        let (mut session, _) = self.connector.get_http_session(&peer).await.with_context(place)?;
        session.write_request_header(Box::new(request)).await.with_context(place)?;
        session.finish_request_body().await.with_context(place)?;
        session.read_response_header().await.with_context(place)?;
        let head = session.response_header().with_context(place)?.as_owned_parts();
        let mut body = Vec::new();
        while let Some(part) = session.read_response_body().await.with_context(place)? {
            body.extend_from_slice(&part);
        }
        let headers =
            head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        Ok(Answer { status: head.status.as_u16(), headers, body })
    }
}

impl Answer {
    /// What the classifier makes of it.
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
