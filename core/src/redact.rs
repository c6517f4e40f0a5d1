//! Redaction: removes anything that identifies a visitor from evidence and shared captures.

use core::fmt::Write;

use crate::ray::RayId;

/// The most distinct Ray IDs to keep apart; one of Cloudflare's pages shows one.
const MOST_RAYS: usize = 16;

/// The minimum length of a token, in characters: a word of capitals, lower-case letters and digits.
const TOKEN: usize = 24;

/// The longest quoted piece of evidence, in characters.
const SHORT: usize = 64;

/// Removes IP addresses, Ray IDs, queries, tokens and e-mail addresses from markup.
///
/// Everything that recognition depends on stays: elements, classes, codes, times, the names of places and hosts. So the
/// capture is classified as the page was. Queries are dropped, except on links to Cloudflare's own landing page, which
/// contain the code. Nothing is parsed; text that merely looks like one of these is removed too.
#[must_use]
pub fn redacted(markup: &str) -> String {
    let clean = addresses(&without_queries(markup));
    let mut redacted = String::with_capacity(clean.len());
    let mut rays: Vec<RayId> = Vec::new();
    let mut rest = clean.as_str();
    while let Some(start) = rest.find(is_token_character) {
        let (before, from) = rest.split_at(start);
        redacted.push_str(before);
        let end = from.find(|c| !is_token_character(c)).unwrap_or(from.len());
        let (word, tail) = from.split_at(end);
        rest = tail;
        if let Some(domain) = tail.strip_prefix('@').filter(|domain| domain.starts_with(is_token_character)) {
            redacted.push_str("[e-mail]");
            rest = domain.trim_start_matches(|c| is_token_character(c) || c == '.');
        } else if let Some(ray) = RayId::parse(word) {
            // Numbered from zero, so that readers of the capture still find a Ray ID and can see whether two are the
            // same.
            let number = rays.iter().position(|known| *known == ray).unwrap_or(rays.len());
            if number == rays.len() && number < MOST_RAYS {
                rays.push(ray);
            }
            let _infallible = write!(redacted, "{number:016x}");
        } else if is_token(word) {
            redacted.push_str("[token]");
        } else {
            redacted.push_str(word);
        }
    }
    redacted.push_str(rest);
    redacted
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '=')
}

fn is_token(word: &str) -> bool {
    word.len() >= TOKEN
        && word.contains(|c: char| c.is_ascii_digit())
        && word.contains(|c: char| c.is_ascii_uppercase())
        && word.contains(|c: char| c.is_ascii_lowercase())
}

/// Drops a URL's query, from the `?` to the end; a question mark that ends a sentence stays.
fn without_queries(markup: &str) -> String {
    let mut clean = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((before, tail)) = rest.split_once('?') {
        clean.push_str(before);
        clean.push('?');
        let end = tail
            .find(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | ')' | '\\')
            })
            .unwrap_or(tail.len());
        let (query, after) = tail.split_at(end);
        if before.ends_with("/5xx-error-landing") || before.ends_with("/5xx-error-landing/") {
            clean.push_str(query);
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// Shortens a piece of a page for display as evidence: one line, truncated, without IP addresses.
pub(crate) fn short(text: &str) -> String {
    let text = text.trim();
    // Most findings need no change.
    let fit = text.len() <= SHORT
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.as_bytes().windows(2).any(|pair| pair == b"  ");
    let line = if fit { text.to_owned() } else { one_line(text) };
    // Every address contains two colons or a dot after a digit.
    let suspect = line.bytes().filter(|byte| *byte == b':').count() > 1
        || line.as_bytes().windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'.']));
    if suspect { addresses(&line) } else { line }
}

/// Returns the text on one line, truncated.
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

/// Replaces every IPv4 and IPv6 address in a text with `[address]`.
pub(crate) fn addresses(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit() || c == ':') {
        let (before, from) = rest.split_at(start);
        clean.push_str(before);
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '.')).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        // A sentence may end right after an address, and "Your IP:" may come right before one.
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
    // The longest address is 45 characters, and words shorter than "::1" aren't addresses.
    (3..=45).contains(&word.len()) && (word.contains('.') || word.contains(':')) && {
        let host = word.rsplit_once(':').map_or(word, |(host, _)| if host.contains('.') { host } else { word });
        host.parse::<core::net::IpAddr>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visitors_data_is_removed() {
        let page = "<p>Your IP: 203.0.113.7, 2001:db8::7</p><p>Ray ID: 9f140b785e57c458</p>\
            <a href=\"https://shop.example/reset?code=secret&x=1#top\">Really?</a> me.you@mail.example \
            cH: 'lx2WJmTvlW4OYXwg1HDvEkjjGNuRbiZBcH04tWhY', ?ray=9f140b785e57c458";
        let clean = redacted(page);
        for gone in ["203.0.113.7", "2001:db8", "9f140b785e57c458", "secret", "x=1", "mail.example", "lx2WJm"] {
            assert!(!clean.contains(gone), "{gone} is still in {clean}");
        }
        for kept in ["Really?</a>", "Ray ID: 0000000000000000", "https://shop.example/reset?"] {
            assert!(clean.contains(kept), "{kept} is gone from {clean}");
        }
    }

    #[test]
    fn the_codes_in_links_stay() {
        let page = "<a href=\"https://www.cloudflare.com/5xx-error-landing?utm_source=errorcode_522&utm_campaign=shop.example\">";
        assert_eq!(redacted(page), page);
    }

    #[test]
    fn evidence_contains_no_address() {
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
