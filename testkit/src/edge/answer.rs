//! A hostile site's own answers to the extension's requests.

use std::time::Duration;

use http::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::journal::{Purpose, Request};
use super::page::now;

/// The extension's requests to a failing site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A probe.
    Probe,
    /// `/cdn-cgi/trace`.
    Trace,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Option<Self> {
        match request.purpose() {
            Purpose::Probe => Some(Self::Probe),
            _ if request.path == "/cdn-cgi/trace" => Some(Self::Trace),
            _ => None,
        }
    }
}

/// An answer, sent unchanged.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, some of them perhaps repeated.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A redirect.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self { status: 302, headers: vec![("location", location.to_owned())], body: Vec::new() }
    }

    pub(crate) fn into_response(self) -> Response<Vec<u8>> {
        let response = Response::builder().status(self.status);
        let response = self.headers.into_iter().fold(response, |response, (name, value)| response.header(name, value));
        response.body(self.body).unwrap_or_default()
    }
}

/// The HTTP date this long from now, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
#[must_use]
pub fn http_date_in(wait: Duration) -> String {
    let time = now().saturating_add(wait).unwrap_or(Timestamp::MAX);
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}
