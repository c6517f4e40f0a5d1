//! Captures that may be shown to others: a page's markup without what belongs to one visitor.

use core::fmt::Write;

use crate::classify::redact;
use crate::ray::RayId;

/// How many Ray IDs are told apart; a page of Cloudflare's shows one.
const MOST_RAYS: usize = 16;

/// A word of this many characters, made of capitals, small letters and digits, is taken for a token.
const TOKEN: usize = 24;

/// The markup without addresses, Ray IDs, queries, tokens and e-mail addresses.
///
/// What recognition rests on stays: elements, classes, codes, times, the names of places and hosts, so that the capture
/// is read as the page was. Queries are dropped except on the links to Cloudflare's own landing page, which name the
/// code. Nothing is parsed; text that merely looks like one of these goes too.
#[must_use]
pub fn redacted(markup: &str) -> String {
    let clean = redact::addresses(&without_queries(markup));
    let mut redacted = String::with_capacity(clean.len());
    let mut rays: Vec<RayId> = Vec::new();
    let mut rest = clean.as_str();
    while let Some(start) = rest.find(is_token_character) {
        let (before, from) = rest.split_at(start);
        redacted.push_str(before);
        let end = from.find(|c| !is_token_character(c)).unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        rest = behind;
        if let Some(domain) = behind.strip_prefix('@').filter(|domain| domain.starts_with(is_token_character)) {
            redacted.push_str("[e-mail]");
            rest = domain.trim_start_matches(|c| is_token_character(c) || c == '.');
        } else if let Some(ray) = RayId::parse(word) {
            // Numbered from zero, so that what reads the capture still finds one, and whether two are the same.
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

/// Drops what stands behind a `?` up to the end of an address; a question mark that ends a sentence stays.
fn without_queries(markup: &str) -> String {
    let mut clean = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((before, behind)) = rest.split_once('?') {
        clean.push_str(before);
        clean.push('?');
        let end = behind
            .find(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | ')' | '\\')
            })
            .unwrap_or(behind.len());
        let (query, after) = behind.split_at(end);
        if before.ends_with("/5xx-error-landing") || before.ends_with("/5xx-error-landing/") {
            clean.push_str(query);
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_visitor_is_gone() {
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
    fn what_names_the_code_stays() {
        let page = "<a href=\"https://www.cloudflare.com/5xx-error-landing?utm_source=errorcode_522&utm_campaign=shop.example\">";
        assert_eq!(redacted(page), page);
    }
}
