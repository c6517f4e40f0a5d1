//! An HTTP proxy: `CONNECT`, for both kinds of page. Its own failures are never the site's.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::network::tcp;

/// A proxy.
pub(super) struct Proxy {
    host: String,
    port: u16,
    /// `user:password`; never shown.
    credentials: Option<String>,
}

/// Why a proxy couldn't be used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
    /// No connection.
    Unreachable,
    /// No answer to the request for a tunnel.
    Silent,
    /// It refused the tunnel with this status.
    Status(u16),
    /// Its answer isn't HTTP.
    NotHttp,
}

impl Proxy {
    /// Reads `http://user:password@host:port`.
    ///
    /// # Errors
    ///
    /// If it isn't the address of an HTTP proxy.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let Some(rest) = text.strip_prefix("http://") else {
            bail!("--via takes an HTTP proxy for now: http://proxy.example:3128");
        };
        let rest = rest.trim_end_matches('/');
        let (credentials, authority) = match rest.rsplit_once('@') {
            Some((credentials, authority)) => (Some(credentials.to_owned()), authority),
            None => (None, rest),
        };
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "3128"));
        let (false, Ok(port)) = (host.is_empty(), port.parse()) else {
            bail!("--via is not the address of a proxy; give one such as http://proxy.example:3128");
        };
        let credentials = credentials.or_else(|| std::env::var("RAYBACK_PROXY_CREDENTIALS").ok());
        Ok(Self { host: host.to_owned(), port, credentials })
    }

    /// Its address, for messages.
    pub(super) fn at(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Opens a connection through it.
    pub(super) fn connect(&self, host: &str, port: u16, limit: Duration) -> Result<TcpStream, Problem> {
        let addresses = (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| Problem::Unreachable)?;
        let mut stream =
            addresses.take(4).find_map(|address| tcp::connect(address, limit).1).ok_or(Problem::Unreachable)?;
        self.tunnel(&mut stream, host, port, limit)?;
        Ok(stream)
    }

    fn tunnel(&self, stream: &mut TcpStream, host: &str, port: u16, limit: Duration) -> Result<(), Problem> {
        let silent = |_: std::io::Error| Problem::Silent;
        stream.set_read_timeout(Some(limit)).map_err(silent)?;
        let credentials =
            self.credentials.as_ref().map(|it| format!("Proxy-Authorization: Basic {}\r\n", base64(it.as_bytes())));
        let request =
            format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{}\r\n", credentials.unwrap_or_default());
        stream.write_all(request.as_bytes()).map_err(silent)?;
        // Byte by byte: what follows the head belongs to the site.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).map_err(silent)? == 0 || head.len() > 16_384 {
                return Err(Problem::Silent);
            }
            head.extend(byte);
        }
        let mut slots = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Response::new(&mut slots);
        match parsed.parse(&head).ok().and(parsed.code) {
            Some(200..=299) => Ok(()),
            Some(status) => Err(Problem::Status(status)),
            None => Err(Problem::NotHttp),
        }
    }
}

/// RFC 4648 §4, for the one header that needs it.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0; 2]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            let symbol = ALPHABET.get(bits >> (18 - 6 * place) & 63).copied().unwrap_or(b'=');
            text.push(if place > chunk.len() { '=' } else { char::from(symbol) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn only_http_proxies_are_taken() {
        assert!(Proxy::parse("http://a:b@proxy.example:3128").is_ok());
        for text in ["socks5://a:1", "proxy.example", "http://", "http://a:x"] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
    }
}
