//! Every outside service that Rayback speaks to: one table, from which PRIVACY.md and the settings page are printed.
//!
//! A [`Request`] can be made through this table alone, so no address is asked that it does not list.

use core::fmt::Write as _;

use serde::Serialize;

use crate::words::{Key, Words, key};

/// One outside service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The failing site itself: probe and reload.
    Site,
    /// The failing site's own edge: `/cdn-cgi/trace`, which the origin never sees.
    Trace,
    /// Cloudflare's status page.
    StatusPage,
    /// Cloudflare's published ranges.
    Ranges,
    /// Cloudflare's resolver.
    CloudflareDns,
    /// Google's resolver, as a second opinion that Cloudflare does not run.
    GoogleDns,
    /// Globalping, a check from elsewhere.
    Globalping,
    /// The Wayback Machine.
    Archive,
    /// The site's own status page, at the usual places.
    OwnStatusPage,
}

/// When a service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// By itself, while a page fails.
    WhileFailing,
    /// By itself while a page fails, unless the settings say no.
    WhileFailingUnlessOff,
    /// Only when the person clicks, after being told what will be sent.
    OnClick,
    /// Only when the person tells the command to; never by the extension.
    OnCommand,
}

/// One request to one service, to be carried out by a shell.
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
    /// Every service, in the order in which they are listed.
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

    /// The hosts that are asked; empty for those that follow from the failing page.
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

    /// When it is asked.
    #[must_use]
    pub const fn when(self) -> When {
        match self {
            Self::Site | Self::Trace => When::WhileFailing,
            Self::StatusPage => When::WhileFailingUnlessOff,
            Self::Ranges => When::OnCommand,
            _ => When::OnClick,
        }
    }

    /// Its name, what it is asked for, and what it learns.
    pub(crate) const fn keys(self) -> [Key; 3] {
        use key::service;
        match self {
            Self::Site => [service::site::NAME, service::site::PURPOSE, service::site::SENT],
            Self::Trace => [service::trace::NAME, service::trace::PURPOSE, service::trace::SENT],
            Self::StatusPage => [service::status_page::NAME, service::status_page::PURPOSE, service::status_page::SENT],
            Self::Ranges => [service::ranges::NAME, service::ranges::PURPOSE, service::ranges::SENT],
            Self::CloudflareDns => {
                [service::cloudflare_dns::NAME, service::cloudflare_dns::PURPOSE, service::cloudflare_dns::SENT]
            }
            Self::GoogleDns => [service::google_dns::NAME, service::google_dns::PURPOSE, service::google_dns::SENT],
            Self::Globalping => [service::globalping::NAME, service::globalping::PURPOSE, service::globalping::SENT],
            Self::Archive => [service::archive::NAME, service::archive::PURPOSE, service::archive::SENT],
            Self::OwnStatusPage => {
                [service::own_status_page::NAME, service::own_status_page::PURPOSE, service::own_status_page::SENT]
            }
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
    const fn key(self) -> Key {
        match self {
            Self::WhileFailing => key::when::WHILE_FAILING,
            Self::WhileFailingUnlessOff => key::when::WHILE_FAILING_UNLESS_OFF,
            Self::OnClick => key::when::ON_CLICK,
            Self::OnCommand => key::when::ON_COMMAND,
        }
    }
}

impl Request {
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The service that is asked.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service
    }

    /// `GET` or `POST`.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The whole address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers to send, besides what the shell must send.
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

/// One row of the table, told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceText {
    /// Which service.
    pub service: Service,
    /// Its name, with its hosts.
    pub name: String,
    /// What it is asked for.
    pub purpose: String,
    /// What is sent.
    pub sent: String,
    /// When.
    pub when: String,
}

/// The table, told: what the settings page shows.
#[must_use]
pub fn table(words: &Words) -> Vec<ServiceText> {
    let row = |service: &Service| {
        let [name, purpose, sent] = service.keys().map(|key| words.get(key));
        let name = match service.hosts() {
            [] => name.to_owned(),
            hosts => words.format(key::service::WithHosts { name, hosts: &hosts.join(", ") }),
        };
        let when = words.get(service.when().key()).to_owned();
        ServiceText { service: *service, name, purpose: purpose.to_owned(), sent: sent.to_owned(), when }
    };
    Service::ALL.iter().map(row).collect()
}

/// The table in Markdown: what PRIVACY.md holds.
#[must_use]
pub fn markdown(words: &Words) -> String {
    let mut text = words.get(key::service::HEADING).to_owned() + "\n|---|---|---|---|\n";
    for row in table(words) {
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.name, row.purpose, row.sent, row.when);
    }
    text
}

/// Percent-encodes what is not unreserved in RFC 3986 §2.3, for a value in a query.
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
        Words::english().unwrap()
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
    fn no_request_leaves_the_hosts_of_the_table() {
        for request in every_request() {
            let host = request.url().strip_prefix("https://").unwrap().split('/').next().unwrap();
            let hosts = request.service().hosts();
            assert!(hosts.is_empty() || hosts.contains(&host), "{host}");
        }
    }

    #[test]
    fn only_the_archive_learns_the_path_and_nobody_the_query() {
        for request in every_request() {
            let sent = format!("{} {:?}", request.url(), request.body());
            assert!(!sent.contains("token"), "{sent}");
            assert!(!sent.contains("secret") || request.service() == Service::Archive, "{sent}");
        }
    }

    #[test]
    fn what_leaves_by_itself_is_the_site_the_trace_and_the_status_page() {
        let by_itself: Vec<_> =
            Service::ALL.iter().filter(|service| !matches!(service.when(), When::OnClick | When::OnCommand)).collect();
        assert_eq!(by_itself, [&Service::Site, &Service::Trace, &Service::StatusPage]);
    }

    #[test]
    fn the_privacy_statement_holds_this_table() {
        let statement = include_str!("../../../PRIVACY.md");
        let table = markdown(&english());
        assert!(statement.contains(&table), "put this into PRIVACY.md:\n{table}");
    }

    #[test]
    fn every_row_has_its_words() {
        for row in table(&english()) {
            for text in [row.name, row.purpose, row.sent, row.when] {
                assert!(!text.is_empty());
            }
        }
    }
}
