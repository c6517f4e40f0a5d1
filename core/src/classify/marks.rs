//! What a browser's script looks for before it starts anything, and what it sends of a large page.
//!
//! The extension's build writes both into a content script, so that neither can get out of step with the markers.

use serde::Serialize;

use super::{challenge, edge, needle};
use crate::observation::Observation;

/// The marks that the content script looks for. Every page that's Cloudflare's, or pretends to be, has at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GateMarks {
    /// Ids of elements, for pages with any status.
    pub names: Vec<&'static str>,
    /// A regular expression for the title, in any case, for pages with any status.
    pub titles: String,
    /// A regular expression for the markup of pages whose status is an error.
    pub text: String,
    /// Cloudflare's own statuses.
    pub statuses: Vec<u16>,
    /// The maximum length of what's sent of a page, in characters.
    pub most: usize,
}

/// Titles that only Cloudflare's pages have, and those that imitate them.
const TITLES: &str =
    r"^(just a moment|attention required!|(please )?(verify|verifying|checking|confirm)\b.*\b(human|browser)\b)";

/// The marks of the content script's gate. All of them are in JavaScript's syntax.
#[must_use]
pub fn gate_marks() -> GateMarks {
    let (marks, harmless) = needle::gate_marks();
    let harmless = harmless.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|");
    let marks = marks.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|");
    GateMarks {
        names: needle::attributes().filter(|name| is_cloudflares_own(name)).collect(),
        titles: format!(r"{TITLES}|^({})(\.\.\.|…)$", challenge::TRANSLATED_TITLES.join("|")),
        statuses: edge::statuses().collect(),
        most: Observation::EXCERPT_BYTES,
        text: format!(r"^\s*error code: \d|({marks})(?!{harmless})"),
    }
}

/// Whether only Cloudflare's pages have an element with this id.
fn is_cloudflares_own(name: &str) -> bool {
    name.starts_with("cf-") || name == "challenge-error-text"
}

/// Escapes a text for use in a regular expression.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_ascii_alphanumeric() && !matches!(character, '_' | '-' | ' ') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_searched_for_literally() {
        assert_eq!(escaped("gi/styles"), r"gi\/styles");
        assert_eq!(escaped(".com/ajax/"), r"\.com\/ajax\/");
        assert!(gate_marks().text.starts_with(r"^\s*error code: \d|(dflare|dFlare|cf-error|"));
    }

    #[test]
    fn a_translated_title_must_match_as_a_whole() {
        let titles = gate_marks().titles;
        assert!(titles.ends_with(r"|لحظة)(\.\.\.|…)$") && titles.contains(")|^(Nur einen Moment|"), "{titles}");
    }

    #[test]
    fn the_ids_of_boxes_and_challenges_are_among_the_names() {
        let names = gate_marks().names;
        for name in ["cf-wrapper", "cf-error-details", "challenge-error-text", "cf-please-wait"] {
            assert!(names.contains(&name), "{name}");
        }
        assert!(!names.contains(&"brand_link"), "a site may have one of its own");
    }
}
