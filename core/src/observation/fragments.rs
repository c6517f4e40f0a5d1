//! The relevant parts of a large page with their positions, read as one observation.
//!
//! A site's own error page with inlined images can be hundreds of KiB, of which Cloudflare's box is one. A browser
//! sends the elements that [`selectors`](crate::classify::selectors) select, wherever they are.

use serde::{Deserialize, Serialize};

use super::NEAR;
use super::Observation;
use crate::order;

/// The parts of a page.
///
/// ```
/// use rayback_core::classify::classify;
/// use rayback_core::observation::Observation;
/// use rayback_core::observation::fragments::Fragments;
///
/// let mut parts = Fragments { total: Some(50_000_000), is_cut: false, pieces: Vec::new() };
/// parts.push(40, "<title>Our shop is closed</title>");
/// parts.push(49_000_000, "<div class=\"cf-error-details cf-error-522\"><ul class=\"cferror_details\">");
/// let observation = Observation { status: Some(522), body: parts.into_body().into(), ..Observation::default() };
/// assert_eq!(classify(&observation).unwrap().code.unwrap().number(), 522);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fragments {
    /// The page's length in bytes, if known.
    #[serde(default)]
    pub total: Option<usize>,
    /// Whether a selected element was left out: too many elements, too long ones, or too many nodes to visit.
    pub is_cut: bool,
    /// The pieces, in any order.
    pub pieces: Vec<Fragment>,
}

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fragment {
    /// Its position in the page, in bytes; only the order matters, and whether two pieces touch.
    pub at: usize,
    /// Its markup.
    pub text: String,
}

/// The end of a piece: no marker reads past it, see [`Fragments::into_body`].
pub(crate) const BARRIER: &str = "\u{1c}\u{1d}\u{1c}";

impl Fragments {
    /// Adds a piece.
    pub fn push(&mut self, at: usize, text: impl Into<String>) {
        self.pieces.push(Fragment { at, text: text.into() });
    }

    /// Returns the pieces in order, as a body: at most [`Observation::EXCERPT_BYTES`] of markup.
    ///
    /// Pieces that don't touch are separated by a gap wider than the text read near any marker, so no evidence spans
    /// two pieces. Text that overlaps the previous piece is left out. If nothing was left out of the page, it's closed,
    /// so that anything missing from it counts as missing.
    #[must_use]
    pub fn into_body(mut self) -> Vec<u8> {
        self.pieces = order::by_number(self.pieces, |piece| i64::try_from(piece.at).unwrap_or(i64::MAX));
        let mut body = Vec::new();
        let mut left = Observation::EXCERPT_BYTES;
        let mut end = None;
        for piece in &self.pieces {
            let overlap = end.map_or(0, |end: usize| end.saturating_sub(piece.at)).min(piece.text.len());
            let new = piece.text.as_bytes().get(overlap..).unwrap_or_default();
            let kept = new.get(..left).unwrap_or(new);
            if kept.is_empty() {
                self.is_cut |= !new.is_empty();
                continue;
            }
            if end.is_some_and(|end| end < piece.at) {
                gap(&mut body);
            }
            body.extend_from_slice(kept);
            left -= kept.len();
            self.is_cut |= kept.len() < new.len();
            end = Some(piece.at.saturating_add(overlap).saturating_add(kept.len()));
        }
        if !self.is_cut && !body.is_empty() {
            gap(&mut body);
            body.extend_from_slice(b"</html>");
        }
        body
    }
}

fn gap(body: &mut Vec<u8>) {
    body.extend_from_slice(BARRIER.as_bytes());
    body.resize(body.len() + NEAR, b' ');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Examination, classify, examine};

    const TITLE: &str = "<!DOCTYPE html><html><head><title>shop.example | 522: Connection timed out</title>";
    const BOX: &str =
        "<div id=\"cf-wrapper\"><div id=\"cf-error-details\"><h1><span class=\"code-label\">Error code 522</span>";
    const FOOTER: &str = "<div class=\"cf-error-footer\">Cloudflare Ray ID: <strong>9f140b785e57c458</strong></div>";

    fn read(pieces: &[(usize, &str)], is_cut: bool) -> Examination {
        let mut parts = Fragments { total: Some(50_000_000), is_cut, pieces: Vec::new() };
        for (at, text) in pieces {
            parts.push(*at, *text);
        }
        examine(&Observation { body: parts.into_body().into(), ..Observation::default() })
    }

    #[test]
    fn distant_pieces_in_any_order_are_read_as_one_page() {
        let Examination::Cloudflare(page) = read(&[(49_000_000, FOOTER), (0, TITLE), (25_000_000, BOX)], true) else {
            panic!("not recognised")
        };
        assert_eq!(page.code, "522".parse().ok());
        assert_eq!(page.ray.map(|ray| ray.to_string()).as_deref(), Some("9f140b785e57c458"));
        assert_eq!(page.host.as_deref(), Some("shop.example"));
    }

    #[test]
    fn no_evidence_spans_two_pieces() {
        let label = "<div id=\"cf-wrapper\"><div id=\"cf-error-details\"><span data-translate=\"error\">Error</span>";
        let number = "<span>1016</span>";
        let code = |at| match read(&[(0, label), (at, number)], true) {
            Examination::Cloudflare(page) => page.code,
            Examination::Other { .. } => None,
        };
        assert_eq!(code(label.len()), "1016".parse().ok(), "pieces that touch are one");
        assert_eq!(code(label.len() + 1), None);
    }

    #[test]
    fn a_script_that_is_cut_off_does_not_swallow_the_next_piece() {
        let script = "<!DOCTYPE html><script>var page = '";
        let Examination::Cloudflare(page) = read(&[(0, script), (90_000, BOX), (95_000, FOOTER)], true) else {
            panic!("not recognised")
        };
        assert_eq!(page.code, "522".parse().ok());
    }

    #[test]
    fn the_body_is_bounded_and_overlaps_are_left_out() {
        let long = "x".repeat(Observation::EXCERPT_BYTES);
        let mut parts = Fragments::default();
        parts.push(0, "<html>abc");
        parts.push(6, "abcdef");
        parts.push(1_000, long);
        let body = parts.into_body();
        assert!(body.starts_with(b"<html>abcdef"));
        assert!(body.len() <= Observation::EXCERPT_BYTES + NEAR + BARRIER.len());
        assert!(!body.ends_with(b"</html>"), "something was left out");
    }

    #[test]
    fn no_pieces_are_an_empty_body() {
        assert_eq!(Fragments::default().into_body(), b"");
        assert_eq!(classify(&Observation::default()), None);
    }
}
