//! The requests that a page made, as far as its browser lets a script in the page see them.
//!
//! A browser gives the status of a request only to the page's own origin and where the answer allows reading (CORS).
//! Any other request looks the same whether it worked or failed.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::order;
use crate::url::{Origin, PageUrl};

/// A document's report on itself and its requests, from `static/content/requests.js`. The page may have forged it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestReport {
    /// The document's own HTTP status; `None` if the browser doesn't reveal it.
    pub status: Option<u16>,
    /// The requests, oldest first.
    pub requests: Vec<ReportedRequest>,
    /// Whether the browser made more requests than are listed.
    pub is_cut: bool,
}

/// A reported request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ReportedRequest {
    /// Its address, without query and fragment.
    pub url: String,
    /// Its HTTP status; 0 if it can't be read.
    pub status: u16,
}

/// A request that failed, once or several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRequest {
    /// Its address.
    pub url: PageUrl,
    /// Its HTTP status.
    pub status: u16,
    /// How often it failed.
    pub count: u64,
}

/// The requests of a page, checked and counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Those that failed, in order of address.
    pub failed: Vec<FailedRequest>,
    /// The origins with requests whose status can't be read, and how many there are; the most first.
    pub unread: Vec<(Origin, u64)>,
    /// How many requests are known to have worked.
    pub worked: u64,
    /// Whether there are more than are listed here.
    pub is_cut: bool,
}

impl Requests {
    /// The most requests that are read; browsers list 250 unless a page asks for more.
    pub const MOST: usize = 500;
    /// The most failed requests, and the most origins, that are kept.
    pub const MOST_LISTED: usize = 20;

    /// Checks and counts a report. Leaves out addresses that no browser would write, or that aren't on the web.
    #[must_use]
    pub fn read(report: &RequestReport) -> Self {
        let (mut failed, mut unread, mut worked) = (BTreeMap::new(), BTreeMap::new(), 0);
        for request in report.requests.iter().take(Self::MOST) {
            let is_written =
                request.url.len() <= PageUrl::LONGEST_PATH && request.url.bytes().all(|it| it.is_ascii_graphic());
            let Some(url) = PageUrl::parse(&request.url).ok().filter(|_| is_written) else { continue };
            match request.status {
                0 => *unread.entry(url.origin().clone()).or_insert(0_u64) += 1,
                status @ 400..=999 => {
                    let first = (url.to_string(), status);
                    failed.entry(first).or_insert(FailedRequest { url, status, count: 0 }).count += 1;
                }
                _ => worked += 1,
            }
        }
        let mut unread = order::by_number(unread, |(_, number)| -i64::try_from(*number).unwrap_or(i64::MAX));
        let mut failed: Vec<_> = failed.into_values().collect();
        let is_cut =
            report.is_cut || report.requests.len() > Self::MOST || failed.len().max(unread.len()) > Self::MOST_LISTED;
        failed.truncate(Self::MOST_LISTED);
        unread.truncate(Self::MOST_LISTED);
        Self { failed, unread, worked, is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(requests: &[(&str, u16)]) -> Requests {
        let request = |(url, status): &(&str, u16)| ReportedRequest { url: (*url).to_owned(), status: *status };
        Requests::read(&RequestReport { requests: requests.iter().map(request).collect(), ..RequestReport::default() })
    }

    #[test]
    fn failed_requests_are_counted_and_unread_ones_are_grouped_by_host() {
        let found = read(&[
            ("https://shop.example/app.js", 200),
            ("https://shop.example/cart", 522),
            ("https://shop.example/cart", 522),
            ("https://shop.example/logo.png", 304),
            ("https://fonts.example/a.woff2", 0),
            ("https://api.example/1", 0),
            ("https://api.example/2", 0),
        ]);
        let failed: Vec<_> = found.failed.iter().map(|it| (it.url.to_string(), it.status, it.count)).collect();
        assert_eq!(failed, [("https://shop.example/cart".to_owned(), 522, 2)]);
        let unread: Vec<_> = found.unread.iter().map(|(origin, n)| (origin.as_str(), *n)).collect();
        assert_eq!(unread, [("https://api.example", 2), ("https://fonts.example", 1)]);
        assert_eq!((found.worked, found.is_cut), (2, false));
    }

    #[test]
    fn what_no_browser_writes_is_left_out_and_everything_is_bounded() {
        let long = format!("https://shop.example/{}", "a".repeat(3_000));
        let odd =
            ["javascript:alert(1)", "data:text/html,x", "https://shop.example/\u{202e}gpj", "https://a b/", "", &long];
        assert_eq!(read(&odd.map(|url| (url, 500))), Requests::default());
        let many: Vec<_> = (0..2_000).map(|n| format!("https://host-{n}.example/{n}")).collect();
        let found =
            read(&many.iter().map(|url| (url.as_str(), if url.ends_with('7') { 500 } else { 0 })).collect::<Vec<_>>());
        assert_eq!((found.failed.len(), found.unread.len(), found.is_cut), (20, 20, true));
    }

    #[test]
    fn any_shape_is_read_or_refused_without_a_panic() {
        for text in ["{}", r#"{"requests":[{}]}"#, r#"{"requests":[{"url":"x","status":0}],"isCut":true}"#] {
            assert!(serde_json::from_str::<RequestReport>(text).is_ok(), "{text}");
        }
        for text in ["null", r#"{"requests":[{"status":-1}]}"#, r#"{"requests":{"length":1}}"#] {
            assert!(serde_json::from_str::<RequestReport>(text).is_err(), "{text}");
        }
    }
}
