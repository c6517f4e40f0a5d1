//! Raw observations of one answer, before anything is concluded from them.

pub mod document;
pub mod fragments;
pub mod head;
pub mod method;

use std::borrow::Cow;

use crate::url::PageUrl;

/// How far from a string its context is read, in bytes; this bounds the work per string.
pub(crate) const NEAR: usize = 1_536;

/// One answer to a request, as a browser, a probe or a crawler saw it.
///
/// Nothing is required: a body, a status or a block of headers alone is an observation too.
///
/// ```
/// use rayback_core::{Headers, Observation, PageUrl};
///
/// let answer = Observation {
///     url: PageUrl::parse("https://shop.example/cart").ok(),
///     status: Some(503),
///     headers: Some(Headers::from_iter([("Server", "cloudflare")])),
///     body: b"error code: 1200".into(),
/// };
/// assert_eq!(answer.header("server"), Some("cloudflare"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Observation<'a> {
    /// The requested URL, if known.
    pub url: Option<PageUrl>,
    /// The HTTP status, 100 to 999, if known.
    pub status: Option<u16>,
    /// The response headers; empty if there were none, and `None` if they can't be seen, for example by a script in a
    /// page.
    pub headers: Option<Headers>,
    /// The body's first bytes, in any encoding or none; anything after [`READ_BYTES`](crate::classify::READ_BYTES)
    /// isn't read.
    pub body: Cow<'a, [u8]>,
}

impl Observation<'_> {
    /// The most that a browser sends of a body, in bytes: 64 KiB. Cloudflare's own pages are smaller. If a page is
    /// larger, the browser sends [`fragments`].
    pub const EXCERPT_BYTES: usize = 64 * 1024;

    /// Returns the first value of a header, ignoring the case of its name; `None` if absent or unseen.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.as_ref()?.get(name)
    }
}

/// Response headers, in the order received.
///
/// ```
/// use rayback_core::Headers;
///
/// let headers: Headers = [("CF-Ray", "230b030023ae2822-SJC")].into_iter().collect();
/// assert_eq!(headers.get("cf-ray"), Some("230b030023ae2822-SJC"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Returns the first value of a header, ignoring the case of its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns all headers, with names as received.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
