//! Simulated time.

/// Milliseconds since the outage began.
pub(crate) type Millis = i64;

/// A second.
pub(crate) const SECOND: Millis = 1000;
/// A minute.
pub(crate) const MINUTE: Millis = 60 * SECOND;
/// An hour.
pub(crate) const HOUR: Millis = 60 * MINUTE;

/// Any request's answer takes so long, of a failing origin and of a healthy one: refused connections are quick. Named as
/// an assumption; slower answers lengthen every policy's waits alike.
pub(crate) const LATENCY: Millis = 500;
