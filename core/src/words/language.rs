//! The languages that are built, and the choice between them.

use super::Reader;

/// A language.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Language {
    /// Its BCP 47 tag, as `pt-BR`.
    pub tag: &'static str,
    /// Its name in itself, as "Deutsch".
    pub name: &'static str,
    /// Which way it is written.
    pub direction: Direction,
    /// Which files it has, by [`Reader`].
    has: [bool; 5],
}

/// Which way a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// English, which takes the place of whatever another language lacks.
pub const ENGLISH: &Language = match LANGUAGES {
    [first, ..] => first,
    [] => panic!("the build writes English first"),
};

impl Direction {
    /// The value of HTML's `dir`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl Language {
    /// A language that no folder has.
    #[cfg(test)]
    pub(crate) const fn for_tests(tag: &'static str) -> Self {
        Self { tag, name: tag, direction: Direction::Ltr, has: [true; 5] }
    }

    /// As [`Self::for_tests`], written from right to left.
    #[cfg(test)]
    pub(super) const fn for_tests_from_right_to_left(tag: &'static str) -> Self {
        Self { direction: Direction::Rtl, ..Self::for_tests(tag) }
    }

    /// The language that a user has chosen, by its tag; the best one for `preferred` if they have chosen none, or one that is
    /// no longer built.
    #[must_use]
    pub fn chosen<T: AsRef<str>>(tag: Option<&str>, preferred: &[T]) -> &'static Self {
        let chosen = tag.and_then(|tag| LANGUAGES.iter().find(|language| language.tag == tag));
        chosen.unwrap_or_else(|| Self::of(preferred))
    }

    /// The best language for a user who prefers these tags, the most preferred first; English if none fits.
    #[must_use]
    pub fn of<T: AsRef<str>>(preferred: &[T]) -> &'static Self {
        let tags: Vec<_> = LANGUAGES.iter().map(|language| language.tag).collect();
        negotiate(preferred, &tags)
            .and_then(|chosen| LANGUAGES.iter().find(|language| language.tag == chosen))
            .unwrap_or(ENGLISH)
    }

    /// The language that a reader's text is in: this one, or English where this one has no file for them.
    #[must_use]
    pub fn source(&'static self, reader: Reader) -> &'static Self {
        if self.has.get(reader.index()).copied().unwrap_or_default() { self } else { ENGLISH }
    }

    /// The locale in which browsers write its numbers and lists: with Latin digits, like the texts, which is not
    /// every region's default in Arabic.
    #[must_use]
    pub fn locale(&self) -> String {
        format!("{}-u-nu-latn", self.tag)
    }

    /// The file of a reader's text, relative to a shell's own files.
    #[must_use]
    pub fn path(&self, reader: Reader) -> String {
        format!("words/{}/{}.json", self.tag, reader.name())
    }
}

/// The available language that fits a user's preferences best, the most preferred first; `None` if none fits.
///
/// A tag fits one of the same language and script: `pt-PT` gets `pt-BR`, and `zh-CN` gets `zh-Hans`. `zh-TW` is written in
/// another script than `zh-Hans` and does not fit it. Among those that fit, the same region comes first.
#[must_use]
pub fn negotiate<'a, T: AsRef<str>>(preferred: &[T], available: &[&'a str]) -> Option<&'a str> {
    preferred.iter().find_map(|wanted| {
        let wanted = Tag::parse(wanted.as_ref());
        let fits = |tag: &Tag| tag.language == wanted.language && tag.script == wanted.script;
        let found = || available.iter().copied().filter(|tag| fits(&Tag::parse(tag)));
        found().find(|tag| Tag::parse(tag).region == wanted.region).or_else(|| found().next())
    })
}

/// The parts of a BCP 47 tag that decide, in lower case.
struct Tag {
    language: String,
    script: Option<String>,
    region: Option<String>,
}

impl Tag {
    fn parse(tag: &str) -> Self {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_owned();
        let (mut script, mut region) = (None, None);
        for part in parts {
            match part.len() {
                1 => break, // extensions follow
                4 if script.is_none() && part.bytes().all(|it| it.is_ascii_alphabetic()) => {
                    script = Some(part.to_owned());
                }
                2 | 3 if region.is_none() => region = Some(part.to_owned()),
                _ => {}
            }
        }
        if language == "zh" && script.is_none() {
            // CLDR's likely subtags.
            script = Some(match region.as_deref() {
                Some("tw" | "hk" | "mo") => "hant".to_owned(),
                _ => "hans".to_owned(),
            });
        }
        Self { language, script, region }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: [&str; 10] = ["en", "de", "fr", "es", "pt-BR", "ru", "ja", "ko", "zh-Hans", "ar"];

    #[test]
    fn the_most_preferred_language_that_fits_is_chosen() {
        let cases: [(&[&str], Option<&str>); 16] = [
            (&["en-GB"], Some("en")),
            (&["de-AT", "en"], Some("de")),
            (&["pt-PT"], Some("pt-BR")),
            (&["pt_BR"], Some("pt-BR")),
            (&["zh"], Some("zh-Hans")),
            (&["zh-CN"], Some("zh-Hans")),
            (&["zh-Hans-HK"], Some("zh-Hans")),
            (&["zh-TW"], None),
            (&["zh-Hant-CN"], None),
            (&["zh-TW", "ja"], Some("ja")),
            (&["ar-EG-u-nu-latn"], Some("ar")),
            (&["es-419"], Some("es")),
            (&["sr-Latn", "ru"], Some("ru")),
            (&["tlh", "KO-kr"], Some("ko")),
            (&["", "-", "x-private"], None),
            (&[], None),
        ];
        for (preferred, chosen) in cases {
            assert_eq!(negotiate(preferred, &TEN), chosen, "{preferred:?}");
        }
    }

    #[test]
    fn the_same_region_comes_before_another() {
        assert_eq!(negotiate(&["pt-PT"], &["pt-BR", "pt-PT"]), Some("pt-PT"));
        assert_eq!(negotiate(&["pt-AO"], &["pt-BR", "pt-PT"]), Some("pt-BR"));
    }

    #[test]
    fn a_chosen_language_comes_before_the_browsers() {
        assert_eq!(Language::chosen(Some("en"), &["tlh"]).tag, "en");
        assert_eq!(Language::chosen(Some("gone"), &["en-GB"]).tag, "en");
        assert_eq!(Language::chosen(None, &["en-GB"]).tag, "en");
    }

    #[test]
    fn a_languages_locale_has_latin_digits() {
        assert_eq!(Language::of(&["ar-EG"]).locale(), "ar-u-nu-latn");
    }

    #[test]
    fn an_unknown_language_gets_english() {
        assert_eq!(Language::of(&["tlh"]), ENGLISH);
        assert_eq!(Language::of::<&str>(&[]).tag, "en");
    }
}
