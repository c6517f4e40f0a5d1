//! A page as a list of found needles with the text around them; there is no parser of HTML here.

use core::ops::Range;
use std::borrow::Cow;

use memchr::{memchr, memmem, memrchr};

use super::needle::{self, Hit, Needle};
use crate::observation::fragments::BARRIER;

/// How far from a needle its text is looked for, in bytes; this bounds the work per needle.
pub(crate) const NEAR: usize = 1_536;

/// How far back the beginning of a script is looked for, in bytes; challenges carry some 20 KiB of script.
const SCRIPT: usize = 64 * 1024;

/// A page and what was found in it.
pub(super) struct Page<'a> {
    bytes: &'a [u8],
    hits: Vec<Hit>,
    title: Option<String>,
}

impl<'a> Page<'a> {
    /// Looks for every needle.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let hits = needle::hits(bytes);
        let title = hits.iter().find(|hit| hit.needle == Needle::Title).and_then(|hit| {
            let from = bytes.get(hit.end..bytes.len().min(hit.end + 512))?;
            let from = from.get(memchr(b'>', from)? + 1..)?;
            // Some titles are spread over lines.
            Some(words(from.get(..memmem::find(from, b"</").unwrap_or(from.len()))?, usize::MAX))
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

    /// Whether a hit is an element's id, and not one of its classes.
    pub(super) fn is_id(&self, hit: Hit) -> bool {
        let before = self.before(hit.start);
        before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before).ends_with(b"id=")
    }

    /// Whether the bytes end so soon behind a place that what should stand there may be cut off.
    pub(super) fn is_cut_off_near(&self, from: usize) -> bool {
        self.bytes.len().saturating_sub(from) < 64
    }

    /// The text of the title, if there is one.
    pub(super) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Every place where a needle stands.
    pub(super) fn all(&self, needle: Needle) -> impl Iterator<Item = Hit> {
        self.hits.iter().copied().filter(move |hit| hit.needle == needle)
    }

    /// The first place where a needle stands.
    pub(super) fn first(&self, needle: Needle) -> Option<Hit> {
        self.all(needle).next()
    }

    /// Whether a needle stands anywhere.
    pub(super) fn has(&self, needle: Needle) -> bool {
        self.first(needle).is_some()
    }

    /// The bytes behind a place, near it.
    pub(super) fn near(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.bytes.len().min(from.saturating_add(NEAR))).unwrap_or_default()
    }

    /// The bytes before a place, near it.
    pub(super) fn before(&self, to: usize) -> &'a [u8] {
        self.bytes.get(to.saturating_sub(NEAR)..to).unwrap_or_default()
    }

    /// What was found from one place to another.
    pub(super) fn within(&self, part: &Range<usize>) -> impl Iterator<Item = Hit> {
        self.hits.iter().copied().filter(|hit| part.contains(&hit.start))
    }

    /// What stands right behind a place up to the next quotation mark, `&`, blank or angle bracket: a value in a link.
    pub(super) fn value(&self, from: usize) -> &'a str {
        let near = self.near(from);
        let end = near.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'&' | b' ' | b'<' | b'>' | b'?' | b'\n'));
        end.and_then(|end| core::str::from_utf8(near.get(..end)?).ok()).unwrap_or_default()
    }

    /// The text behind an attribute's tag, its markup taken away, blanks made one; `most` bytes or a few more.
    pub(super) fn text_behind_tag(&self, from: usize, most: usize) -> String {
        let near = self.near(from);
        memchr(b'>', near).and_then(|end| near.get(end + 1..)).map(|near| words(near, most)).unwrap_or_default()
    }

    /// The text behind a place, its markup taken away, blanks made one; `most` bytes or a few more.
    pub(super) fn text_behind(&self, from: usize, most: usize) -> String {
        words(self.near(from), most)
    }

    /// Whether a place stands between a script's tags, however much markup the script's strings hold.
    pub(super) fn is_script_text(&self, at: usize) -> bool {
        let before = self.bytes.get(at.saturating_sub(SCRIPT)..at).unwrap_or_default();
        // Another piece of the page ends what came before it.
        let piece =
            memmem::find_iter(before, BARRIER.as_bytes()).last().and_then(|at| before.get(at..)).unwrap_or(before);
        // Forwards: only that direction is vectorised.
        match memmem::find_iter(piece, b"<script").last() {
            Some(open) => piece.get(open..).is_some_and(|script| memmem::find(script, b"</script").is_none()),
            None => false,
        }
    }

    /// Whether a place stands in a script, and is not a script that a text quotes.
    pub(super) fn in_script(&self, at: usize) -> bool {
        let before = self.before(at);
        let tag = memrchr(b'<', before).and_then(|tag| before.get(tag..)).unwrap_or_default();
        // Old pages hide a script's text from XML.
        starts_with_ignoring_case(tag, b"<script") || tag.starts_with(b"<![CDATA[")
    }
}

/// The first run of text between two tags that is not blank; looking begins outside a tag.
pub(super) fn first_run(bytes: &[u8]) -> Option<String> {
    Runs(bytes).map(plain).map(|run| run.trim().to_owned()).find(|run| !run.is_empty())
}

/// The text of markup, its tags taken away, blanks made one; `most` bytes or a few more.
pub(super) fn words(bytes: &[u8], most: usize) -> String {
    let mut text = String::with_capacity(most.min(64));
    // Split before it is decoded, so that no more is decoded than is wanted.
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

/// Text with the few character references that Cloudflare's pages use replaced by their characters.
pub(super) fn plain(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains('&') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, reference)) = rest.split_once('&') {
        plain.push_str(before);
        let known =
            [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\''), ("bull;", '•'), ("nbsp;", ' ')];
        let named = known.iter().find_map(|(name, character)| Some((*character, reference.strip_prefix(name)?)));
        let (character, behind) = named.unwrap_or(('&', reference));
        plain.push(character);
        rest = behind;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Whether bytes begin with ASCII text, whatever its case.
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
    fn a_script_is_told_from_a_quoted_script() {
        let real = b"<script>(function(){window._cf_chl_opt={";
        assert!(Page::read(real).in_script(30));
        let quoted = b"<code>window._cf_chl_opt={";
        assert!(!Page::read(quoted).in_script(15));
    }
}
