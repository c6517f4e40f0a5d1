//! Addresses of pages, reduced to what may be kept.
//!
//! Input comes from a browser or a crawler, so it is already normalised; splitting it is all that is needed here,
//! and a full WHATWG parser would be the largest part of the module that the browser downloads.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The address of a page: `http` or `https`, without query and fragment.
///
/// Query and fragment often carry what belongs to one person alone, so they are dropped as the address is
/// read; only the fact that there was a query, and whether it looked like a one-time link, is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageUrl {
    origin: Origin,
    path: String,
    query: Query,
}

/// What is kept of a query: never its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Query {
    /// The address had none.
    Absent,
    /// It had one, of no known one-time kind.
    Present,
    /// It had one that looks as if it could be used only once: `code`, `token`, `state`, a signature.
    OneTime,
}

/// A scheme, host and port, as `https://shop.example` or `http://127.0.0.1:8080`: what a [`Watch`](crate::watch::Watch) is kept for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(String);

/// Why an address could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// It begins with neither `http://` nor `https://`.
    Scheme,
    /// It names no host.
    Host,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the address must begin with \"http://\" or \"https://\"",
            Self::Host => "the address must name a host after \"//\"",
        })
    }
}

impl core::error::Error for UrlError {}

impl PageUrl {
    /// Splits an address and drops its query and fragment.
    ///
    /// # Errors
    ///
    /// If it is not of `http` or `https`, or names no host.
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
        // Blanks before a query would be lost when what is kept is read again.
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
        if authority.is_empty() || authority.starts_with(':') {
            return Err(UrlError::Host);
        }
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

    /// The path, beginning with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is known of the query.
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
    /// Names that make a link good for one use, compared without case; names that end in `token` or `code_verifier` do too.
    ///
    /// Sign-in by OAuth (`code` and `state`, RFC 6749 §4.1.2; RFC 7636), `OpenID` Connect and SAML; links mailed to reset, confirm,
    /// invite or sign in; the signatures of signed links (Amazon's `X-Amz-Signature` and `Signature`, Google's
    /// `X-Goog-Signature`, Azure's `sig`). A name too many costs one click, a name too few may cost the person their link.
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
    fn what_is_no_web_address_is_refused() {
        assert_eq!(PageUrl::parse("about:blank"), Err(UrlError::Scheme));
        assert_eq!(PageUrl::parse("https:///x"), Err(UrlError::Host));
    }
}
