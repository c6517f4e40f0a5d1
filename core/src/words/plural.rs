//! How languages count, and write numbers and lists.

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

/// Writes a list of names.
pub type ListFormat = Rc<dyn Fn(&[String]) -> String>;

/// How one language counts, and how it writes numbers and lists.
///
/// The browser passes `Intl.PluralRules`, `Intl.NumberFormat` and `Intl.ListFormat`, the command `icu_plurals` and `icu_list`:
/// none is small enough for the module, and the browser has its own.
#[derive(Clone)]
pub struct Formats {
    /// The plural category of a number.
    pub category: Rc<dyn Fn(u64) -> PluralCategory>,
    /// The number as it's written: "1,234" in English, "1.234" in German.
    pub digits: Rc<dyn Fn(u64) -> String>,
    /// A short list of names: "A, B" in English, "A und B" in German.
    pub list: ListFormat,
}

impl Formats {
    /// English, with the digits alone, as programs read them.
    #[must_use]
    pub fn english() -> Self {
        Self {
            category: Rc::new(PluralCategory::english),
            digits: Rc::new(|number| number.to_string()),
            list: Rc::new(|names| names.join(", ")),
        }
    }
}

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
