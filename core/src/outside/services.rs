//! Every outside service that Rayback talks to: one table, from which PRIVACY.md and the settings page are printed.
//!
//! A [`Request`] can only be made through this table, so no host is contacted that it doesn't list.

use core::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::settings::{Settings, Switch};
use crate::words::{Key, Words, key};

/// An outside service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The failing site itself: probe and reload.
    Site,
    /// The failing site's own edge: `/cdn-cgi/trace`, which never reaches the origin.
    Trace,
    /// Cloudflare's status page.
    StatusPage,
    /// Globalping, a check from other places.
    Globalping,
    /// The Wayback Machine.
    Archive,
    /// Cloudflare's resolver.
    CloudflareDns,
    /// Google's resolver, as a second opinion that Cloudflare doesn't run.
    GoogleDns,
    /// Cloudflare's published ranges.
    Ranges,
    /// Cloudflare's API, for a zone's settings.
    CloudflareApi,
    /// The site's own status page, at the usual places.
    OwnStatusPage,
    /// The front page of a host that a page uses.
    PageHost,
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
    /// Only by the command, when the user asks for it.
    OnCommand,
    /// Only by the command, if the user gave it an API token.
    WithToken,
}

/// The place of a service's switch in the settings.
struct Place {
    get: fn(&Settings) -> Switch,
    set: fn(&mut Settings, Switch),
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
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The hosts that are contacted; empty if they follow from the failing page.
    #[must_use]
    pub const fn hosts(self) -> &'static [&'static str] {
        match self {
            Self::Site | Self::Trace | Self::OwnStatusPage | Self::PageHost => &[],
            Self::StatusPage => &["www.cloudflarestatus.com"],
            Self::Ranges | Self::CloudflareApi => &["api.cloudflare.com"],
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
            Self::CloudflareApi => When::WithToken,
            _ => When::OnClick,
        }
    }

    /// Whether it's switched on; `None` if nothing works without it, or the extension never contacts it.
    #[must_use]
    pub fn switch(self, settings: &Settings) -> Option<Switch> {
        self.place().map(|place| (place.get)(settings))
    }

    /// Switches it on or off, if it has a switch.
    pub fn set_switch(self, settings: &mut Settings, switch: Switch) {
        if let Some(place) = self.place() {
            (place.set)(settings, switch);
        }
    }

    /// Whether the user has a switch for it.
    #[must_use]
    pub fn has_switch(self) -> bool {
        self.place().is_some()
    }

    /// Whether the user lets it be contacted.
    #[must_use]
    pub fn is_allowed(self, settings: &Settings) -> bool {
        self.switch(settings) != Some(Switch::Off)
    }

    /// Where its switch is.
    fn place(self) -> Option<Place> {
        macro_rules! place {
            ($field:ident) => {
                Some(Place { get: |settings| settings.$field, set: |settings, switch| settings.$field = switch })
            };
        }
        match self {
            Self::Site | Self::Trace | Self::Ranges | Self::CloudflareApi => None,
            Self::StatusPage => place!(status_page),
            Self::Globalping => place!(globalping),
            Self::Archive => place!(archive),
            Self::CloudflareDns => place!(cloudflare_dns),
            Self::GoogleDns => place!(google_dns),
            Self::OwnStatusPage => place!(own_status_page),
            Self::PageHost => place!(page_hosts),
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
    /// Whether the extension ever contacts it; if not, only the command does.
    #[must_use]
    pub const fn is_by_extension(self) -> bool {
        !matches!(self, Self::OnCommand | Self::WithToken)
    }

    const fn key(self) -> Key {
        match self {
            Self::WhileFailing => key::when::WHILE_FAILING,
            Self::WhileFailingUnlessOff => key::when::WHILE_FAILING_UNLESS_OFF,
            Self::OnClick => key::when::ON_CLICK,
            Self::OnCommand => key::when::ON_COMMAND,
            Self::WithToken => key::when::WITH_TOKEN,
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
        use key::service::{name, purpose, sent};
        let [name, purpose, sent] = [name(*service), purpose(*service), sent(*service)].map(|key| words.get(key));
        let name = match service.hosts() {
            [] => name.to_owned(),
            hosts => {
                let hosts = &words.list(hosts.iter().map(ToString::to_string));
                words.format(key::service::WithHosts { name, hosts })
            }
        };
        let when = words.get(service.when().key()).to_owned();
        ServiceText { service: *service, name, purpose: purpose.to_owned(), sent: sent.to_owned(), when }
    };
    Service::ALL.iter().map(row).collect()
}

/// Returns the table in Markdown, for PRIVACY.md.
#[must_use]
pub fn markdown(words: &Words) -> String {
    let mut text = words.get(key::service::HEADING).to_owned() + "\n|---|---|---|---|\n";
    for row in table(words) {
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.name, row.purpose, row.sent, row.when);
    }
    text
}

/// Everything that isn't unreserved in RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value of a query.
#[must_use]
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::dns::{self, RecordType, Resolver};
    use crate::outside::{archive, host_check, own_status_page, ranges, second_look, status_page, trace, zone};
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
            zone::find(page.host()),
            host_check::request(page.origin()).unwrap(),
        ];
        requests.extend(zone::Part::ALL.map(|part| part.request("abc", page.host())));
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
    fn only_the_archive_gets_the_path_and_no_service_the_query() {
        for request in every_request() {
            let sent = format!("{} {:?}", request.url(), request.body());
            assert!(!sent.contains("token"), "{sent}");
            assert!(!sent.contains("secret") || request.service() == Service::Archive, "{sent}");
        }
    }

    #[test]
    fn only_site_trace_and_status_page_are_contacted_automatically() {
        let is_automatic = |when| matches!(when, When::WhileFailing | When::WhileFailingUnlessOff);
        let automatic: Vec<_> = Service::ALL.iter().filter(|service| is_automatic(service.when())).collect();
        assert_eq!(automatic, [&Service::Site, &Service::Trace, &Service::StatusPage]);
    }

    #[test]
    fn every_service_that_the_extension_contacts_on_request_has_a_switch() {
        for service in Service::ALL {
            let has_switch = service.switch(&Settings::default()).is_some();
            let is_needed = service.when() == When::WhileFailing;
            assert_eq!(has_switch, service.when().is_by_extension() && !is_needed, "{service:?}");
        }
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
                assert!(!text.is_empty());
            }
        }
    }
}
