//! The clock and random numbers, which core must not have.

use rayback_core::time::Timestamp;

/// The present moment.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "JavaScript's milliseconds fit until the year 275760"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_millis(js_sys::Date::now() as i64)
}

/// A random number below 2⁵³, the largest that JavaScript's numbers can hold, so that it survives being stored.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the factor is between 0 and 1"
)]
pub(crate) fn chance() -> u64 {
    (js_sys::Math::random() * js_sys::Number::MAX_SAFE_INTEGER) as u64
}

/// How far local time is ahead of UTC, in minutes.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a day has 1440 minutes")]
pub(crate) fn utc_offset_minutes() -> i16 {
    -js_sys::Date::new_0().get_timezone_offset() as i16
}
