//! Addresses of pages, reduced to the parts that may be kept.
//!
//! Input comes from a browser or a crawler, so it's already normalised and only needs to be split. A full WHATWG parser
//! would be the largest part of the module that the browser downloads.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// The address of a page: `http` or `https`, without query and fragment.
///
/// Query and fragment often contain personal data, so they're dropped when the address is parsed. Only two facts are
/// kept: whether there was a query, and whether it looked like that of a one-time link.
///
/// A stored address is checked when it's read, like one from a page.
///
/// ```
/// use rayback_core::PageUrl;
///
/// let url = PageUrl::parse("https://Shop.example:443/cart?token=secret#top").unwrap();
/// assert_eq!((url.host(), url.to_string().as_str()), ("shop.example", "https://shop.example/cart"));
/// assert!(PageUrl::parse("ftp://shop.example/").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Stored")]
pub struct PageUrl {
    origin: Origin,
    /// Empty if it was longer than [`PageUrl::LONGEST_PATH`].
    path: String,
    query: Query,
}

/// A stored address before it's checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    origin: Origin,
    path: String,
    query: Query,
}

impl TryFrom<Stored> for PageUrl {
    type Error = UrlError;

    fn try_from(Stored { origin, path, query }: Stored) -> Result<Self, UrlError> {
        let url = Self { origin, path, query };
        let read = Self::parse(&url.to_string())?;
        let is_same = read.origin == url.origin && (read.path == url.path || url.path.is_empty());
        if is_same { Ok(url) } else { Err(UrlError::Host) }
    }
}

/// The facts that are kept about a query; never its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Query {
    /// The address had no query.
    Absent,
    /// It had one, but not one that's known from one-time links.
    Present,
    /// It had one that looks like a one-time link's: `code`, `token`, `state`, a signature.
    OneTime,
}

/// A scheme, host and port, such as `https://shop.example` or `http://127.0.0.1:8080`. Each has its own
/// [`Watch`](crate::watch::Watch).
///
/// A stored origin is checked when it's read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Origin(String);

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl TryFrom<String> for Origin {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        let url = PageUrl::parse(&text)?;
        if url.origin.0 == text { Ok(url.origin) } else { Err(UrlError::Host) }
    }
}

/// Why an address can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It begins with neither `http://` nor `https://`.
    #[error("the address must begin with \"http://\" or \"https://\"")]
    Scheme,
    /// It has no host.
    #[error("the address must name a host after \"//\"")]
    Host,
}

/// A name has at most 253 characters (RFC 1035 §2.3.4), each escaped in three, and then a port.
const LONGEST_AUTHORITY: usize = 3 * 253 + ":65535".len();

impl PageUrl {
    /// The longest path that's kept, in bytes. A longer one is dropped, because a truncated path leads to a different
    /// page. Our own choice: by default, nginx and Apache httpd accept 8 KB of request line, and few addresses come near
    /// a quarter of that.
    pub const LONGEST_PATH: usize = 2 * 1024;

    /// Splits an address and drops its query and fragment.
    ///
    /// # Errors
    ///
    /// If its scheme isn't `http` or `https`, or it has no host.
    pub fn parse(address: &str) -> Result<Self, UrlError> {
        let address = address.trim();
        let (scheme, rest) = address.split_once("://").ok_or(UrlError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(UrlError::Scheme);
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (before_query, query) = match rest.split_once('?') {
            Some((before, query)) => (before, Query::read(query)),
            None => (rest, Query::Absent),
        };
        // Blanks before the query would be lost when the stored address is read again.
        let before_query = before_query.trim_end();
        let (authority, path) = match before_query.split_once('/') {
            Some((authority, path)) => (authority, format!("/{path}")),
            None => (before_query, "/".to_owned()),
        };
        // A user name or password must never be kept.
        let authority = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let authority = match scheme.as_str() {
            "http" => authority.strip_suffix(":80"),
            _ => authority.strip_suffix(":443"),
        }
        .unwrap_or(&authority);
        let is_written_otherwise =
            |char: char| char.is_whitespace() || char.is_control() || "*<>\"'`{}|^\\".contains(char);
        if authority.is_empty()
            || authority.starts_with(':')
            || authority.len() > LONGEST_AUTHORITY
            || authority.contains(is_written_otherwise)
        {
            return Err(UrlError::Host);
        }
        let path = if path.len() > Self::LONGEST_PATH { String::new() } else { path };
        Ok(Self { origin: Origin(format!("{scheme}://{authority}")), path, query })
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The host without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.origin.host()
    }

    /// Whether the path is known, so that the page itself can be requested.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.path.is_empty()
    }

    /// The path, beginning with `/`; empty if it was longer than [`Self::LONGEST_PATH`].
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The facts that are known about the query.
    #[must_use]
    pub fn query(&self) -> Query {
        self.query
    }
}

/// The address without query and fragment.
impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin.0, self.path)
    }
}

impl Query {
    /// Names of parameters that make a link usable only once, compared ignoring case. Names that end in `token` or
    /// `code_verifier` count too.
    ///
    /// Sign-in by OAuth (`code` and `state`, RFC 6749 §4.1.2; RFC 7636), `OpenID` Connect and SAML; links mailed to
    /// reset, confirm, invite or sign in; the signatures of signed links (Amazon's `X-Amz-Signature` and `Signature`,
    /// Google's `X-Goog-Signature`, Azure's `sig`). A superfluous name costs one click; a missing one may cost the user
    /// their link.
    const ONE_TIME: [&str; 34] = [
        "access_code",
        "activation",
        "assertion",
        "auth",
        "code",
        "confirm",
        "confirmation",
        "confirmation_code",
        "expires",
        "hmac",
        "invitation",
        "invite",
        "jwt",
        "key",
        "magic",
        "nonce",
        "oobcode",
        "otp",
        "password",
        "relaystate",
        "reset",
        "samlart",
        "samlrequest",
        "samlresponse",
        "secret",
        "sig",
        "signature",
        "state",
        "ticket",
        "unsubscribe",
        "verification",
        "verify",
        "x-amz-signature",
        "x-goog-signature",
    ];

    fn read(query: &str) -> Self {
        if query.is_empty() {
            return Self::Absent;
        }
        let one_time = query.split(['&', ';']).filter_map(|pair| pair.split('=').next()).any(|name| {
            Self::ONE_TIME.iter().any(|known| name.eq_ignore_ascii_case(known))
                || ["token", "code_verifier"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
        });
        if one_time { Self::OneTime } else { Self::Present }
    }
}

impl Origin {
    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port; an IPv6 address keeps its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or(self.0.as_str(), |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// The origin without its scheme if that's `https`.
    pub(crate) fn without_https(&self) -> &str {
        self.0.strip_prefix("https://").unwrap_or(&self.0)
    }

    /// Whether this address is written as one on the visitor's own device or network: a private, loopback, link-local
    /// or multicast IP address, `localhost`, a name under `.local` or `.internal`, or a name of one label.
    ///
    /// A host in a form that browsers never show, such as `127.1` or `local%68ost`, counts as local: it may mean any of
    /// these. An extension can't see which address a public name resolves to.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.host().trim_end_matches('.');
        if let Some(address) = host.strip_prefix('[') {
            return address.strip_suffix(']').and_then(|address| address.parse().ok()).is_none_or(is_local_v6);
        }
        if let Ok(address) = host.parse::<Ipv4Addr>() {
            return is_local_v4(address);
        }
        let last = host.rsplit('.').next().unwrap_or_default();
        let is_number = match last.strip_prefix("0x") {
            Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
            None => last.bytes().all(|byte| byte.is_ascii_digit()),
        };
        is_number
            || host.contains('%')
            || !host.is_ascii()
            || !host.contains('.')
            || LOCAL_ENDS.iter().any(|end| host.ends_with(end))
    }

    /// Whether a failure of this origin may make Rayback send a request to `target` automatically. A site outside the
    /// visitor's network must not cause requests into it.
    #[must_use]
    pub fn may_request(&self, target: &Self) -> bool {
        !target.is_local() || target.host() == self.host()
    }
}

/// The ends of names in the visitor's own network: RFC 6761, RFC 6762, ICANN's reservation of `.internal` (2024), RFC
/// 8375, and names that home routers use without a standard.
const LOCAL_ENDS: [&str; 6] = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".home"];

/// RFC 1918, RFC 6598, RFC 3927, this host itself, and from 224.0.0.0 on multicast, reserved addresses and broadcast.
fn is_local_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    first == 0 || first >= 224 || is_shared || address.is_private() || address.is_loopback() || address.is_link_local()
}

/// Unique local addresses (RFC 4193), link-local ones (RFC 4291), the former site-local ones (RFC 3879), multicast, and
/// those that contain a local IPv4 address.
fn is_local_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // IPv4-compatible, which includes `::` and `::1`, and IPv4-mapped (RFC 4291); IPv4-translated (RFC 2765); NAT64
        // (RFC 6052).
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([first, second], [third, fourth]) = (high.to_be_bytes(), low.to_be_bytes());
            is_local_v4(Ipv4Addr::new(first, second, third, fourth))
        }
        // fc00::/7, and from fe80:: on link-local, site-local and multicast addresses.
        [first, ..] => first & 0xfe00 == 0xfc00 || first >= 0xfe80,
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_fragment_and_password_are_dropped() {
        let url = PageUrl::parse("https://me:secret@Shop.Example:443/a/b?order=7#x").unwrap();
        assert_eq!(url.to_string(), "https://shop.example/a/b");
        assert_eq!(url.query(), Query::Present);
        assert!(!format!("{url:?}").contains("secret"));
    }

    #[test]
    fn one_time_links_are_known_by_the_names_of_their_parameters() {
        for query in ["code=1", "a=b&State=2", "X-Amz-Signature=0", "reset_token=1", "SAMLResponse=x", "a;oobCode=1"] {
            assert_eq!(
                PageUrl::parse(&format!("https://a.example/?{query}")).unwrap().query(),
                Query::OneTime,
                "{query}"
            );
        }
        assert_eq!(PageUrl::parse("https://a.example/?zipcode=1").unwrap().query(), Query::Present);
    }

    #[test]
    fn what_is_kept_reads_the_same_again() {
        let kept = PageUrl::parse("https://a.example/a\r\r ?x").unwrap().to_string();
        assert_eq!(kept, "https://a.example/a");
        assert_eq!(PageUrl::parse(&kept).unwrap().to_string(), kept);
    }

    #[test]
    fn a_host_is_read_without_its_port() {
        assert_eq!(PageUrl::parse("http://127.0.0.1:8080").unwrap().host(), "127.0.0.1");
        assert_eq!(PageUrl::parse("http://[::1]:8080/x").unwrap().host(), "[::1]");
    }

    #[test]
    fn a_path_of_megabytes_is_not_kept() {
        let longest = format!("https://a.example/{}", "a".repeat(PageUrl::LONGEST_PATH - 1));
        assert_eq!(PageUrl::parse(&longest).unwrap().to_string(), longest);
        let url = PageUrl::parse(&format!("{longest}a?x")).unwrap();
        assert!(!url.is_complete());
        assert_eq!(serde_json::from_str::<PageUrl>(&serde_json::to_string(&url).unwrap()).unwrap(), url);
        assert!(url.to_string().len() < 30 && url.query() == Query::Present);
        assert_eq!(PageUrl::parse(&format!("https://{}.example/", "a".repeat(2000))), Err(UrlError::Host));
    }

    #[test]
    fn a_stored_address_is_checked() {
        for origin in ["javascript:alert(1)", "http://*", "https://a.example/x", "HTTPS://a.example", "", "https://a b"]
        {
            assert!(serde_json::from_value::<Origin>(origin.into()).is_err(), "{origin}");
        }
        let page = |path: &str| serde_json::json!({"origin": "https://a.example", "path": path, "query": "absent"});
        for (path, holds) in [("/a", true), ("", true), ("//a", true), ("a", false), ("/a?b", false), ("/a#b", false)] {
            assert_eq!(serde_json::from_value::<PageUrl>(page(path)).is_ok(), holds, "{path}");
        }
        assert!(serde_json::from_value::<PageUrl>(page(&"/a".repeat(PageUrl::LONGEST_PATH))).is_err());
    }

    #[test]
    fn addresses_in_the_visitors_own_network_are_known() {
        let is_local = |host: &str| PageUrl::parse(&format!("http://{host}:8080/")).unwrap().origin().is_local();
        for host in [
            "127.0.0.1",
            "127.8.9.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:192.168.1.1]",
            "[::ffff:7f00:1]",
            "localhost",
            "app.localhost",
            "LOCALHOST",
            "printer.local",
            "db.internal",
            "router",
            "router.",
            "127.0.0.1.",
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "[::ffff:0:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[fec0::1]",
            "[ff02::1]",
            "[ff0e::1]",
        ] {
            assert!(is_local(host), "{host}");
        }
        // Forms that browsers never show.
        for host in [
            "127.1",
            "0177.0.0.1",
            "0x7f.1",
            "127.0.0.0x1",
            "127.0.0.0x",
            "8.8.8.256",
            "2130706433",
            "%31%32%37.0.0.1",
            "local%68ost.",
            "printer.loc%61l",
            "localhost%2e",
            "[::1%25lo]",
            "[::1",
            "[]",
            "１２７.0.0.1",
            "127。0。0。1",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "8.8.8.8",
            "172.32.0.1",
            "172.15.0.1",
            "100.128.0.1",
            "192.169.1.1",
            "[2606:4700::1]",
            "[::ffff:8.8.8.8]",
            "[64:ff9b::808:808]",
            "223.255.255.255",
            "shop.example",
            "shop.example.",
            "2.shop.example",
            "0x7f.example",
            "127.0.0.1.example",
            "xn--mnchen-3ya.example",
            "local.example",
            "internal.example.com",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn only_a_page_in_the_visitors_network_makes_rayback_ask_there() {
        let origin = |url: &str| PageUrl::parse(url).unwrap().origin().clone();
        let (outside, inside) = (origin("https://shop.example/"), origin("http://192.168.1.1/"));
        assert!(!outside.may_request(&inside));
        assert!(inside.may_request(&origin("https://192.168.1.1/")));
        assert!(!inside.may_request(&origin("https://192.168.1.2/")));
        assert!(inside.may_request(&outside));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        assert_eq!(PageUrl::parse("about:blank"), Err(UrlError::Scheme));
        assert_eq!(PageUrl::parse("https:///x"), Err(UrlError::Host));
    }
}
