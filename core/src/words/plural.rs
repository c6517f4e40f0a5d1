//! Plural categories, which languages choose between by number.

use std::rc::Rc;

/// A plural category of CLDR.
/// Source: <https://cldr.unicode.org/index/cldr-spec/plural-rules>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PluralCategory {
    /// Arabic: 0.
    Zero,
    /// English: 1. Russian: 1, 21, 31 …
    One,
    /// Arabic: 2.
    Two,
    /// Russian: 2 to 4, 22 to 24 …
    Few,
    /// Russian: 5 to 20, 25 to 30 … Spanish: a million.
    Many,
    /// Every other number.
    Other,
}

/// The rule of one language: from a number to its plural category.
///
/// The browser passes `Intl.PluralRules`, the command `icu_plurals`: neither is small enough for the module, and the browser
/// has its own.
pub type PluralRule = Rc<dyn Fn(u64) -> PluralCategory>;

impl PluralCategory {
    /// Every category.
    pub const ALL: [Self; 6] = [Self::Zero, Self::One, Self::Two, Self::Few, Self::Many, Self::Other];

    /// The name in CLDR, in `Intl.PluralRules` and in the words files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::One => "one",
            Self::Two => "two",
            Self::Few => "few",
            Self::Many => "many",
            Self::Other => "other",
        }
    }

    /// The category of this name; [`Self::Other`] if there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|category| category.name() == name).unwrap_or(Self::Other)
    }

    /// The English rule, for the words that are compiled in.
    #[must_use]
    pub const fn english(number: u64) -> Self {
        if number == 1 { Self::One } else { Self::Other }
    }
}
