//! What was seen of one answer, before anything is concluded from it.

pub mod fragments;
pub mod head;
pub mod method;

use std::borrow::Cow;

use crate::url::PageUrl;

/// One answer to a request, as a browser, a probe or a crawler saw it.
///
/// Nothing is required: a body alone, a status alone or a block of headers alone is an observation too.
#[derive(Clone, Debug, Default)]
pub struct Observation<'a> {
    /// The address asked for, where known.
    pub url: Option<PageUrl>,
    /// The HTTP status, 100 to 999, where known.
    pub status: Option<u16>,
    /// The response headers; `None` where they cannot be seen, as by a script in a page, which is not the same as none sent.
    pub headers: Option<Headers>,
    /// The body's first bytes, of any encoding or none; what lies behind [`READ_BYTES`](crate::classify::READ_BYTES) is
    /// not read.
    pub body: Cow<'a, [u8]>,
}

impl Observation<'_> {
    /// How much of a body a browser sends, in bytes: 64 KiB. Cloudflare's own pages are smaller; of a larger page it
    /// sends [`fragments`].
    pub const EXCERPT_BYTES: usize = 64 * 1024;

    /// The first value of a header, whatever the case of its name; `None` if absent or unseen.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.as_ref()?.get(name)
    }
}

/// Response headers, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All headers, names as they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
