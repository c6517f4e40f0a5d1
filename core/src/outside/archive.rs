//! The newest archived copy of a page, from the Wayback Machine's availability API.
//!
//! Source: Internet Archive, "Wayback Machine APIs", <https://archive.org/help/wayback_api.php> (2013-09-24).

use serde::{Deserialize, Serialize};

use crate::json;
use crate::outside::services::{Request, Service, encode};
use crate::time::Timestamp;
use crate::url::PageUrl;

/// An archived copy of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedCopy {
    /// Its URL: always https, always at the Wayback Machine.
    pub url: String,
    /// When the copy was made.
    pub at: Option<Timestamp>,
}

/// Requests the newest copy of a page. The archive learns the URL without its query.
#[must_use]
pub fn request(page: &PageUrl) -> Request {
    Service::Archive.get(format!("https://archive.org/wayback/available?url={}", encode(&page.to_string())))
}

/// Parses the answer: `Ok(None)` means that there's no copy.
///
/// # Errors
///
/// If the answer isn't the documented JSON; then it isn't known whether there is a copy.
pub fn parse(answer: &[u8]) -> Result<Option<ArchivedCopy>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Answer {
        archived_snapshots: Snapshots,
    }
    #[derive(Deserialize)]
    struct Snapshots {
        #[serde(default)]
        closest: Option<Snapshot>,
    }
    #[derive(Deserialize)]
    struct Snapshot {
        #[serde(default)]
        available: bool,
        #[serde(default)]
        url: String,
        #[serde(default)]
        timestamp: String,
    }
    let answer: Answer = json::from_slice(answer)?;
    let closest = answer.archived_snapshots.closest.filter(|closest| closest.available);
    Ok(closest.and_then(|closest| {
        let place = closest.url.split_once("://").map(|(_, place)| place)?;
        // Users follow this link, so it must lead to the archive and nowhere else.
        place
            .starts_with("web.archive.org/web/")
            .then(|| ArchivedCopy { url: format!("https://{place}"), at: moment(&closest.timestamp) })
    }))
}

/// Parses a time such as `20130919044612`.
fn moment(digits: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| digits.get(from..to);
    Timestamp::parse(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(url: &str) -> Vec<u8> {
        serde_json::json!({"archived_snapshots": {"closest":
            {"available": true, "url": url, "timestamp": "20130919044612", "status": "200"}}})
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_copy_has_an_https_link_and_a_date() {
        let copy = parse(&answer("http://web.archive.org/web/20130919044612/http://example.com/")).unwrap().unwrap();
        assert_eq!(copy.url, "https://web.archive.org/web/20130919044612/http://example.com/");
        assert_eq!(copy.at, Timestamp::parse("2013-09-19T04:46:12Z"));
    }

    #[test]
    fn no_copy_is_a_valid_answer_and_html_isnt() {
        assert_eq!(parse(br#"{"archived_snapshots":{}}"#).unwrap(), None);
        assert!(parse(b"<html>").is_err());
        assert!(parse(b"{}").is_err());
    }

    #[test]
    fn a_link_outside_the_archive_is_rejected() {
        for url in ["https://evil.example/web/", "javascript:alert(1)", "http://web.archive.org.evil.example/web/"] {
            assert_eq!(parse(&answer(url)).unwrap(), None, "{url}");
        }
    }

    #[test]
    fn the_url_is_sent_without_its_query() {
        let page = PageUrl::parse("https://shop.example/a b?order=7").unwrap();
        assert_eq!(
            request(&page).url(),
            "https://archive.org/wayback/available?url=https%3A%2F%2Fshop.example%2Fa%20b"
        );
    }
}
