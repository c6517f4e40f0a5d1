//! The edge's timeouts and the waits that it requests.

use std::time::Duration;

use rayback_core::catalog::limit;

/// The edge's timeouts for an origin, and the wait that it requests from clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time to connect, after which the edge responds 522.
    pub connect: Duration,
    /// The time for a response on an open connection, after which the edge responds 524.
    pub read: Duration,
    /// The wait, in seconds, for every code with which Cloudflare requests one; `None` for Cloudflare's own values.
    pub retry_after_s: Option<u32>,
}

impl Limits {
    /// Cloudflare's own limits.
    pub const REAL: Self = Self { connect: limit::CONNECT_TIME, read: limit::READ_TIME, retry_after_s: None };

    /// Limits for the demo: long enough to see the browser wait, short enough to watch.
    pub const DEMO: Self =
        Self { connect: Duration::from_secs(3), read: Duration::from_secs(5), retry_after_s: Some(10) };

    /// Limits for tests: 1 s each. The failures are just as real.
    pub const SHORT: Self =
        Self { connect: Duration::from_secs(1), read: Duration::from_secs(1), retry_after_s: Some(1) };
}
