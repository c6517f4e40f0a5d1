//! Which elements of a page hold what the markers read, as CSS selectors for a browser that can't send the whole page.

use core::fmt::Write;

use serde::Serialize;

use super::needle;

/// Elements of a page to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selector {
    /// The CSS selector.
    pub css: String,
    /// How much of each element's markup to send, in bytes from its beginning.
    pub most: usize,
    /// The text that an element must hold to be sent; `None` if the selector alone decides.
    pub holds: Option<&'static str>,
}

/// How much of an element is sent: more than near any marker is looked for.
const ELEMENT: usize = 4 * 1_024;

/// What isn't found by a name in an attribute: title, edge's links, forms, challenge options, and signs of an article.
const OTHERS: &[(&str, usize, Option<&str>)] = &[
    ("title", 512, None),
    ("meta[http-equiv]", 256, None),
    ("link[rel~=\"stylesheet\"][href*=\"/cdn-cgi/styles/\"]", 512, None),
    ("form[action*=\"/cdn-cgi/\"]", 1_024, None),
    ("[data-translate]", 512, None),
    ("a[href*=\"5xx-error-landing\"]", 512, None),
    ("article,meta[property^=\"og:\"],link[rel=\"canonical\"]", 256, None),
    ("script:not([src])", 2_048, Some("_cf_chl_opt")),
    ("script:not([src])", 2_048, Some("errorCode:")),
    ("script:not([src])", 2_048, Some("clipboard.writeText")),
    ("center", 256, Some("cloudflare")),
    ("p,li,span,small,div,code", 1_024, Some("Ray ID")),
];

/// The elements that matter, those that decide first; the build writes them into the content script.
///
/// Ids and classes are those that the markers look for, so that neither list can fall behind the other.
pub fn selectors() -> impl Iterator<Item = Selector> {
    let mut css = String::new();
    for name in needle::attributes() {
        let comma = if css.is_empty() { "" } else { "," };
        let _infallible = write!(css, "{comma}[id~=\"{name}\"],[class~=\"{name}\"]");
    }
    let named = Selector { css, most: ELEMENT, holds: None };
    let others = OTHERS.iter().map(|&(css, most, holds)| Selector { css: css.to_owned(), most, holds });
    let mut title_first: Vec<Selector> = others.collect();
    title_first.insert(1, named);
    title_first.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_a_marker_looks_for_is_selected() {
        let named = selectors().nth(1).unwrap();
        for name in ["cf-error-details", "cf-error-code", "cferror_details", "cf-wrapper", "cf-error-footer"] {
            assert!(named.css.contains(&format!("[class~=\"{name}\"]")), "{name}");
        }
        assert!(!named.css.contains("truncate"), "a style's name of all the world");
    }
}
