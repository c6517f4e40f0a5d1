//! Messages of programs that name a status: `Request failed with status code 522`, `HTTP Error 522`, or a line of an
//! access log.
//!
//! Only statuses that hardly any other service uses are read. Any other status could come from anyone.

use crate::classify::edge;
use crate::code::Code;

/// The words before a status. Names of exceptions end in one of them: `HTTPError: 522`.
const LABELS: &[&str] =
    &["http", "status", "code", "error", "err", "response", "returned", "failed", "failure", "success", "of"];
/// The words in lower case that may follow a status. Before any other word, the number is a count.
const FOLLOWERS: &[&str] = &["for", "from", "while", "when", "on", "at"];
/// Words that a message about a request contains.
const CONTEXT: &[&str] = &["http", "status", "url", "server"];
/// Protocols that have their own codes.
const OTHERS: &[&str] = &["smtp", "ftp", "sql"];

/// Returns the status that a message names, if it's one that only Cloudflare uses.
pub(super) fn status(text: &str) -> Option<Code> {
    let lower = text.to_ascii_lowercase();
    let mentions = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if !mentions(CONTEXT) || mentions(OTHERS) {
        return None;
    }
    edge::unshared_statuses().filter_map(Code::of_status).find(|code| {
        let digits = code.number().to_string();
        lower.match_indices(&digits).any(|(at, _)| {
            let before = lower.get(..at).unwrap_or_default();
            let after = text.get(at + digits.len()..).unwrap_or_default();
            is_labelled(before) && is_ended(after)
        })
    })
}

/// Whether a text ends in a label or a protocol's version: `status code `, `HTTP/1.1" `, `code E`.
fn is_labelled(before: &str) -> bool {
    if before.ends_with(" e") {
        return true; // npm's codes
    }
    let words = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let version = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    words.len() < before.len() && (LABELS.iter().any(|label| words.ends_with(label)) || version.ends_with("http/"))
}

/// Whether the number ends here and is a status: it isn't part of a word, and it isn't a count.
fn is_ended(after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default();
    if line.starts_with(|c: char| c.is_alphanumeric()) {
        return false;
    }
    let rest = line.trim_start();
    let word = rest.get(..rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())).unwrap_or_default();
    let is_next_field = rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(['=', ':']));
    is_next_field || !word.starts_with(|c: char| c.is_ascii_lowercase()) || FOLLOWERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_clients_servers_and_monitors_name_a_status() {
        for text in [
            "requests.exceptions.HTTPError: 522 Server Error: <none> for url: https://shop.example/api",
            "urllib.error.HTTPError: HTTP Error 522: Origin Connection Time-out",
            "aiohttp.client_exceptions.ClientResponseError: 522, message='', url='https://shop.example/'",
            "httpx.HTTPStatusError: Server error '522 <none>' for url 'https://shop.example/'",
            "AxiosError: Request failed with status code 522\n    at settle (axios.cjs:2019:12)",
            "java.io.IOException: Server returned HTTP response code: 522 for URL: https://shop.example/x.jar",
            "unexpected status code: 522",
            "received unexpected HTTP status: 522 ",
            "fatal: unable to access 'https://git.shop.example/': The requested URL returned error: 522",
            "HTTP request sent, awaiting response... 522 \n2026-10-03 01:28:44 ERROR 522: (no description).",
            "System.Net.Http.HttpRequestException: Response status code does not indicate success: 522 (x).",
            "npm ERR! code E522\nnpm ERR! 522 - GET https://registry.shop.example/left-pad",
            "ERROR: HTTP error 522 while getting https://shop.example/x.whl",
            "203.0.113.7 - - [03/Oct/2026:01:28:05 +0000] \"GET / HTTP/1.1\" 522 7081 \"-\" \"x\"",
            "Failed to load resource: the server responded with a status of 522 ()",
            "Monitor is DOWN: shop.example\n\nReason: HTTP 522 - Connection Timed Out",
            "curl: (22) The requested URL returned error: 522",
            "System.Net.WebException: The remote server returned an error: (522) Origin Connection Time-out.",
            "level=warn msg=\"upstream error\" status=522 host=shop.example duration=19.2s",
            "Status Code\n522\nRemote Address\n104.16.0.1:443",
        ] {
            assert_eq!(status(text), "522".parse().ok(), "{text}");
        }
    }

    #[test]
    fn other_numbers_arent_statuses() {
        for text in [
            "Status: 522 items synced",
            "There were 522 visitors on https://shop.example today",
            "\"GET / HTTP/1.1\" 200 522 \"-\" \"x\"",
            "GET https://shop.example/ 200 522ms",
            "https connection to 127.0.0.1:522",
            "SMTP error 522 5.2.2 mailbox full, see https://shop.example",
            "HTTP Error 500: Internal Server Error",
            "Request failed with status code 404",
            "status code 5220",
        ] {
            assert_eq!(status(text), None, "{text}");
        }
    }
}
