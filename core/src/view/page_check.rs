//! What's wrong with the page in front, when the user asks: its own failure, or that of requests it made.

use std::collections::BTreeMap;

use super::Phrase;
use crate::diagnosis::Diagnosis;
use crate::explain::{Audience, explain};
use crate::fault::Connection;
use crate::outside::host_check::{self, HostCheck};
use crate::outside::services::Service;
use crate::requests::{FailedRequest, Requests};
use crate::settings::Settings;
use crate::time::Dated;
use crate::url::{Origin, PageUrl};
use crate::words::{Key, Words, key};

/// What could be learned about the page in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InspectedPage {
    /// The tab doesn't show a web page.
    NoWebPage,
    /// The tab has this address, but no script may run in it: it usually shows the browser's own error page.
    Closed(PageUrl),
    /// A page with this address, its own HTTP status if the browser reveals it, and the requests it made.
    Open(PageUrl, Option<u16>, Requests),
}

/// The state of a host's check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostCheckState {
    /// The user didn't consent to it.
    NotAllowed,
    /// Waiting for the answer.
    Asking,
    /// The answer.
    Answer(Dated<HostCheck>),
}

/// The checks of the hosts that a page uses.
pub type HostChecks = BTreeMap<Origin, HostCheckState>;

/// What's wrong with the page in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCheckView {
    /// The heading.
    pub title: String,
    /// The page's host; empty for none.
    pub host: String,
    /// The finding, in one bold line.
    pub headline: String,
    /// What it means, each a sentence.
    pub notes: Vec<String>,
    /// The requests that failed.
    pub failed: Option<FailedView>,
    /// The hosts that can be checked.
    pub hosts: Vec<HostCheckView>,
    /// What a check does and who learns what; `None` if no host can be checked.
    pub check_note: Option<String>,
}

/// The requests of a page that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedView {
    /// The heading.
    pub title: String,
    /// Each request: what it asked for, and what it got.
    pub requests: Vec<(String, String)>,
}

/// A host, and what's known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCheckView {
    /// The host to check.
    pub origin: Origin,
    /// What isn't known: "3 requests to api.example.com can't be read from here."
    pub text: String,
    /// The button's label, and its name for screen readers, which names the host too; `None` while it's asked, and for a host
    /// that isn't.
    pub button: Option<(String, String)>,
    /// What the check has found, and when; or why there's none.
    pub result: Option<Phrase>,
}

impl PageCheckView {
    /// Describes a page that isn't known to fail itself.
    #[must_use]
    pub fn new(
        inspected: &InspectedPage,
        checks: &HostChecks,
        connection: Connection,
        settings: &Settings,
        words: &Words,
    ) -> Self {
        use key::page_check as text;
        let get = |key| words.get(key).to_owned();
        let row = |origin: &Origin, text| host(origin, text, checks.get(origin), settings, words);
        let view = Self {
            title: get(text::TITLE),
            host: String::new(),
            headline: get(text::NO_WEB_PAGE),
            notes: Vec::new(),
            failed: None,
            hosts: Vec::new(),
            check_note: None,
        };
        let view = match inspected {
            InspectedPage::NoWebPage => Self { notes: vec![get(text::NO_WEB_PAGE_NOTE)], ..view },
            InspectedPage::Closed(page) => {
                let offline = (connection == Connection::Offline).then(|| get(text::OFFLINE));
                Self {
                    host: page.host().to_owned(),
                    headline: get(text::CLOSED),
                    notes: offline.into_iter().chain([get(text::CLOSED_NOTE)]).collect(),
                    hosts: vec![row(page.origin(), words.format(text::ClosedHost { host: page.host() }))],
                    ..view
                }
            }
            InspectedPage::Open(page, status, requests) => {
                let unread = |(origin, n): &(Origin, u64)| {
                    row(origin, words.format(text::Unread { n: *n, host: origin.without_https() }))
                };
                Self {
                    host: page.host().to_owned(),
                    headline: headline(*status, requests, words),
                    notes: notes(requests, words),
                    failed: failed(page, requests, words),
                    hosts: requests.unread.iter().map(unread).collect(),
                    ..view
                }
            }
        };
        let can_check = view.hosts.iter().any(|host| host.button.is_some());
        Self { check_note: can_check.then(|| get(text::SAYS)), ..view }
    }
}

fn headline(status: Option<u16>, requests: &Requests, words: &Words) -> String {
    use key::page_check as text;
    match (status.filter(|status| *status >= 400), requests.failed.is_empty()) {
        (Some(status), _) => words.format(text::Answered { status: &status.to_string() }),
        (None, false) => words.get(text::PARTS).to_owned(),
        (None, true) => words.get(text::FINE).to_owned(),
    }
}

fn notes(requests: &Requests, words: &Words) -> Vec<String> {
    use key::page_check as text;
    let worked = (requests.worked > 0).then(|| words.format(text::Worked { n: requests.worked }));
    let unread = (!requests.unread.is_empty()).then(|| words.get(text::UNREAD_NOTE).to_owned());
    let cut = requests.is_cut.then(|| words.get(text::CUT).to_owned());
    [worked, unread, cut].into_iter().flatten().collect()
}

fn failed(page: &PageUrl, requests: &Requests, words: &Words) -> Option<FailedView> {
    let request = |FailedRequest { url, status, count }: &FailedRequest| {
        // On the page's own origin, the path is enough.
        let asked = if url.origin() == page.origin() { url.path().to_owned() } else { url.to_string() };
        (shortened(&asked), words.format(key::page_check::Status { n: *count, status: &status.to_string() }))
    };
    (!requests.failed.is_empty()).then(|| FailedView {
        title: words.get(key::page_check::FAILED).to_owned(),
        requests: requests.failed.iter().map(request).collect(),
    })
}

fn host(
    origin: &Origin,
    text: String,
    checked: Option<&HostCheckState>,
    settings: &Settings,
    words: &Words,
) -> HostCheckView {
    use key::page_check as text_of;
    let plain = |key: Key| Phrase::plain(words.get(key));
    let is_local = host_check::request(origin).is_none();
    let is_off = !Service::PageHost.is_allowed(settings);
    let result = match checked {
        _ if is_local => Some(plain(text_of::LOCAL)),
        _ if is_off => Some(plain(text_of::TURNED_OFF)),
        None => None,
        Some(HostCheckState::NotAllowed) => Some(plain(key::more::NOT_ALLOWED)),
        Some(HostCheckState::Asking) => Some(plain(key::more::ASKING)),
        Some(HostCheckState::Answer(found)) => Some(Phrase::at(result(found.value, words), found.seen_at)),
    };
    let label = words.get(text_of::CHECK);
    let name = || words.format(key::sentence::Labelled { label, value: origin.as_str() });
    let can_ask = !is_local && !is_off && matches!(checked, None | Some(HostCheckState::NotAllowed));
    HostCheckView { origin: origin.clone(), text, button: can_ask.then(|| (label.to_owned(), name())), result }
}

/// What a check has found, with `{time}` in it.
fn result(found: HostCheck, words: &Words) -> String {
    use key::page_check as text;
    match found {
        HostCheck::Cloudflare(code) => {
            let explanation = explain(&Diagnosis::of_code(code), words, Audience::Visitor);
            words.format(text::Cloudflare { heading: &explanation.heading, cause: &explanation.cause })
        }
        HostCheck::Answered(status @ ..400) => words.format(text::Works { status: &status.to_string() }),
        HostCheck::Answered(status) => words.format(text::Fails { status: &status.to_string() }),
        HostCheck::Redirected => words.get(text::REDIRECTED).to_owned(),
        HostCheck::NoAnswer => words.get(text::NO_ANSWER).to_owned(),
    }
}

/// The most characters of an address to show.
const MOST_CHARACTERS: usize = 120;

fn shortened(address: &str) -> String {
    match address.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", address.get(..end).unwrap_or_default()),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::{ReportedRequest, RequestReport};
    use crate::settings::Switch;
    use crate::time::Timestamp;

    fn page() -> PageUrl {
        PageUrl::parse("https://shop.example/basket").unwrap()
    }

    fn origin(text: &str) -> Origin {
        Origin::try_from(text.to_owned()).unwrap()
    }

    fn view(inspected: &InspectedPage, checks: &HostChecks, settings: &Settings) -> PageCheckView {
        PageCheckView::new(inspected, checks, Connection::Online, settings, &Words::english().unwrap())
    }

    fn open(status: Option<u16>, requests: &[(&str, u16)]) -> InspectedPage {
        let request = |(url, status): &(&str, u16)| ReportedRequest { url: (*url).to_owned(), status: *status };
        let requests = requests.iter().map(request).collect();
        InspectedPage::Open(page(), status, Requests::read(&RequestReport { requests, ..RequestReport::default() }))
    }

    const API: [(&str, u16); 3] =
        [("https://api.example/1", 0), ("https://api.example/2", 0), ("https://api.example/3", 0)];

    #[test]
    fn a_cross_origin_522_is_unknown_until_its_host_is_checked() {
        let inspected = open(Some(200), &API);
        let before = view(&inspected, &HostChecks::new(), &Settings::default());
        assert_eq!(before.hosts[0].text, "3 requests to api.example can't be read from here.");
        assert!(before.hosts[0].button.is_some() && before.check_note.unwrap().contains("without cookies"));
        assert!(before.failed.is_none());
        let found = HostCheck::Cloudflare("522".parse().unwrap());
        let checks = HostChecks::from([(
            origin("https://api.example"),
            HostCheckState::Answer(Dated::new(found, Timestamp::from_unix_millis(1))),
        )]);
        let after = view(&inspected, &checks, &Settings::default());
        let result = after.hosts[0].result.as_ref().unwrap();
        assert!(result.text.contains("Error 522") && result.text.contains("didn't respond"), "{}", result.text);
        assert!(after.hosts[0].button.is_none() && after.check_note.is_none());
    }

    #[test]
    fn a_healthy_page_says_so_and_a_failed_part_is_named() {
        let fine =
            view(&open(Some(200), &[("https://shop.example/a.js", 200)]), &HostChecks::new(), &Settings::default());
        assert!(fine.failed.is_none() && fine.hosts.is_empty());
        let parts = [("https://shop.example/cart?id=1", 503), ("https://cdn.example/x.js", 404)];
        let parts = view(&open(Some(200), &parts), &HostChecks::new(), &Settings::default());
        assert_ne!(parts.headline, fine.headline);
        let asked: Vec<_> = parts.failed.unwrap().requests.into_iter().map(|(asked, _)| asked).collect();
        assert_eq!(asked, ["https://cdn.example/x.js", "/cart"]);
        let own = view(&open(Some(404), &[]), &HostChecks::new(), &Settings::default());
        assert!(own.headline.contains("404"), "{}", own.headline);
    }

    #[test]
    fn the_browsers_error_page_differs_from_its_other_pages() {
        let closed = view(&InspectedPage::Closed(page()), &HostChecks::new(), &Settings::default());
        assert_eq!((closed.host.as_str(), closed.hosts.len()), ("shop.example", 1));
        let none = view(&InspectedPage::NoWebPage, &HostChecks::new(), &Settings::default());
        assert!(none.host.is_empty() && none.hosts.is_empty() && none.headline != closed.headline);
    }

    #[test]
    fn no_host_is_checked_in_the_visitors_network_or_against_their_will() {
        let local = view(&open(None, &[("http://192.168.1.1/x", 0)]), &HostChecks::new(), &Settings::default());
        assert!(local.hosts[0].button.is_none() && local.check_note.is_none());
        let off = Settings { page_hosts: Switch::Off, ..Settings::default() };
        assert!(view(&open(None, &API), &HostChecks::new(), &off).hosts[0].button.is_none());
        let refused = HostChecks::from([(origin("https://api.example"), HostCheckState::NotAllowed)]);
        let refused = view(&open(None, &API), &refused, &Settings::default());
        assert!(refused.hosts[0].result.as_ref().unwrap().text.contains("Nobody was asked"));
        assert!(refused.hosts[0].button.is_some(), "they can't change their mind");
    }

    /// French puts a no-break space before the colon.
    #[test]
    fn a_buttons_name_is_written_as_the_language_does() {
        let words = Words::built("fr");
        let looked = open(None, &API);
        let view = PageCheckView::new(&looked, &HostChecks::new(), Connection::Online, &Settings::default(), &words);
        let (label, name) = view.hosts[0].button.as_ref().unwrap();
        assert_eq!(*name, format!("{label}\u{a0}: https://api.example"));
    }

    #[test]
    fn a_long_address_is_shortened() {
        assert_eq!(shortened(&"a".repeat(200)).chars().count(), 121);
        assert_eq!(shortened("/short"), "/short");
    }
}
