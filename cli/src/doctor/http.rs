//! Measures the origin's answers, and what visitors get through Cloudflare.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rayback_core::catalog::limit::WRITE_TIME;
use rayback_core::classify::classify;
use rayback_core::diagnosis::Kind;
use rayback_core::doctor::{Answer, Context, Exchange, HeaderProbe, ProxiedAnswer};
use rayback_core::observation::Observation;

use crate::network::http::{Request, Response, exchange, redirects_to_itself, value};
use crate::network::tcp::{self, millis};
use crate::network::tls::{Client, Connection};

/// The requests to send, and where.
pub(super) struct Plan<'a> {
    pub(super) client: &'a Client,
    pub(super) to: SocketAddr,
    pub(super) tls: bool,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) context: &'a Context,
    pub(super) requests: u8,
    /// Whether to send a large body.
    pub(super) upload: bool,
}

impl Plan<'_> {
    /// The headers that Cloudflare adds if the visitor uses HTTPS. A server may redirect only the other visitors.
    ///
    /// Source: "Cloudflare HTTP headers" in Cloudflare's documentation.
    const OVER_HTTPS: &'static str = "X-Forwarded-Proto: https\r\nCF-Visitor: {\"scheme\":\"https\"}\r\n";
    /// The size of the body that is tried, in bytes.
    const UPLOAD: usize = 1024 * 1024;
    /// The sizes of cookies that are tried, in bytes, the smallest first.
    const COOKIES: [usize; 3] = [4_000, 8_000, 16_000];

    fn open(&self) -> Option<Connection> {
        open(
            self.client,
            self.to,
            self.tls,
            self.host,
            Duration::from_millis(self.context.limits.connect_ms),
            Duration::from_millis(self.context.limits.acknowledge_ms),
        )
    }

    fn ask(&self, connection: &mut Connection, headers: &str) -> Response {
        let request = Request { host: self.host, path: self.path, headers: headers.to_owned(), ..Request::default() };
        exchange(connection, &request, Duration::from_millis(self.context.limits.first_byte_ms))
    }

    pub(super) fn measure(&self) -> Exchange {
        let mut done = Exchange {
            to: self.to,
            tls: self.tls,
            answers: Vec::new(),
            redirect: None,
            keep_alive: None,
            header_probes: Vec::new(),
            upload: None,
        };
        let Some(mut connection) = self.open() else {
            // Tries again, to tell a single failed connection from a limit on connections. Only twice, because each
            // attempt may take the whole time limit.
            let more = (1..self.requests.min(3)).map(|_| match self.open() {
                Some(mut connection) => self.ask(&mut connection, "").answer,
                None => Answer::NoConnection,
            });
            done.answers = std::iter::once(Answer::NoConnection).chain(more).collect();
            return done;
        };
        let first = self.ask(&mut connection, "");
        let says_close = value(&first.headers, "connection").is_some_and(|it| it.eq_ignore_ascii_case("close"));
        let status = status(&first.answer);
        done.answers.push(first.answer.clone());
        // Each further attempt would make a slow server do all the work again.
        if matches!(first.answer, Answer::Silent { .. }) {
            return done;
        }
        if is_redirect(&first.answer)
            && let Some(mut connection) = self.open()
        {
            let second = self.ask(&mut connection, Self::OVER_HTTPS);
            let target = value(&second.headers, "location").filter(|_| is_redirect(&second.answer));
            done.redirect = target.map(|target| target.chars().take(2_000).collect());
        }
        if first.reusable {
            let again = self.ask(&mut connection, "");
            done.keep_alive = Some(matches!(again.answer, Answer::Response { .. }));
        } else if says_close {
            done.keep_alive = Some(false);
        }
        for _ in 1..self.requests {
            let answer = match self.open() {
                Some(mut connection) => self.ask(&mut connection, "").answer,
                None => Answer::NoConnection,
            };
            let silent = matches!(answer, Answer::Silent { .. });
            done.answers.push(answer);
            if silent {
                return done;
            }
        }
        // If the status varies anyway, it doesn't depend on the size of the headers.
        if status.is_some() && done.answers.iter().all(|answer| self::status(answer) == status) {
            for bytes in Self::COOKIES {
                let Some(mut connection) = self.open() else { break };
                // A name that no application reads.
                let cookie = format!("Cookie: rayback-size-probe={}\r\n", "x".repeat(bytes));
                let answer = self.ask(&mut connection, &cookie).answer;
                // The same answer as to the small request, or at least not one that rejects the size.
                let got = self::status(&answer);
                let accepted = got == status || got.is_some_and(|it| !matches!(it, 400 | 413 | 431 | 494 | 500..));
                done.header_probes.push(HeaderProbe { bytes, accepted });
                if !accepted {
                    break;
                }
            }
        }
        if status.is_some()
            && self.upload
            && let Some(mut connection) = self.open()
        {
            let body = "x".repeat(Self::UPLOAD);
            let limit = Duration::from_millis(self.context.limits.first_byte_ms).min(WRITE_TIME);
            let request = Request { host: self.host, path: self.path, body: &body, ..Request::default() };
            done.upload = Some(exchange(&mut connection, &request, limit).answer);
        }
        done
    }
}

fn status(answer: &Answer) -> Option<u16> {
    match answer {
        Answer::Response { status, .. } => Some(*status),
        _ => None,
    }
}

const fn is_redirect(answer: &Answer) -> bool {
    matches!(answer, Answer::Response { status: 300..=399, .. })
}

fn open(
    client: &Client,
    to: SocketAddr,
    tls: bool,
    host: &str,
    connect: Duration,
    handshake: Duration,
) -> Option<Connection> {
    let stream = tcp::connect(to, connect).1?;
    if tls {
        let (_, stream) = client.handshake(stream, host, true, handshake).ok()?;
        Some(Connection::Tls(Box::new(stream)))
    } else {
        Some(Connection::Plain(stream))
    }
}

/// Asks Cloudflare for the page, as a visitor's request would.
pub(super) fn through(client: &Client, edge: SocketAddr, host: &str, path: &str, limit: Duration) -> ProxiedAnswer {
    let start = Instant::now();
    let nothing =
        |took_ms| ProxiedAnswer { code: None, status: None, refused_us: false, redirects_to_itself: false, took_ms };
    let ask = |headers| {
        let mut connection = open(client, edge, true, host, Duration::from_secs(20), Duration::from_secs(20))?;
        Some(exchange(&mut connection, &Request { host, path, headers, ..Request::default() }, limit))
    };
    let Some(response) = ask(String::new()) else { return nothing(millis(start)) };
    let took_ms = millis(start);
    let redirects_to_itself = redirects_to_itself(&format!("https://{host}{path}"), &response, ask);
    let Answer::Response { status, .. } = response.answer else { return nothing(took_ms) };
    let observation = Observation {
        url: None,
        status: Some(status),
        headers: Some(response.headers.into_iter().collect()),
        body: response.body.into(),
    };
    let found = classify(&observation);
    let kind = found.as_ref().map(|diagnosis| diagnosis.kind);
    let refused_us = matches!(
        kind,
        Some(Kind::Challenge | Kind::Block | Kind::Access | Kind::WaitingRoom | Kind::PaidCrawl | Kind::Gateway)
    );
    let code = found.filter(|it| it.kind == Kind::Error).and_then(|diagnosis| diagnosis.code);
    ProxiedAnswer { code, status: Some(status), refused_us, redirects_to_itself, took_ms }
}
