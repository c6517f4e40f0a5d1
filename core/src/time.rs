//! Timestamps, as integers that can be stored and replayed.

use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time: milliseconds since the Unix epoch, UTC.
///
/// Arithmetic saturates, because clocks jump and stored values may be damaged; nothing here can overflow.
///
/// ```
/// use core::time::Duration;
/// use rayback_core::Timestamp;
///
/// let start = Timestamp::parse("2026-11-12T00:52:56Z").unwrap();
/// let later = start.after(Duration::from_secs(60));
/// assert_eq!(later.to_string(), "2026-11-12T00:53:56Z");
/// assert_eq!(start.since(later), Duration::ZERO, "never negative");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A fact together with the time it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dated<T> {
    /// The fact.
    pub value: T,
    /// When it was seen.
    pub seen_at: Timestamp,
}

impl<T> Dated<T> {
    /// Creates a fact seen at this time.
    pub const fn new(value: T, seen_at: Timestamp) -> Self {
        Self { value, seen_at }
    }
}

impl Timestamp {
    /// Creates the time this many milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Returns the time `duration` later; the last representable time if that would overflow.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// Returns the time `duration` earlier; the first representable time if that would overflow.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// Returns the time elapsed since `earlier`; zero if `earlier` is in fact later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Parses an RFC 3339 time such as `2026-11-12T00:52:56Z`, or a page's own `2026-11-12 00:52:56 UTC`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let moment = match text.strip_suffix(" UTC") {
            Some(civil) => OffsetDateTime::parse(&format!("{}Z", civil.trim().replacen(' ', "T", 1)), &Rfc3339),
            None => OffsetDateTime::parse(text, &Rfc3339),
        };
        let moment = moment.ok()?;
        Some(Self(moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())))
    }
}

/// Formats as RFC 3339 in UTC to the second, such as `2026-11-12T00:52:56Z`; outside the years it supports, as bare
/// milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(moment) = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)) else {
            return write!(f, "{} ms", self.0);
        };
        let (year, month, day) = (moment.year(), u8::from(moment.month()), moment.day());
        let (hour, minute, second) = moment.to_hms();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Durations as whole milliseconds, for `#[serde(with = "…")]`.
pub(crate) mod duration_ms {
    use core::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_time_and_its_rfc_3339_form_are_the_same_time() {
        let page = Timestamp::parse("2025-11-12 00:52:56 UTC");
        assert_eq!(page, Timestamp::parse("2025-11-12T00:52:56Z"));
        assert_eq!(page.unwrap().to_string(), "2025-11-12T00:52:56Z");
    }

    #[test]
    fn no_time_elapses_when_a_clock_jumps_back() {
        let now = Timestamp::from_unix_millis(1_000);
        assert_eq!(now.since(now.after(Duration::from_secs(5))), Duration::ZERO);
    }

    #[test]
    fn damaged_timestamps_saturate() {
        let last = Timestamp::from_unix_millis(i64::MAX);
        assert_eq!(last.after(Duration::from_secs(1)), last);
        assert!(!last.to_string().is_empty());
    }
}
