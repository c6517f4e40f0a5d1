//! Searches for many strings in one pass.

use core::iter::successors;

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
    slots: Box<[Slot; 1 << BITS]>,
    words: Vec<Word>,
}

/// A slot of the hash table: the number of its first word, from one, and the classes of all its words.
///
/// The classes reject five of six words of a text that share a slot with a word of a string by chance.
#[derive(Clone, Copy, Default)]
struct Slot(u16);

/// A word of a string.
struct Word {
    /// The string's index.
    string: usize,
    /// The word's offset in the string, in bytes.
    offset: usize,
    /// The number of the next word in the same slot; zero if there's none.
    next: u16,
}

impl Slot {
    /// How many bits of a slot hold the number.
    const NUMBER_BITS: u32 = 10;
    /// The largest number.
    const LAST: u16 = (1 << Self::NUMBER_BITS) - 1;

    fn first(self) -> u16 {
        self.0 & Self::LAST
    }

    fn holds(self, class: u16) -> bool {
        self.0 & class != 0
    }

    fn put(&mut self, number: u16, class: u16) {
        self.0 = self.0 & !Self::LAST | class | number;
    }
}

impl Search {
    /// Builds a search for these strings, each at least five bytes long: shorter ones would be missed at some
    /// positions. There can be at most 511 strings.
    pub(super) fn new(strings: impl Iterator<Item = &'static str>) -> Self {
        let mut search = Self { slots: Box::new([Slot::default(); 1 << BITS]), words: Vec::new() };
        let words = strings.enumerate().flat_map(|(string, text)| {
            text.as_bytes().array_windows().take(STRIDE).enumerate().map(move |(offset, word)| (string, offset, *word))
        });
        for (number, (string, offset, word)) in (1..=Slot::LAST).zip(words) {
            let spread = hash(word);
            let Some(slot) = search.slots.get_mut(place(spread)) else { continue };
            search.words.push(Word { string, offset, next: slot.first() });
            slot.put(number, class(spread));
        }
        search
    }

    /// Returns the candidate matches: a string's index and its position. The caller must compare the whole string.
    pub(super) fn candidates(&self, bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let (steps, _) = bytes.as_chunks::<STRIDE>();
        let known = steps.array_windows().enumerate().filter_map(|(step, &[[one, two], [three, four]])| {
            let spread = hash([one, two, three, four]);
            let slot = self.slots.get(place(spread))?;
            // Nearly all slots are empty.
            (slot.0 != 0 && slot.holds(class(spread))).then_some((step * STRIDE, slot.first()))
        });
        known.flat_map(|(at, first)| {
            let words = successors(self.word(first), |word| self.word(word.next));
            words.filter_map(move |word| Some((word.string, at.checked_sub(word.offset)?)))
        })
    }

    /// Returns the word with this number.
    fn word(&self, number: u16) -> Option<&Word> {
        self.words.get(usize::from(number).checked_sub(1)?)
    }
}

/// Spreads words over 32 bits, ignoring case.
fn hash(word: [u8; WORD]) -> u32 {
    // Sets the bit that distinguishes upper from lower case; other collisions are resolved when the caller compares.
    let word = u32::from_le_bytes(word) | 0x2020_2020;
    // Fibonacci hashing: the golden ratio spreads values that differ in only a few bits.
    word.wrapping_mul(0x9e37_79b1)
}

/// The slot of a hash.
fn place(spread: u32) -> usize {
    usize::try_from(spread >> (u32::BITS - BITS)).unwrap_or(0)
}

/// The bit of a hash's class: one of six, by the bits after the slot's.
fn class(spread: u32) -> u16 {
    let classes = u16::BITS - Slot::NUMBER_BITS;
    let class = ((spread >> (u32::BITS - BITS - 8)) & 0xff) * classes / 256;
    1 << (Slot::NUMBER_BITS + class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_is_found_at_any_position_in_any_case() {
        let strings = ["cf-error-code", "cf-error-details", "Ray ID", "win+r"];
        let search = Search::new(strings.into_iter());
        let found = |text: &str| -> Vec<(usize, usize)> {
            let matches = |&(string, start): &(usize, usize)| {
                text.get(start..start + strings[string].len())
                    .is_some_and(|here| here.eq_ignore_ascii_case(strings[string]))
            };
            search.candidates(text.as_bytes()).filter(matches).collect()
        };
        assert_eq!(found("cf-error-details WIN+R"), [(1, 0), (3, 17)]);
        assert_eq!(found("xcf-error-code Ray ID"), [(0, 1), (2, 15)]);
        assert_eq!(found("ay ID win+"), []);
        assert_eq!(found(""), []);
    }
}
