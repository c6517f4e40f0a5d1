//! A proxy: `CONNECT` for both kinds of page, or SOCKS5. Its own failures are never blamed on the site.
//!
//! SOCKS5 is written out here, because the maintained crates for it either need an asynchronous runtime or open the
//! connection themselves, without a time limit.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use percent_encoding::percent_decode_str;
use rayback_core::doctor::HandshakeFailure;

use crate::network::tcp;
use crate::network::tls::{Client, Connection};

/// A proxy.
pub(super) struct Proxy {
    kind: Kind,
    host: String,
    port: u16,
    credentials: Option<Credentials>,
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Http,
    Https,
    Socks5,
}

/// A user name and a password. They're never shown: there's no `Debug`.
struct Credentials {
    user: String,
    password: String,
}

/// Why a proxy couldn't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// No connection.
    Unreachable,
    /// No answer to the request for a tunnel.
    Silent,
    /// It closed the connection instead.
    Closed,
    /// It asks for a user name and a password, or rejects the ones it got.
    Credentials,
    /// It refused the tunnel with this status.
    Status(u16),
    /// It refused the tunnel with this SOCKS5 reply.
    Reply(u8),
    /// Its answer isn't that of a proxy of this kind.
    NotAProxy,
    /// It's an HTTPS proxy without TLS, or its certificate isn't valid.
    Tls,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Http, Self::Https, Self::Socks5];

    const fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Http => &["http"],
            Self::Https => &["https"],
            // The proxy always resolves names, which is what `socks5h` means.
            Self::Socks5 => &["socks5", "socks5h"],
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 3128,
            Self::Https => 443,
            Self::Socks5 => 1080,
        }
    }
}

impl Proxy {
    /// Reads `http://user:password@host:port`, or the same with `https` or `socks5`. `whose` names it in errors, which never
    /// show the address itself, as it may contain a password.
    ///
    /// Without credentials in the address, those in the environment variable of that name are used.
    ///
    /// # Errors
    ///
    /// If it isn't the address of a proxy, or the credentials can't be used.
    pub(super) fn parse(text: &str, whose: &str, variable: &str) -> Result<Self> {
        let example =
            "give one such as http://proxy.example:3128, https://proxy.example or socks5://proxy.example:1080";
        let Some((scheme, rest)) = text.split_once("://") else {
            bail!("{whose} is not the address of a proxy; {example}")
        };
        let scheme = scheme.to_ascii_lowercase();
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.schemes().contains(&scheme.as_str())) else {
            bail!("{whose} is not an HTTP, HTTPS or SOCKS5 proxy; {example}");
        };
        let rest = rest.trim_end_matches('/');
        let (credentials, authority) = match rest.rsplit_once('@') {
            Some((credentials, authority)) => (Some(credentials), authority),
            None => (None, rest),
        };
        let (host, port) = match authority.strip_prefix('[').and_then(|it| it.split_once(']')) {
            Some((host, "")) => (host, Ok(kind.port())),
            Some((host, port)) => (host, port.strip_prefix(':').unwrap_or_default().parse()),
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, port.parse()),
                None => (authority, Ok(kind.port())),
            },
        };
        let fine = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
        let (true, Ok(port)) = (fine, port) else { bail!("{whose} has no valid host and port; {example}") };
        let credentials = match credentials {
            Some(text) => Some(Credentials::parse(text, whose, true)?),
            None => match std::env::var(variable) {
                Ok(text) => Some(Credentials::parse(&text, variable, false)?),
                Err(_) => None,
            },
        };
        Ok(Self { kind, host: host.to_owned(), port, credentials })
    }

    /// Its address, for messages.
    pub(super) fn at(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Opens a connection through it.
    pub(super) fn connect(
        &self,
        client: &Client,
        host: &str,
        port: u16,
        limit: Duration,
    ) -> Result<Connection, Problem> {
        let start = Instant::now();
        let addresses = (self.host.as_str(), self.port).to_socket_addrs().map_err(|_| Problem::Unreachable)?;
        let stream =
            addresses.take(4).find_map(|address| tcp::connect(address, limit).1).ok_or(Problem::Unreachable)?;
        let mut connection = Connection::Plain(stream);
        if self.kind == Kind::Https {
            let (handshake, stream) =
                client.handshake(connection, &self.host, true, limit).map_err(|failure| match failure {
                    HandshakeFailure::Silent => Problem::Silent,
                    HandshakeFailure::Closed => Problem::Closed,
                    _ => Problem::Tls,
                })?;
            if !handshake.certificate.is_valid() {
                return Err(Problem::Tls);
            }
            connection = Connection::Tls(Box::new(stream));
        }
        connection.set_limit(limit).map_err(|_| Problem::Closed)?;
        let mut tunnel = Tunnel { connection, start, limit };
        match self.kind {
            Kind::Http | Kind::Https => self.http(&mut tunnel, host, port)?,
            Kind::Socks5 => self.socks5(&mut tunnel, host, port)?,
        }
        Ok(tunnel.connection)
    }

    /// `CONNECT`, RFC 9110 §9.3.6.
    fn http(&self, tunnel: &mut Tunnel, host: &str, port: u16) -> Result<(), Problem> {
        let credentials = self.credentials.as_ref().map(|it| {
            let pair = format!("{}:{}", it.user, it.password);
            format!("Proxy-Authorization: Basic {}\r\n", base64(pair.as_bytes()))
        });
        let credentials = credentials.unwrap_or_default();
        let host = super::bracketed(host);
        tunnel
            .send(format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{credentials}\r\n").as_bytes())?;
        // Byte by byte: what follows the head belongs to the site.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(tunnel.read::<1>()?);
            let is_http = head.iter().zip(b"HTTP/").all(|(read, wanted)| read == wanted);
            if !is_http || head.len() > 16_384 {
                return Err(Problem::NotAProxy);
            }
        }
        let mut slots = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Response::new(&mut slots);
        match parsed.parse(&head).ok().and(parsed.code) {
            Some(200..=299) => Ok(()),
            Some(407) => Err(Problem::Credentials),
            Some(status) => Err(Problem::Status(status)),
            None => Err(Problem::NotAProxy),
        }
    }

    /// RFC 1928, with the user name and password of RFC 1929.
    fn socks5(&self, tunnel: &mut Tunnel, host: &str, port: u16) -> Result<(), Problem> {
        const NONE: u8 = 0;
        const PASSWORD: u8 = 2;
        let short = |text: &str| u8::try_from(text.len()).map_err(|_| Problem::Credentials);
        tunnel.send(if self.credentials.is_some() { &[5, 2, NONE, PASSWORD] } else { &[5, 1, NONE] })?;
        match (tunnel.read()?, &self.credentials) {
            ([5, NONE], _) => {}
            ([5, PASSWORD], Some(Credentials { user, password })) => {
                let parts: [&[u8]; 5] =
                    [&[1], &[short(user)?], user.as_bytes(), &[short(password)?], password.as_bytes()];
                tunnel.send(&parts.concat())?;
                let [_, status] = tunnel.read()?;
                if status != 0 {
                    return Err(Problem::Credentials);
                }
            }
            ([5, _], _) => return Err(Problem::Credentials),
            _ => return Err(Problem::NotAProxy),
        }
        let address = match host.parse() {
            Ok(IpAddr::V4(address)) => [&[1][..], &address.octets()].concat(),
            Ok(IpAddr::V6(address)) => [&[4][..], &address.octets()].concat(),
            Err(_) => [&[3, short(host).map_err(|_| Problem::NotAProxy)?][..], host.as_bytes()].concat(),
        };
        tunnel.send(&[&[5, 1, 0][..], &address, &port.to_be_bytes()].concat())?;
        let [version, reply, _, kind] = tunnel.read()?;
        match (version, reply) {
            (5, 0) => {}
            (5, reply) => return Err(Problem::Reply(reply)),
            _ => return Err(Problem::NotAProxy),
        }
        // The address that the proxy connects from, and its port.
        let more = match kind {
            1 => 4,
            4 => 16,
            3 => usize::from(tunnel.read::<1>()?[0]),
            _ => return Err(Problem::NotAProxy),
        };
        for _ in 0..more + 2 {
            tunnel.read::<1>()?;
        }
        Ok(())
    }
}

/// A connection to a proxy, on the way to the site.
struct Tunnel {
    connection: Connection,
    start: Instant,
    limit: Duration,
}

impl Tunnel {
    fn send(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.connection.write_all(bytes).and_then(|()| self.connection.flush()).map_err(|error| problem(&error))
    }

    fn read<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        // A proxy that sends a byte now and then must not hold the command forever.
        if self.start.elapsed() > self.limit * 2 {
            return Err(Problem::Silent);
        }
        let mut bytes = [0; N];
        self.connection.read_exact(&mut bytes).map_err(|error| problem(&error))?;
        Ok(bytes)
    }
}

fn problem(error: &Error) -> Problem {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Problem::Silent,
        _ => Problem::Closed,
    }
}

impl Credentials {
    fn parse(text: &str, whose: &str, is_encoded: bool) -> Result<Self> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let decoded = |part: &str| {
            if !is_encoded {
                return part.to_owned();
            }
            percent_decode_str(part).decode_utf8_lossy().into_owned()
        };
        let [user, password] = [user, password].map(decoded);
        // What SOCKS5 and HTTP can carry.
        let fine = |text: &str| text.len() <= 255 && !text.chars().any(char::is_control);
        ensure!(
            !user.is_empty() && fine(&user) && fine(&password),
            "the credentials of {whose} can't be used; give them as user:password, of at most 255 bytes each"
        );
        Ok(Self { user, password })
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

    fn parse(text: &str) -> Result<Proxy> {
        Proxy::parse(text, "--via eu", "RAYBACK_NO_SUCH_VARIABLE")
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn proxies_are_read_as_curl_reads_them() {
        for (text, kind, at) in [
            ("http://a:b@proxy.example:8080", Kind::Http, "proxy.example:8080"),
            ("HTTPS://proxy.example/", Kind::Https, "proxy.example:443"),
            ("socks5://[2001:db8::1]", Kind::Socks5, "[2001:db8::1]:1080"),
            ("socks5h://[::1]:9", Kind::Socks5, "[::1]:9"),
        ] {
            let proxy = parse(text).unwrap();
            assert_eq!((proxy.kind, proxy.at().as_str()), (kind, at), "{text}");
        }
        let credentials = parse("http://us%40er:p%3Aa@ss@proxy.example").unwrap().credentials.unwrap();
        assert_eq!((credentials.user.as_str(), credentials.password.as_str()), ("us@er", "p:a@ss"));
    }

    #[test]
    fn an_error_names_the_proxy_and_never_shows_its_address() {
        for text in [
            "proxy.example",
            "ftp://user:secret@proxy.example",
            "http://user:secret",
            "http://user:secret@",
            "http://user:secret@proxy.example:x",
            "http://user:secret@pro xy.example",
            "http://:secret@proxy.example",
            "http://user:secret%0d%0aX: y@proxy.example",
            "http://[::1",
            "socks5://user:secret@[::1]9",
        ] {
            let error = parse(text).err().map_or_else(|| panic!("{text} was read"), |error| error.to_string());
            assert!(error.contains("--via eu") && !error.contains("secret"), "{text}: {error}");
        }
    }
}
