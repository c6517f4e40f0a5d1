//! Searches for many strings in one pass.

use core::iter::successors;
use core::num::NonZeroU16;

/// How much is looked up at once, in bytes.
const WORD: usize = 2 * STRIDE;
/// The distance between lookups, in bytes. Each string is indexed by its words at as many offsets.
const STRIDE: usize = 2;
/// The size of the hash table, as a power of two: few words collide, and the table fits in the L1 cache.
const BITS: u32 = 13;

/// A set of strings, indexed by their first bytes, ignoring case.
///
/// Words of the text are looked up independently of each other (Rabin–Karp). That's also fast in wasm, where no
/// vectorised search is available and an automaton for a hundred strings doesn't fit in the L1 cache.
pub(super) struct Search {
    /// The first word in each slot.
    first: Box<[Number; 1 << BITS]>,
    words: Vec<Word>,
}

/// A word of a string.
struct Word {
    /// The string's index.
    string: usize,
    /// The word's offset in the string, in bytes.
    offset: usize,
    /// The next word in the same slot.
    next: Number,
}

/// A word's number, from one.
type Number = Option<NonZeroU16>;

impl Search {
    /// Builds a search for these strings, each at least five bytes long: shorter ones would be missed at some
    /// positions.
    pub(super) fn new(strings: impl Iterator<Item = &'static str>) -> Self {
        let mut search = Self { first: Box::new([None; 1 << BITS]), words: Vec::new() };
        let words = strings.enumerate().flat_map(|(string, text)| {
            text.as_bytes().array_windows().take(STRIDE).enumerate().map(move |(offset, word)| (string, offset, *word))
        });
        for (number, (string, offset, word)) in (1..=u16::MAX).zip(words) {
            let first = search.first.get_mut(place(word));
            let next = first.and_then(|first| core::mem::replace(first, NonZeroU16::new(number)));
            search.words.push(Word { string, offset, next });
        }
        search
    }

    /// Returns the candidate matches: a string's index and its position. The caller must compare the whole string.
    pub(super) fn candidates(&self, bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let (steps, _) = bytes.as_chunks::<STRIDE>();
        let known = steps.array_windows().enumerate().filter_map(|(step, &[[one, two], [three, four]])| {
            let first = (*self.first.get(place([one, two, three, four]))?)?;
            Some((step * STRIDE, first))
        });
        known.flat_map(|(at, first)| {
            let words = successors(self.word(first), |word| self.word(word.next?));
            words.filter_map(move |word| Some((word.string, at.checked_sub(word.offset)?)))
        })
    }

    /// Returns the word with this number.
    fn word(&self, number: NonZeroU16) -> Option<&Word> {
        self.words.get(usize::from(number.get()) - 1)
    }
}

/// Returns a word's slot, ignoring case.
fn place(word: [u8; WORD]) -> usize {
    // Sets the bit that distinguishes upper from lower case; other collisions are resolved when the caller compares.
    let word = u32::from_le_bytes(word) | 0x2020_2020;
    // Fibonacci hashing: the golden ratio spreads values that differ in only a few bits.
    usize::try_from(word.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_is_found_at_any_position_in_any_case() {
        let strings = ["cf-error-code", "cf-error-details", "Ray ID", "win+r"];
        let search = Search::new(strings.into_iter());
        let found = |text: &str| -> Vec<(usize, usize)> {
            let stands = |&(string, start): &(usize, usize)| {
                text.get(start..start + strings[string].len())
                    .is_some_and(|here| here.eq_ignore_ascii_case(strings[string]))
            };
            search.candidates(text.as_bytes()).filter(stands).collect()
        };
        assert_eq!(found("cf-error-details WIN+R"), [(1, 0), (3, 17)]);
        assert_eq!(found("xcf-error-code Ray ID"), [(0, 1), (2, 15)]);
        assert_eq!(found("ay ID win+"), []);
        assert_eq!(found(""), []);
    }
}
