//! The site's own status page, at the usual places.
//!
//! These are guesses: a page that answers is offered to the user as a link, and nothing is concluded from it.

use crate::outside::services::{Request, Service};
use crate::url::PageUrl;

/// Requests the usual places, the likeliest first; empty for an IP address or a name of one label.
#[must_use]
pub fn requests(host: &str) -> Vec<Request> {
    candidates(host).into_iter().map(|url| Service::OwnStatusPage.get(url)).collect()
}

fn candidates(host: &str) -> Vec<String> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_local = PageUrl::parse(&format!("https://{host}/")).map_or(true, |url| url.origin().is_local());
    if is_local || host.parse::<core::net::IpAddr>().is_ok() || host.starts_with('[') {
        return Vec::new(); // a name in the visitor's network is nobody else's business
    }
    let mut names = Vec::new();
    // The name itself and its parent: without a list of public suffixes there's no telling which is the site's.
    for domain in [Some(host), host.split_once('.').map(|(_, parent)| parent)].into_iter().flatten() {
        if domain.contains('.') {
            names.push(format!("https://status.{domain}/"));
        }
    }
    if let Some((name, _)) = host.rsplit_once('.') {
        let name = name.rsplit('.').next().unwrap_or(name);
        names.push(format!("https://{name}.statuspage.io/"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_places_are_requested() {
        assert_eq!(candidates("www.shop.example"), ["https://status.shop.example/", "https://shop.statuspage.io/"]);
        assert_eq!(
            candidates("api.shop.example"),
            ["https://status.api.shop.example/", "https://status.shop.example/", "https://shop.statuspage.io/"]
        );
    }

    #[test]
    fn an_ip_address_or_local_name_has_no_status_page() {
        for host in ["127.0.0.1", "[2606:4700::1]", "localhost", "db.internal", "nas.local"] {
            assert!(requests(host).is_empty(), "{host}");
        }
    }
}
