//! Sends core's requests to outside services, over TLS and only if the service's certificate is valid.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use rayback_core::outside::services;

use super::http::{Request, Response, exchange};
use super::tcp;
use super::tls::{Client, Connection};

/// Access to the outside services.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'a> {
    pub(crate) client: &'a Client,
    /// The address of all services, for tests; by default, each is at its own.
    pub(crate) at: Option<SocketAddr>,
}

impl Outside<'_> {
    /// Sends a request; `None` if there's no connection, or the service's certificate isn't valid.
    pub(crate) fn ask(&self, request: &services::Request, limit: Duration) -> Option<Response> {
        self.ask_with(request, "", limit)
    }

    /// The same with more header lines, each ending in CRLF: credentials, which core never sees.
    pub(crate) fn ask_with(&self, request: &services::Request, more: &str, limit: Duration) -> Option<Response> {
        let (host, path) = request.url().strip_prefix("https://")?.split_once('/')?;
        let address = match self.at {
            Some(at) => at,
            None => (host, 443).to_socket_addrs().ok()?.next()?,
        };
        let stream = tcp::connect(address, limit).1?;
        let (handshake, stream) = self.client.handshake(stream, host, true, limit).ok()?;
        if !handshake.certificate.is_valid() {
            return None;
        }
        let mut headers = more.to_owned();
        for (name, value) in request.headers() {
            headers.extend([name, ": ", value, "\r\n"]);
        }
        let (method, body) = (request.method(), request.body().unwrap_or_default());
        let request = Request { method, host, path: &format!("/{path}"), headers, body };
        Some(exchange(&mut Connection::Tls(Box::new(stream)), &request, limit))
    }
}
