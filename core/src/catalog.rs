//! What is known of each code: facts, each with its source.

use core::time::Duration;

use crate::code::Code;

/// What is known of one code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: u16,
    /// Its official name, as Cloudflare's documentation or page has it.
    pub name: &'static str,
    /// What may be done about it without the person.
    pub remedy: Remedy,
    /// Cloudflare's own wait before a retry, in seconds; `None` where it publishes none.
    ///
    /// Source: Cloudflare's documentation, "Error responses", retry table (2026-05-05).
    pub retry_after_s: Option<u16>,
}

/// What may be done about a failure without the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Try again on the schedule.
    Schedule,
    /// Try again fewer times and later, by navigation, since each attempt costs the origin minutes of work (524).
    Sparingly,
    /// Try again after the floor, doubled each time, at most five times (1015).
    Doubling,
    /// Look once, after 30 minutes: set-up that people repair.
    OnceAfterHalfHour,
    /// Look once, after 60 seconds: a Worker's exception that is often gone the next time.
    OnceAfterMinute,
    /// Leave it alone: a rule said no, and asking again is futile and rude.
    Never,
}

impl Entry {
    /// Cloudflare's own wait before a retry.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_s.map(|seconds| Duration::from_secs(seconds.into()))
    }
}

/// What is known of a code; `None` if it is not listed.
#[must_use]
pub fn entry(code: Code) -> Option<&'static Entry> {
    CATALOG.binary_search_by_key(&code.number(), |entry| entry.code).ok().and_then(|index| CATALOG.get(index))
}

const fn e(code: u16, name: &'static str, remedy: Remedy, retry_after_s: Option<u16>) -> Entry {
    Entry { code, name, remedy, retry_after_s }
}

/// Every code, in order.
pub const CATALOG: &[Entry] = &[
    e(500, "Internal server error", Remedy::Schedule, Some(30)),
    e(502, "Bad gateway", Remedy::Schedule, Some(60)),
    e(503, "Service unavailable", Remedy::Schedule, None),
    e(504, "Gateway time-out", Remedy::Schedule, Some(120)),
    e(520, "Web server is returning an unknown error", Remedy::Schedule, Some(60)),
    e(521, "Web server is down", Remedy::Schedule, Some(120)),
    e(522, "Connection timed out", Remedy::Schedule, Some(120)),
    e(523, "Origin is unreachable", Remedy::Schedule, Some(120)),
    e(524, "A timeout occurred", Remedy::Sparingly, Some(120)),
    e(525, "SSL handshake failed", Remedy::OnceAfterHalfHour, None),
    e(526, "Invalid SSL certificate", Remedy::OnceAfterHalfHour, None),
    e(1004, "Host not configured to serve web traffic", Remedy::Schedule, Some(120)),
    e(1015, "You are being rate limited", Remedy::Doubling, Some(30)),
    e(1016, "Origin DNS error", Remedy::OnceAfterHalfHour, None),
    e(1020, "Access denied", Remedy::Never, None),
    e(1033, "Cloudflare Tunnel error", Remedy::Schedule, Some(120)),
    e(1101, "Worker threw exception", Remedy::OnceAfterMinute, None),
];

// Lookup is a binary search, so an entry out of order must not compile.
const _: () = {
    let mut rest = CATALOG;
    while let [first, others @ ..] = rest {
        if let [second, ..] = others {
            assert!(first.code < second.code, "the catalogue must be in order of code, each code once");
        }
        rest = others;
    }
};
