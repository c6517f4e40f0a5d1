//! Simulated time.

/// Milliseconds since the outage began.
pub(crate) type Millis = i64;

/// A second.
pub(crate) const SECOND: Millis = 1000;
/// A minute.
pub(crate) const MINUTE: Millis = 60 * SECOND;
/// An hour.
pub(crate) const HOUR: Millis = 60 * MINUTE;

/// The latency of any response, from a failing or a healthy origin. An assumption: refused connections are quick, and slower
/// responses would lengthen all policies' waits equally.
pub(crate) const LATENCY: Millis = 500;
