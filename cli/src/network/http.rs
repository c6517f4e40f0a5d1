//! One HTTP/1.1 exchange, read byte by byte as the server sent it.
//!
//! A client library would reject a malformed answer without saying how far it got, and hide the sizes of headers.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use rayback_core::catalog::limit::HEADERS_BYTES;
use rayback_core::doctor::Answer;
use url::Url;

use super::tcp::millis;
use super::tls::Connection;

/// The most that is read of a body, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// A request; a GET without a body unless said otherwise.
pub(crate) struct Request<'a> {
    /// The method.
    pub(crate) method: &'a str,
    /// The value of `Host`.
    pub(crate) host: &'a str,
    /// The path with its query.
    pub(crate) path: &'a str,
    /// More header lines, each ending in CRLF. They replace the usual ones of the same name.
    pub(crate) headers: String,
    /// The body.
    pub(crate) body: &'a str,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self { method: "GET", host: "", path: "/", headers: String::new(), body: "" }
    }
}

/// What came back.
pub(crate) struct Response {
    /// How it's classified.
    pub(crate) answer: Answer,
    /// Its headers; none if it can't be read.
    pub(crate) headers: Vec<(String, String)>,
    /// Its body's beginning.
    pub(crate) body: Vec<u8>,
    /// Whether the connection can be used again.
    pub(crate) reusable: bool,
}

impl Response {
    fn of(answer: Answer) -> Self {
        Self { answer, headers: Vec::new(), body: Vec::new(), reusable: false }
    }
}

/// Sends a request and reads the answer, waiting at most `limit` for its first byte and for each further one.
pub(crate) fn exchange(connection: &mut Connection, request: &Request<'_>, limit: Duration) -> Response {
    let Request { method, host, path, headers, body } = request;
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let start = Instant::now();
    // The User-Agent is honest, so a site may answer differently than for a browser.
    let agent = concat!("rayback/", env!("CARGO_PKG_VERSION"));
    let mut usual = String::new();
    for (name, value) in [("Host", *host), ("User-Agent", agent), ("Accept-Encoding", "identity")] {
        if !has(headers, name) {
            usual.extend([name, ": ", value, "\r\n"]);
        }
    }
    let text = format!("{method} {path} HTTP/1.1\r\n{usual}{headers}{length}\r\n{body}");
    let sent = connection.set_limit(limit).and_then(|()| connection.write_all(text.as_bytes()));
    // A server may answer and close before it has read everything, as it does for large headers.
    if let Err(error) = sent.and_then(|()| connection.flush())
        && matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
    {
        return Response::of(Answer::Silent { waited_ms: millis(start) });
    }
    let mut read = Vec::new();
    let mut first_byte_ms = 0;
    loop {
        // A server that sends a byte now and then must not hold the command forever.
        if start.elapsed() > limit * 2 {
            return Response::of(Answer::Silent { waited_ms: millis(start) });
        }
        let mut chunk = [0; 16 * 1024];
        let n = match connection.read(&mut chunk) {
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
                return Response::of(Answer::Silent { waited_ms: millis(start) });
            }
            Err(_) if read.is_empty() => return Response::of(Answer::Empty { reset: true }),
            Err(_) => 0,
        };
        if read.is_empty() {
            first_byte_ms = millis(start);
        }
        read.extend(chunk.iter().take(n));
        // Room for as many headers as fit: their size is limited, not their number, and each takes at least four bytes.
        let mut slots = Vec::with_capacity(HEADERS_BYTES / 4);
        let mut head = httparse::Response::new(&mut []);
        let parser = httparse::ParserConfig::default();
        match parser.parse_response_with_uninit_headers(&mut head, &read, slots.spare_capacity_mut()) {
            Ok(httparse::Status::Complete(size)) if size > HEADERS_BYTES => {
                return Response::of(Answer::HeadTooLarge { bytes: size });
            }
            Ok(httparse::Status::Complete(size)) => {
                let status = head.code.unwrap_or_default();
                // "Early Hints" and other interim responses come before the answer.
                if (100..200).contains(&status) && status != 101 {
                    read.drain(..size);
                    continue;
                }
                let headers: Vec<_> = head
                    .headers
                    .iter()
                    .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned()))
                    .collect();
                let persistent = head.version == Some(1);
                let mut body = read.split_off(size);
                let (truncated, framed) = drain(connection, &headers, status, &mut body, start + limit * 2);
                if is_chunked(&headers) {
                    body = joined(&body);
                }
                let closes = value(&headers, "connection").is_some_and(|it| it.eq_ignore_ascii_case("close"));
                let reusable = framed && !closes && !truncated && persistent;
                let from_cloudflare = value(&headers, "cf-ray").is_some();
                let answer = Answer::Response { status, first_byte_ms, head_bytes: size, truncated, from_cloudflare };
                return Response { answer, headers, body, reusable };
            }
            Ok(httparse::Status::Partial) if read.len() > HEADERS_BYTES => {
                return Response::of(Answer::HeadTooLarge { bytes: read.len() });
            }
            Ok(httparse::Status::Partial) if n == 0 && read.is_empty() => {
                return Response::of(Answer::Empty { reset: false });
            }
            Ok(httparse::Status::Partial) if n == 0 => {
                let detail = "the connection was closed in the middle of the headers".to_owned();
                return Response::of(Answer::Malformed { detail });
            }
            Ok(httparse::Status::Partial) => {}
            Err(httparse::Error::TooManyHeaders) => {
                return Response::of(Answer::HeadTooLarge { bytes: read.len() });
            }
            Err(error) => return Response::of(Answer::Malformed { detail: error.to_string() }),
        }
    }
}

/// Whether header lines include this header.
fn has(lines: &str, name: &str) -> bool {
    lines.lines().filter_map(|line| line.split(':').next()).any(|known| known.eq_ignore_ascii_case(name))
}

/// Reads the body; returns whether it was cut off, and whether its end was marked.
fn drain(
    connection: &mut Connection,
    headers: &[(String, String)],
    status: u16,
    body: &mut Vec<u8>,
    deadline: Instant,
) -> (bool, bool) {
    if matches!(status, 204 | 304) {
        return (false, true);
    }
    let chunked = is_chunked(headers);
    let length = value(headers, "content-length").and_then(|it| it.trim().parse::<usize>().ok());
    loop {
        let whole = match length {
            // If both are present, the chunks count: RFC 9112 §6.3.
            _ if chunked => body.ends_with(b"0\r\n\r\n"),
            Some(length) => body.len() >= length,
            None => false,
        };
        if whole {
            return (false, true);
        }
        if body.len() > BODY_LIMIT || Instant::now() > deadline {
            return (false, false);
        }
        let mut chunk = [0; 16 * 1024];
        match connection.read(&mut chunk) {
            Ok(n) if n > 0 => body.extend(chunk.iter().take(n)),
            // A body without a length ends where the connection does.
            _ => return (chunked || length.is_some(), false),
        }
    }
}

fn is_chunked(headers: &[(String, String)]) -> bool {
    value(headers, "transfer-encoding").is_some_and(|it| it.to_ascii_lowercase().contains("chunked"))
}

/// The chunks of a body without their sizes, as far as they can be read.
fn joined(body: &[u8]) -> Vec<u8> {
    let (mut rest, mut whole) = (body, Vec::new());
    while let Ok(httparse::Status::Complete((at, size))) = httparse::parse_chunk_size(rest) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let Some(chunk) = rest.get(at..).filter(|_| size > 0) else { break };
        whole.extend(chunk.iter().take(size));
        // Each chunk ends in CRLF.
        match chunk.get(size.saturating_add(2)..) {
            Some(more) => rest = more,
            None => break,
        }
    }
    whole
}

/// Whether a URL redirects to itself in a loop. `ask` requests it again, with more header lines.
///
/// Some sites redirect once to set a cookie. So the second request sends the cookies of the first response, and only a
/// second redirect is a loop.
pub(crate) fn redirects_to_itself(url: &str, first: &Response, ask: impl FnOnce(String) -> Option<Response>) -> bool {
    repetition(url, first).and_then(ask).is_some_and(|second| repetition(url, &second).is_some())
}

/// The header lines that send a response's cookies back, if it redirects to the URL that was requested.
fn repetition(url: &str, response: &Response) -> Option<String> {
    let Answer::Response { status: 301 | 302 | 303 | 307 | 308, .. } = response.answer else { return None };
    let asked = Url::parse(url).ok()?;
    let mut target = asked.join(value(&response.headers, "location")?).ok()?;
    target.set_fragment(None);
    let set = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let cookies: Vec<_> = set.filter_map(|(_, value)| value.split(';').next()).collect();
    let header = if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
    (asked == target).then_some(header)
}

/// The first value of a header.
pub(crate) fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_as_far_as_they_go() {
        assert_eq!(joined(b"5\r\nerror\r\n6; x=y\r\n code:\r\n0\r\n\r\n"), b"error code:");
        assert_eq!(joined(b"ffffffffffffffff\r\nabc"), b"abc");
        assert_eq!(joined(b"no chunk"), b"");
    }
}
