//! The requests that reached the edge.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use http::HeaderMap;
use tokio::sync::watch;

/// The scheme of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

/// Whether the URL had a query. Its value isn't kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// It had none.
    Absent,
    /// It had one.
    Present,
}

/// The purpose of a request, inferred from its `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A document for a tab: the `Accept` that both browsers send for navigations.
    Navigation,
    /// A probe: prefers a structured response.
    Probe,
    /// Anything else: an icon, a style sheet, another program.
    Other,
}

/// One request that reached the edge.
#[derive(Clone, Debug)]
pub struct Request {
    /// When its headers were read.
    pub at: Instant,
    /// Its scheme.
    pub scheme: Scheme,
    /// Its method.
    pub method: String,
    /// Its host, without a port.
    pub host: String,
    /// Its path, without the query.
    pub path: String,
    /// Whether there was a query.
    pub query: Query,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Request {
    /// Its purpose.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match self.header("accept") {
            Some(accept) if accept.starts_with("text/html,application/xhtml+xml") => Purpose::Navigation,
            Some(accept) if accept.contains("application/problem+json") => Purpose::Probe,
            _ => Purpose::Other,
        }
    }

    /// The value of a header, if it's present and text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.query == Query::Present { "?…" } else { "" };
        let ago = self.at.elapsed();
        write!(f, "{} {:?} {}{query}, {:?}, {ago:.1?} ago", self.method, self.scheme, self.path, self.purpose())
    }
}

/// Every request so far.
#[derive(Default)]
pub(crate) struct Journal(watch::Sender<Vec<Request>>);

impl Journal {
    pub(crate) fn record(&self, request: Request) {
        self.0.send_modify(|requests| requests.push(request));
    }

    pub(crate) fn requests(&self, host: &str) -> Vec<Request> {
        let requests = self.0.borrow();
        requests.iter().filter(|request| request.host == host).cloned().collect()
    }

    pub(crate) fn hosts(&self) -> BTreeMap<String, usize> {
        let mut hosts = BTreeMap::new();
        for request in self.0.borrow().iter() {
            *hosts.entry(request.host.clone()).or_default() += 1;
        }
        hosts
    }

    pub(crate) fn arrivals(&self, host: &str) -> Arrivals {
        let requests = self.0.subscribe();
        let seen = requests.borrow().len();
        Arrivals { host: host.to_owned(), requests, seen }
    }
}

/// The requests for one host since a point in time.
pub struct Arrivals {
    host: String,
    requests: watch::Receiver<Vec<Request>>,
    seen: usize,
}

impl Arrivals {
    /// Waits for the next request for the host that `wanted` accepts, for at most `patience`.
    ///
    /// # Errors
    /// If none arrives in time.
    pub async fn next(&mut self, patience: Duration, wanted: impl Fn(&Request) -> bool) -> Result<Request> {
        let (host, seen) = (&self.host, &mut self.seen);
        let mut found = None;
        let arrival = self.requests.wait_for(|requests| {
            for request in requests.iter().skip(*seen) {
                *seen += 1;
                if request.host == *host && wanted(request) {
                    found = Some(request.clone());
                    return true;
                }
            }
            false
        });
        let arrived = tokio::time::timeout(patience, arrival).await;
        arrived
            .with_context(|| format!("no such request for {host} within {patience:?}"))?
            .context("the edge was stopped")?;
        found.context("the edge was stopped")
    }
}
