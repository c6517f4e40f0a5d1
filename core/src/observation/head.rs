//! Parses raw HTTP response heads (status line and headers) as printed by curl, proxies and scanners.

use crate::observation::Headers;

/// The head of an HTTP response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status, 100 to 999, if the text started with a status line.
    pub status: Option<u16>,
    /// The headers, in order.
    pub headers: Headers,
}

impl Head {
    /// Parses a status line, if there is one, and the headers after it, up to the first empty line.
    ///
    /// The status line may be complete (`HTTP/2 522`) or bare (`522`, `403 Forbidden`). Of several heads in a row, as
    /// printed by `curl --location --include`, the last is used. A line that's neither a status nor a header is
    /// skipped, so any text gives a head, though it may be empty.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (first, _) = line(text);
        let is_head = status(first).is_some() || header(first).is_some();
        if is_head { Self::read(text).0 } else { Self::default() }
    }

    /// Parses the head as [`Self::parse`] does, and returns the text after it.
    ///
    /// `None` if the text doesn't start with a head: its first line is neither a status line nor a header, or a head
    /// without a status line contains something other than headers, as a log does (`ERROR: 522 …`).
    #[must_use]
    pub fn split(text: &str) -> Option<(Self, &str)> {
        let (first, _) = line(text);
        let is_head = status(first).is_some()
            || text.lines().take_while(|line| !line.trim_end().is_empty()).all(|line| header(line).is_some());
        (is_head && !first.is_empty()).then(|| Self::read(text))
    }

    fn read(text: &str) -> (Self, &str) {
        let mut head = Self { status: None, headers: Headers::default() };
        let mut pairs = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (current, after) = line(rest);
            rest = after;
            if current.is_empty() {
                // The head of a redirect or proxy is followed by the one that counts.
                if !line(rest).0.starts_with("HTTP/") {
                    break;
                }
            } else if let Some(status) = status(current) {
                head.status = Some(status);
                pairs.clear();
            } else if let Some((name, value)) = header(current) {
                pairs.push((name, value));
            }
        }
        head.headers = pairs.into_iter().collect();
        (head, rest)
    }
}

/// Returns the first line, without its end, and the text after it.
fn line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim_end_matches('\r'), rest)
}

/// Parses the status from `HTTP/1.1 522 reason`, `522` or `403 Forbidden`.
fn status(line: &str) -> Option<u16> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    let number = if first.starts_with("HTTP/") { words.next()? } else { first };
    match number.parse() {
        Ok(status @ 100..=999) if number.len() == 3 => Some(status),
        _ => None,
    }
}

/// Parses the name and value of `Name: value`; a name is a token (RFC 9110 §5.6.2).
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let token =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    // "http://…" is a URL, not a header.
    (token && !value.starts_with("//")).then_some((name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_and_bare_status_lines_are_equivalent() {
        for first in ["HTTP/2 522", "HTTP/1.1 522 Connection timed out", "522", "522 \r"] {
            let head = Head::parse(&format!("{first}\ncf-ray: a23c92d51bc8a952-DTW\r\n"));
            assert_eq!(head.status, Some(522), "{first}");
            assert_eq!(head.headers.get("CF-Ray"), Some("a23c92d51bc8a952-DTW"));
        }
    }

    #[test]
    fn headers_without_a_status_line_are_a_head() {
        assert_eq!(Head::parse("server: cloudflare").headers.get("server"), Some("cloudflare"));
    }

    #[test]
    fn the_head_after_a_redirect_counts() {
        let text = "HTTP/1.1 302 Found\r\nlocation: /x\r\n\r\nHTTP/1.1 521\r\nserver: cloudflare\r\n\r\n<html>";
        let (head, body) = Head::split(text).unwrap();
        assert_eq!((head.status, head.headers.get("location"), body), (Some(521), None, "<html>"));
    }

    #[test]
    fn a_page_isnt_a_head() {
        let log = "shop.errors.Failed: 429: Error 526\nRay ID is below";
        assert_eq!(Head::split(log), None);
        for page in ["<!DOCTYPE html>\n<title>a: b</title>", "error code: 522", "https://a.example/", ""] {
            assert_eq!(Head::split(page), None, "{page}");
        }
    }
}
