//! Decodes a body so that ASCII markers can be found in it.

use std::borrow::Cow;

use super::READ_BYTES;

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8 or any other encoding that keeps ASCII as it is.
    Ascii,
    /// UTF-16 of either byte order.
    Utf16,
    /// gzip, zstd or another container, which can't be read here.
    Compressed,
}

/// Returns the part of a body to be read, with ASCII as ASCII.
///
/// UTF-16 is converted to UTF-8. At most [`READ_BYTES`] of the body are read.
pub(super) fn decode(body: &[u8]) -> (Cow<'_, [u8]>, Encoding) {
    let body = body.get(..READ_BYTES).unwrap_or(body);
    match body {
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => (Cow::Borrowed(body), Encoding::Compressed),
        [0xef, 0xbb, 0xbf, rest @ ..] => (Cow::Borrowed(rest), Encoding::Ascii),
        [0xff, 0xfe, rest @ ..] => (Cow::Owned(utf16(rest, u16::from_le_bytes)), Encoding::Utf16),
        [0xfe, 0xff, rest @ ..] => (Cow::Owned(utf16(rest, u16::from_be_bytes)), Encoding::Utf16),
        // Markup starts with two ASCII characters; in UTF-16 without a byte order mark they alternate with zeros.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => {
            (Cow::Owned(utf16(body, u16::from_le_bytes)), Encoding::Utf16)
        }
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => {
            (Cow::Owned(utf16(body, u16::from_be_bytes)), Encoding::Utf16)
        }
        _ => (Cow::Borrowed(body), Encoding::Ascii),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_of_either_byte_order_is_decoded_with_or_without_a_mark() {
        let text = "<!DOCTYPE html>";
        for mark in [true, false] {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            let little: Vec<u8> = units.clone().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
            assert_eq!(&*decode(&little).0, text.as_bytes());
            assert_eq!(&*decode(&big).0, text.as_bytes());
        }
    }

    #[test]
    fn half_a_unit_at_the_end_is_dropped() {
        assert_eq!(&*decode(b"\xff\xfea\0b").0, b"a");
    }
}
