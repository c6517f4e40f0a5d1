//! Keeping the visitor's address out of everything that leaves a page.

/// How long a quoted piece of evidence may be, in characters.
const SHORT: usize = 64;

/// A piece of a page, fit to be shown as evidence: one line, cut short, without addresses.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    // Nearly all that is found is fit as it stands.
    let fit = text.len() <= SHORT
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.as_bytes().windows(2).any(|pair| pair == b"  ");
    let line = if fit { text.to_owned() } else { one_line(text) };
    // Every address holds two colons or a dot behind a digit.
    let suspect = line.bytes().filter(|byte| *byte == b':').count() > 1
        || line.as_bytes().windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'.']));
    if suspect { addresses(&line) } else { line }
}

/// The text on one line, cut short.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(SHORT + 4));
    let mut space = false;
    for (count, character) in text.chars().enumerate() {
        if count == SHORT {
            line.push('…');
            break;
        }
        if character.is_whitespace() || character.is_control() {
            space = !line.is_empty();
            continue;
        }
        if space {
            line.push(' ');
            space = false;
        }
        line.push(character);
    }
    line
}

/// The text with every IPv4 and IPv6 address replaced by `[address]`.
pub(crate) fn addresses(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit() || c == ':') {
        let (before, from) = rest.split_at(start);
        clean.push_str(before);
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '.')).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        // A sentence may end right behind an address, and "Your IP:" may stand right before one.
        let bare = word.trim_end_matches(['.', ':']);
        let tail = word.get(bare.len()..).unwrap_or_default();
        if is_address(bare) || is_address(word) {
            clean.push_str("[address]");
            if is_address(bare) {
                clean.push_str(tail);
            }
        } else {
            clean.push_str(word);
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

fn is_address(word: &str) -> bool {
    // The longest address is 45 characters, and shorter words than "::1" are none.
    (3..=45).contains(&word.len()) && (word.contains('.') || word.contains(':')) && {
        let host = word.rsplit_once(':').map_or(word, |(host, _)| if host.contains('.') { host } else { word });
        host.parse::<core::net::IpAddr>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_holds_no_address() {
        assert_eq!(short("Your IP: 203.0.113.7"), "Your IP: [address]");
        assert_eq!(short("from 2001:db8::7, port 1"), "from [address], port 1");
        assert_eq!(short("203.0.113.7:8080."), "[address].");
        assert_eq!(short("at 12:30:45 UTC on shop.example."), "at 12:30:45 UTC on shop.example.");
    }

    #[test]
    fn evidence_is_one_short_line() {
        assert_eq!(short(" a\n\t b\0c "), "a b c");
        assert_eq!(short(&"x".repeat(1_000)).chars().count(), SHORT + 1);
    }
}
