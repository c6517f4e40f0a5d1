//! Every outside service that Rayback talks to: one table, from which PRIVACY.md and the settings page are printed.
//!
//! A [`Request`] can only be made through this table, so no host is contacted that it doesn't list.

use core::fmt::Write as _;

use serde::Serialize;

use crate::words::Words;

/// An outside service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The failing site itself: probe and reload.
    Site,
    /// The failing site's own edge: `/cdn-cgi/trace`, which never reaches the origin.
    Trace,
    /// Cloudflare's status page.
    StatusPage,
    /// Cloudflare's published ranges.
    Ranges,
    /// Cloudflare's resolver.
    CloudflareDns,
    /// Google's resolver, as a second opinion that Cloudflare doesn't run.
    GoogleDns,
    /// Globalping, a check from other places.
    Globalping,
    /// The Wayback Machine.
    Archive,
    /// The site's own status page, at the usual places.
    OwnStatusPage,
}

/// When a service is contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Automatically, while a page fails.
    WhileFailing,
    /// Automatically while a page fails, unless turned off in the settings.
    WhileFailingUnlessOff,
    /// Only when the user clicks, after being shown what will be sent.
    OnClick,
    /// Only when the user tells the command to; never by the extension.
    OnCommand,
}

/// One request to one service, for a shell to carry out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    service: Service,
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Option<String>,
}

impl Service {
    /// Every service, in the order listed.
    pub const ALL: &[Self] = &[
        Self::Site,
        Self::Trace,
        Self::StatusPage,
        Self::Globalping,
        Self::Archive,
        Self::CloudflareDns,
        Self::GoogleDns,
        Self::Ranges,
        Self::OwnStatusPage,
    ];

    /// The hosts that are contacted; empty if they follow from the failing page.
    #[must_use]
    pub const fn hosts(self) -> &'static [&'static str] {
        match self {
            Self::Site | Self::Trace | Self::OwnStatusPage => &[],
            Self::StatusPage => &["www.cloudflarestatus.com"],
            Self::Ranges => &["api.cloudflare.com"],
            Self::CloudflareDns => &["cloudflare-dns.com"],
            Self::GoogleDns => &["dns.google"],
            Self::Globalping => &["api.globalping.io"],
            Self::Archive => &["archive.org"],
        }
    }

    /// When the service is contacted.
    #[must_use]
    pub const fn when(self) -> When {
        match self {
            Self::Site | Self::Trace => When::WhileFailing,
            Self::StatusPage => When::WhileFailingUnlessOff,
            Self::Ranges => When::OnCommand,
            _ => When::OnClick,
        }
    }

    /// The key of its words: `service.<id>.name`, `.purpose`, `.sent`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Trace => "trace",
            Self::StatusPage => "status-page",
            Self::Ranges => "ranges",
            Self::CloudflareDns => "cloudflare-dns",
            Self::GoogleDns => "google-dns",
            Self::Globalping => "globalping",
            Self::Archive => "archive",
            Self::OwnStatusPage => "own-status-page",
        }
    }

    pub(crate) fn get(self, url: String) -> Request {
        Request { service: self, method: "GET", url, headers: Vec::new(), body: None }
    }

    pub(crate) fn post(self, url: String, json: String) -> Request {
        Request {
            service: self,
            method: "POST",
            url,
            headers: vec![("Content-Type", "application/json")],
            body: Some(json),
        }
    }
}

impl When {
    /// The key of its words: `when.<id>`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::WhileFailing => "while-failing",
            Self::WhileFailingUnlessOff => "while-failing-unless-off",
            Self::OnClick => "on-click",
            Self::OnCommand => "on-command",
        }
    }
}

impl Request {
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The service to contact.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service
    }

    /// `GET` or `POST`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The complete URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers to send, in addition to those that the shell must send.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, &'static str)] {
        &self.headers
    }

    /// The body to send: JSON.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }
}

/// One row of the table, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceText {
    /// The service.
    pub service: Service,
    /// Its name, with its hosts.
    pub name: String,
    /// The purpose of the requests.
    pub purpose: String,
    /// The data sent.
    pub sent: String,
    /// When the requests are made.
    pub when: String,
}

/// Returns the table in words, for the settings page.
#[must_use]
pub fn table(words: &Words) -> Vec<ServiceText> {
    let row = |service: &Service| {
        let line = |part: &str| words.say(&format!("service.{}.{part}", service.id())).to_owned();
        let name = match service.hosts() {
            [] => line("name"),
            hosts => format!("{} ({})", line("name"), hosts.join(", ")),
        };
        let when = words.say(&format!("when.{}", service.when().id())).to_owned();
        ServiceText { service: *service, name, purpose: line("purpose"), sent: line("sent"), when }
    };
    Service::ALL.iter().map(row).collect()
}

/// Returns the table in Markdown, for PRIVACY.md.
#[must_use]
pub fn markdown(words: &Words) -> String {
    let mut text = words.say("service.heading").to_owned() + "\n|---|---|---|---|\n";
    for row in table(words) {
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.name, row.purpose, row.sent, row.when);
    }
    text
}

/// Percent-encodes everything that isn't unreserved in RFC 3986 §2.3, for a value in a query.
pub(crate) fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len() + 16);
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::dns::{self, RecordType, Resolver};
    use crate::outside::{archive, own_status_page, ranges, second_look, status_page, trace};
    use crate::url::PageUrl;

    fn english() -> Words {
        Words::parse(include_str!(concat!(env!("OUT_DIR"), "/words/en.json"))).unwrap()
    }

    fn every_request() -> Vec<Request> {
        let page = PageUrl::parse("https://www.shop.example/secret/path?token=1").unwrap();
        let mut requests = vec![
            status_page::StatusPage::request(),
            ranges::request(),
            trace::request(page.origin()),
            second_look::create(page.origin()),
            second_look::poll("abcDEF123").unwrap(),
            archive::request(&page),
        ];
        for resolver in [Resolver::Cloudflare, Resolver::Google] {
            requests.push(dns::request(resolver, page.host(), RecordType::A).unwrap());
        }
        requests.extend(own_status_page::requests(page.host()));
        requests
    }

    #[test]
    fn requests_go_only_to_hosts_in_the_table() {
        for request in every_request() {
            let host = request.url().strip_prefix("https://").unwrap().split('/').next().unwrap();
            let hosts = request.service().hosts();
            assert!(hosts.is_empty() || hosts.contains(&host), "{host}");
        }
    }

    #[test]
    fn only_the_archive_gets_the_path_and_nobody_the_query() {
        for request in every_request() {
            let sent = format!("{} {:?}", request.url(), request.body());
            assert!(!sent.contains("token"), "{sent}");
            assert!(!sent.contains("secret") || request.service() == Service::Archive, "{sent}");
        }
    }

    #[test]
    fn only_site_trace_and_status_page_are_contacted_automatically() {
        let by_itself: Vec<_> =
            Service::ALL.iter().filter(|service| !matches!(service.when(), When::OnClick | When::OnCommand)).collect();
        assert_eq!(by_itself, [&Service::Site, &Service::Trace, &Service::StatusPage]);
    }

    #[test]
    fn the_privacy_statement_contains_this_table() {
        let statement = include_str!("../../../PRIVACY.md");
        let table = markdown(&english());
        assert!(statement.contains(&table), "put this into PRIVACY.md:\n{table}");
    }

    #[test]
    fn every_row_has_its_words() {
        for row in table(&english()) {
            for text in [row.name, row.purpose, row.sent, row.when] {
                assert!(!text.starts_with("service.") && !text.starts_with("when."), "{text}");
            }
        }
    }
}
