//! A page as a list of found needles with the text around them; HTML isn't parsed.

use core::ops::Range;
use std::borrow::Cow;

use memchr::{memchr, memrchr};

use super::needle::{self, Hit, Needle};
use crate::observation::NEAR;

/// A page and the needles found in it.
pub(super) struct Page<'a> {
    bytes: &'a [u8],
    hits: Vec<Hit>,
    title: Option<String>,
}

impl<'a> Page<'a> {
    /// Finds every needle in a page.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let hits = needle::hits(bytes);
        let title = hits.iter().find(|hit| hit.needle == Needle::Title).and_then(|hit| {
            let from = bytes.get(hit.end..bytes.len().min(hit.end + 512))?;
            let from = from.get(memchr(b'>', from)? + 1..)?;
            // Some titles are spread over several lines.
            Some(words(from.get(..closing_tag(from).unwrap_or(from.len()))?, usize::MAX))
        });
        Self { bytes, hits, title }
    }

    /// The page's bytes.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The text of a hit.
    pub(super) fn bytes_of(&self, hit: Hit) -> &'a str {
        self.bytes.get(hit.start..hit.end).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Whether a hit is an element's id rather than one of its classes.
    pub(super) fn is_id(&self, hit: Hit) -> bool {
        let before = self.before(hit.start);
        before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before).ends_with(b"id=")
    }

    /// Whether the page ends so soon after a position that the expected text may be cut off.
    pub(super) fn is_cut_off_near(&self, from: usize) -> bool {
        self.bytes.len().saturating_sub(from) < 64
    }

    /// The title's text, if there's a title.
    pub(super) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Returns every hit of a needle.
    pub(super) fn all(&self, needle: Needle) -> impl Iterator<Item = Hit> {
        self.hits.iter().copied().filter(move |hit| hit.needle == needle)
    }

    /// Returns the first hit of a needle.
    pub(super) fn first(&self, needle: Needle) -> Option<Hit> {
        self.all(needle).next()
    }

    /// Whether a needle occurs anywhere.
    pub(super) fn has(&self, needle: Needle) -> bool {
        self.first(needle).is_some()
    }

    /// The bytes after a position, up to [`NEAR`].
    pub(super) fn near(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.bytes.len().min(from.saturating_add(NEAR))).unwrap_or_default()
    }

    /// The bytes before a position, up to [`NEAR`].
    pub(super) fn before(&self, to: usize) -> &'a [u8] {
        self.bytes.get(to.saturating_sub(NEAR)..to).unwrap_or_default()
    }

    /// Returns the tag that a hit is in, from its angle bracket on; empty if there's none nearby.
    pub(super) fn tag_around(&self, hit: Hit) -> &'a str {
        let before = self.bytes.get(hit.start.saturating_sub(NEAR)..=hit.start).unwrap_or_default();
        let start = memrchr(b'<', before).map(|at| hit.start + 1 - (before.len() - at));
        let tag = start.and_then(|start| self.bytes.get(start..)).unwrap_or_default();
        let tag = memchr(b'>', tag.get(..2 * NEAR).unwrap_or(tag)).and_then(|end| tag.get(..end));
        tag.and_then(|tag| core::str::from_utf8(tag).ok()).unwrap_or_default()
    }

    /// Returns the hits in a range.
    pub(super) fn within(&self, part: &Range<usize>) -> impl Iterator<Item = Hit> {
        self.hits.iter().copied().filter(|hit| part.contains(&hit.start))
    }

    /// Returns the value in a link: the text after a position up to the next quotation mark, `&`, blank or angle
    /// bracket.
    pub(super) fn value(&self, from: usize) -> &'a str {
        let near = self.near(from);
        let end = near.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'&' | b' ' | b'<' | b'>' | b'?' | b'\n'));
        end.and_then(|end| core::str::from_utf8(near.get(..end)?).ok()).unwrap_or_default()
    }

    /// Returns the text after an attribute's tag, without markup and with blanks collapsed; `most` bytes or slightly
    /// more.
    pub(super) fn text_after_tag(&self, from: usize, most: usize) -> String {
        let near = self.near(from);
        memchr(b'>', near).and_then(|end| near.get(end + 1..)).map(|near| words(near, most)).unwrap_or_default()
    }

    /// Returns the text after a position, without markup and with blanks collapsed; `most` bytes or slightly more.
    pub(super) fn text_after(&self, from: usize, most: usize) -> String {
        words(self.near(from), most)
    }

    /// Whether a position is in a script, as opposed to a script quoted in a text.
    pub(super) fn in_script(&self, at: usize) -> bool {
        let before = self.before(at);
        let tag = memrchr(b'<', before).and_then(|tag| before.get(tag..)).unwrap_or_default();
        // Old pages hide a script's text from XML parsers.
        starts_with_ignoring_case(tag, b"<script") || tag.starts_with(b"<![CDATA[")
    }
}

/// Returns the first run of text between two tags that isn't blank, starting outside a tag.
pub(super) fn first_run(bytes: &[u8]) -> Option<String> {
    Runs(bytes).map(plain).map(|run| run.trim().to_owned()).find(|run| !run.is_empty())
}

/// Returns the position of the first closing tag.
pub(super) fn closing_tag(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', bytes).find(|at| bytes.get(at + 1) == Some(&b'/'))
}

/// Returns the text of markup, without tags and with blanks collapsed; `most` bytes or slightly more.
pub(super) fn words(bytes: &[u8], most: usize) -> String {
    let mut text = String::with_capacity(most.min(64));
    // Split before decoding, so that no more is decoded than needed.
    for run in Runs(bytes).flat_map(|run| run.split(u8::is_ascii_whitespace)).filter(|run| !run.is_empty()) {
        for word in plain(run).split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
            if text.len() >= most {
                return text;
            }
        }
    }
    text
}

/// The runs of text between tags.
struct Runs<'a>(&'a [u8]);

impl<'a> Iterator for Runs<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let Some(open) = memchr(b'<', self.0) else { return Some(core::mem::take(&mut self.0)) };
        let (run, tag) = self.0.split_at_checked(open)?;
        self.0 = memchr(b'>', tag).and_then(|close| tag.get(close + 1..)).unwrap_or_default();
        Some(run)
    }
}

/// Decodes text, replacing the few character references that Cloudflare's pages use.
pub(super) fn plain(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains('&') { Cow::Owned(dereferenced(&text, named_character)) } else { text }
}

/// Replaces character references. `resolve` gets the text after each `&`, and returns the character and the text after
/// the reference; `None` if it isn't a reference.
pub(super) fn dereferenced<'a>(text: &'a str, resolve: impl Fn(&'a str) -> Option<(char, &'a str)>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        plain.push_str(before);
        let (character, after) = resolve(reference).unwrap_or(('&', reference));
        plain.push(character);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Reads one of the few references that Cloudflare's pages use, for [`dereferenced`].
fn named_character(reference: &str) -> Option<(char, &str)> {
    [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\''), ("bull;", '•'), ("nbsp;", ' ')]
        .iter()
        .find_map(|(name, character)| Some((*character, reference.strip_prefix(name)?)))
}

/// Reads any numeric reference and some named ones, for [`dereferenced`].
pub(super) fn any_character(reference: &str) -> Option<(char, &str)> {
    if let Some(found) = named_character(reference) {
        return Some(found);
    }
    // No reference is longer. Without a limit, many ampersands without a semicolon would take quadratic time.
    let end = reference.bytes().take(10).position(|byte| byte == b';')?;
    let (name, after) = (reference.get(..end)?, reference.get(end + 1..)?);
    let number = match name {
        "apos" => return Some(('\'', after)),
        "plus" => return Some(('+', after)),
        _ => name.strip_prefix('#')?,
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    Some((char::from_u32(number.ok()?)?, after))
}

/// Whether bytes start with a tag or comment, apart from white space. In a transcript, `< ` marks a line of the head.
pub(super) fn starts_with_markup(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    start.first() == Some(&b'<') && !start.get(1).is_some_and(u8::is_ascii_whitespace)
}

/// Whether bytes start with the beginning of an HTML document.
pub(super) fn starts_document(bytes: &[u8]) -> bool {
    starts_with_ignoring_case(bytes, b"<!doctype html") || starts_with_ignoring_case(bytes, b"<html")
}

/// Whether bytes start with this ASCII text, ignoring case.
pub(super) fn starts_with_ignoring_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_through_tags_and_references() {
        assert_eq!(words(b"<b>Error</b>\n <span x=1>code &bull; 522</span> more", 16), "Error code • 522");
        assert_eq!(first_run(b" <i> </i><b>Frankfurt </b>x").as_deref(), Some("Frankfurt"));
        assert_eq!(plain(b"a &amp;lt; b &unknown"), "a &lt; b &unknown");
    }

    #[test]
    fn a_script_is_distinguished_from_a_quoted_script() {
        let real = b"<script>(function(){window._cf_chl_opt={";
        assert!(Page::read(real).in_script(30));
        let quoted = b"<code>window._cf_chl_opt={";
        assert!(!Page::read(quoted).in_script(15));
    }
}
