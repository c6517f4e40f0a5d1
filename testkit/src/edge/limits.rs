//! How long the edge waits, and lets wait.

use std::time::Duration;

/// How long the edge waits for an origin before it answers in its place, and what it then asks of the client.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To be connected: Cloudflare's 19 s, then 522.
    pub connect: Duration,
    /// For an answer on an open connection: Cloudflare's 125 s, then 524.
    pub read: Duration,
    /// What it asks clients to wait where Cloudflare asks for a wait; `None` for Cloudflare's own table.
    pub retry_after_s: Option<u32>,
}

impl Limits {
    /// Cloudflare's own: 19 s to connect, 125 s to answer
    /// ([connection limits](https://developers.cloudflare.com/fundamentals/reference/connection-limits/)).
    pub const REAL: Self =
        Self { connect: Duration::from_secs(19), read: Duration::from_secs(125), retry_after_s: None };

    /// For the demo: long enough to see the browser wait, short enough to watch.
    pub const DEMO: Self =
        Self { connect: Duration::from_secs(3), read: Duration::from_secs(5), retry_after_s: Some(10) };

    /// For tests: 1 s each. The failures are as real, only sooner.
    pub const SHORT: Self =
        Self { connect: Duration::from_secs(1), read: Duration::from_secs(1), retry_after_s: Some(1) };
}
