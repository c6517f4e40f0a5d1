//! CSS selectors for the elements that markers read, for a browser that can't send the whole page.

use core::fmt::Write;

use serde::Serialize;

use super::needle;

/// Elements of a page to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selector {
    /// The CSS selector.
    pub css: String,
    /// The most to send of each element's markup, in bytes from its start.
    pub most: usize,
    /// An element is only sent if its own text contains one of these. If there are none, the selector alone decides.
    pub holds: &'static [&'static str],
}

/// The most to send of an element, in bytes: more than is read near any marker.
const ELEMENT: usize = 4 * 1_024;

/// Names of keys and programs, as attacks write them.
const KEYS: &[&str] =
    &["Windows", "Win +", "CTRL", "Ctrl", "STRG", "Strg", "⌘", " +", "+ ", "powershell", "| bash", "ويندوز", "윈도"];

/// Elements not found by a name in an attribute: title, the edge's links, forms, challenge options and signs of an
/// article.
const OTHERS: &[(&str, usize, &[&str])] = &[
    ("title", 512, &[]),
    ("meta[http-equiv]", 256, &[]),
    ("link[rel~=\"stylesheet\"][href*=\"/cdn-cgi/styles/\"]", 512, &[]),
    ("form[action*=\"/cdn-cgi/\"]", 1_024, &[]),
    ("[data-translate]", 512, &[]),
    ("a[href*=\"5xx-error-landing\"]", 512, &[]),
    ("article,meta[property^=\"og:\"],link[rel=\"canonical\"]", 256, &[]),
    ("script:not([src])", 2_048, &["_cf_chl_opt"]),
    ("script:not([src])", 2_048, &["errorCode:"]),
    ("script:not([src])", 2_048, &["clipboard.writeText"]),
    ("center", 256, &["cloudflare"]),
    ("p,li,span,small,div,code", 1_024, &["Ray ID"]),
    // The keys, programs and commands in an attack's instructions, which are often split between nested elements.
    ("p,li,span,div", 512, KEYS),
    ("kbd,b,strong,code,pre", 256, KEYS),
    ("a[href*=\".exe\"],a[href*=\".msi\"],a[href*=\".scr\"],a[href*=\".ps1\"]", 256, &[]),
];

/// Returns the elements to send, the most decisive first; the build writes them into the content script.
///
/// The ids and classes are those that markers look for, so the two lists can't drift apart.
pub fn selectors() -> impl Iterator<Item = Selector> {
    let mut css = String::new();
    for name in needle::attributes() {
        let comma = if css.is_empty() { "" } else { "," };
        let _infallible = write!(css, "{comma}[id~=\"{name}\"],[class~=\"{name}\"]");
    }
    let named = Selector { css, most: ELEMENT, holds: &[] };
    let others = OTHERS.iter().map(|&(css, most, holds)| Selector { css: css.to_owned(), most, holds });
    let mut title_first: Vec<Selector> = others.collect();
    title_first.insert(1, named);
    title_first.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_attack_asks_for_is_selected() {
        let texts: Vec<&str> = selectors().flat_map(|selector| selector.holds).copied().collect();
        for text in ["Windows", "Ctrl", "powershell", "| bash"] {
            assert!(texts.contains(&text), "{text}");
        }
        assert!(selectors().any(|selector| selector.css.contains(r#"a[href*=".exe"]"#)), "a program");
    }

    #[test]
    fn every_id_and_class_of_a_marker_is_selected() {
        let named = selectors().nth(1).unwrap();
        for name in ["cf-error-details", "cf-error-code", "cferror_details", "cf-wrapper", "cf-error-footer"] {
            assert!(named.css.contains(&format!("[class~=\"{name}\"]")), "{name}");
        }
        assert!(!named.css.contains("truncate"), "a common class name");
    }
}
