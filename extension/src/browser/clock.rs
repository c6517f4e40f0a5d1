//! The clock and chance, which core must not have.

use rayback_core::time::Timestamp;

/// Now.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "JavaScript's milliseconds fit until the year 275760"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_millis(js_sys::Date::now() as i64)
}

/// A random number that JavaScript's numbers can hold, so that it survives being stored: below 2⁵³.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the factor is between 0 and 1"
)]
pub(crate) fn chance() -> u64 {
    (js_sys::Math::random() * js_sys::Number::MAX_SAFE_INTEGER) as u64
}
