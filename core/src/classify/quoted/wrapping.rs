//! Removes one layer of the wrapping around a quoted page: string escapes, character references, encodings of mail and
//! URLs.

use memchr::memmem;

use crate::classify::page::{any_character, dereferenced};

/// The shortest run of base64 that can contain a page, in bytes.
const BASE64: usize = 64;

/// Removes one layer; `None` if there's none.
pub(super) fn unwrapped(text: &[u8]) -> Option<Vec<u8>> {
    let has = |part: &[u8]| memmem::find(text, part).is_some();
    if has(b"\\\"") || has(b"\\n") || has(b"\\u003c") || has(b"\\u003C") || has(b"\\/") {
        return Some(unescaped(text));
    }
    if has(b"&lt;") || has(b"&#60;") || has(b"&#x3c;") || has(b"&#x3C;") {
        let text = String::from_utf8_lossy(text);
        return Some(dereferenced(&text, any_character).into_bytes());
    }
    if has(b"%3C") || has(b"%3c") {
        return Some(with_hex_decoded(text, b'%'));
    }
    if has(b"=3D") {
        return Some(with_hex_decoded(text, b'='));
    }
    let decoded = base64(&longest_base64(text)?);
    let printable =
        decoded.iter().take(256).filter(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace()).count();
    (decoded.len() >= BASE64 / 2 && printable == decoded.len().min(256)).then_some(decoded)
}

/// Decodes bytes that are written as a sign and two hexadecimal digits: in URLs (`%3C`) and in mail (`=3C`,
/// quoted-printable, RFC 2045 §6.7). In mail, a sign at the end of a line joins it to the next.
fn with_hex_decoded(text: &[u8], sign: u8) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(sign, rest) {
        let (before, from) = rest.split_at(at);
        plain.extend_from_slice(before);
        let byte = hex(from.get(1..3)).and_then(|byte| u8::try_from(byte).ok());
        let length = match (byte, from.get(1), from.get(2)) {
            (Some(byte), ..) => {
                plain.push(byte);
                3
            }
            (None, Some(b'\n'), _) if sign == b'=' => 2,
            (None, Some(b'\r'), Some(b'\n')) if sign == b'=' => 3,
            _ => {
                plain.push(sign);
                1
            }
        };
        rest = from.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// Returns the longest run of base64, which may be broken into lines.
fn longest_base64(text: &[u8]) -> Option<Vec<u8>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let mut longest = text.split(|byte| !is_base64(byte)).max_by_key(|run| run.len())?.to_vec();
    let mut lines = Vec::new();
    for line in text.split(|byte| *byte == b'\n').chain([b" ".as_slice()]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let run = line.strip_suffix(b"==").or(line.strip_suffix(b"=")).unwrap_or(line);
        if !run.is_empty() && run.iter().all(is_base64) {
            lines.extend_from_slice(run);
        } else {
            if lines.len() > longest.len() {
                longest.clone_from(&lines);
            }
            lines.clear();
        }
    }
    (longest.len() >= BASE64).then_some(longest)
}

/// Resolves the escapes of JSON and of most languages' strings.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (byte, length) = match escape.get(1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'x') => match hex(escape.get(2..4)).and_then(|byte| u8::try_from(byte).ok()) {
                Some(byte) => (byte, 4),
                None => (b'x', 2),
            },
            Some(b'u') => {
                if let Some(letter) = hex(escape.get(2..6)).and_then(char::from_u32) {
                    plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = escape.get(6..).unwrap_or_default();
                    continue;
                }
                (b'\\', 1)
            }
            Some(other) => (*other, 2),
            None => (b'\\', 1),
        };
        plain.push(byte);
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// Parses hexadecimal digits.
fn hex(digits: Option<&[u8]>) -> Option<u32> {
    u32::from_str_radix(core::str::from_utf8(digits?).ok()?, 16).ok()
}

/// Decodes base64 of either alphabet, ignoring anything else.
fn base64(run: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(run.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in run {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_removed() {
        for wrapped in [
            r#"{"a": "\u003chtml class=\"x\">\n"}"#,
            r"'<html class=\'x\'>\n'",
            "&lt;html class=&quot;x&quot;&gt;",
            "&#60;html class=&#x22;x&#34;&#x3E;",
            "%3Chtml%20class=%22x%22%3E",
            "<html cla=\r\nss=3D\"x\">",
        ] {
            let plain = unwrapped(wrapped.as_bytes()).map(|plain| String::from_utf8(plain).unwrap());
            let plain = plain.unwrap().replace('\'', "\"");
            assert!(plain.contains("<html class=\"x\">"), "{wrapped}: {plain}");
        }
        assert_eq!(unwrapped(b"100 % = all &c."), None);
    }

    #[test]
    fn base64_is_read_over_several_lines() {
        let text = "Subject: x\n\nPGh0bWw+PGhlYWQ+PHRpdGxlPnNob3AuZXhhbXBsZSB8IDUyMjogQ29ubmVjdGlvbiB0aW1l\r\n\
                    ZCBvdXQ8L3RpdGxlPjwvaGVhZD48L2h0bWw+\r\n";
        assert_eq!(
            unwrapped(text.as_bytes()).unwrap(),
            b"<html><head><title>shop.example | 522: Connection timed out</title></head></html>"
        );
    }
}
